using Akka.Configuration;

namespace Akka.Remote;

public class AkkaProtocolSettings
{
    private const string TcpSection = "akka.remote.dot-netty.tcp";

    public AkkaProtocolSettings(Config config)
    {
        TransportFailureDetectorConfig = config.GetConfig("akka.remote.transport-failure-detector");
        TransportFailureDetectorImplementationClass = TransportFailureDetectorConfig.GetString("implementation-class", "")!;
        TransportHeartBeatInterval = TransportFailureDetectorConfig.GetTimeSpan("heartbeat-interval");
        HandshakeTimeout = config.GetStringList("akka.remote.enabled-transports").Contains(TcpSection)
            ? config.GetTimeSpan(TcpSection + ".connection-timeout")
            : config.GetTimeSpan("akka.remote.handshake-timeout");
    }

    public Config TransportFailureDetectorConfig { get; }

    public string TransportFailureDetectorImplementationClass { get; }

    public TimeSpan TransportHeartBeatInterval { get; }

    public TimeSpan HandshakeTimeout { get; }
}
