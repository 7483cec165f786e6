using Akka.Configuration;

namespace Akka.TestKit.Configs;

public static class TestConfigs
{
    public static Config DefaultConfig => TestKitBase.DefaultConfig;

    /// <summary>Has virtual time: what is scheduled happens when the test says that its time has come.</summary>
    public static Config TestSchedulerConfig =>
        ConfigurationFactory.ParseString("""akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit" """);
}
