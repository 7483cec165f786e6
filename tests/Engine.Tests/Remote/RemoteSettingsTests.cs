using Akka.Configuration;
using Akka.Remote;

namespace Engine.Tests.Remote;

public class RemoteSettingsTests
{
    [Fact]
    public async Task The_defaults_are_those_of_Akka_NET()
    {
        await using var node = RemoteNode.Start("node", "akka.remote.retry-gate-closed-for = 5 s");
        var settings = ((RemoteActorRefProvider)node.System.Provider).RemoteSettings;

        Assert.False(settings.LogReceive);
        Assert.False(settings.LogSend);
        Assert.False(settings.UntrustedMode);
        Assert.Empty(settings.TrustedSelectionPaths);
        Assert.Equal("DEBUG", settings.RemoteLifecycleEventsLogLevel);
        Assert.Equal(50_000, settings.LogBufferSizeExceeding);
        Assert.Equal(TimeSpan.FromSeconds(10), settings.ShutdownTimeout);
        Assert.Equal(TimeSpan.FromSeconds(10), settings.StartupTimeout);
        Assert.Equal(TimeSpan.FromSeconds(2), settings.FlushWait);
        Assert.Equal(TimeSpan.FromSeconds(5), settings.RetryGateClosedFor);
        Assert.Equal("akka.remote.default-remote-dispatcher", settings.Dispatcher);
        Assert.True(settings.UsePassiveConnections);
        Assert.Equal(TimeSpan.FromMilliseconds(50), settings.BackoffPeriod);
        Assert.Equal(TimeSpan.FromMilliseconds(300), settings.SysMsgAckTimeout);
        Assert.Equal(TimeSpan.FromSeconds(2), settings.SysResendTimeout);
        Assert.Equal(200, settings.SysResendLimit);
        Assert.Equal(20_000, settings.SysMsgBufferSize);
        Assert.Equal(TimeSpan.FromMinutes(3), settings.InitialSysMsgDeliveryTimeout);
        Assert.Equal(TimeSpan.FromDays(5), settings.QuarantineDuration);
        Assert.Equal(TimeSpan.FromDays(2), settings.QuarantineSilentSystemTimeout);
        Assert.Equal(TimeSpan.FromSeconds(30), settings.CommandAckTimeout);
        Assert.Equal(typeof(PhiAccrualFailureDetector), Type.GetType(settings.WatchFailureDetectorImplementationClass));
        Assert.Equal(TimeSpan.FromSeconds(1), settings.WatchHeartBeatInterval);
        Assert.Equal(TimeSpan.FromSeconds(1), settings.WatchHeartbeatExpectedResponseAfter);
        Assert.Equal(TimeSpan.FromSeconds(1), settings.WatchUnreachableReaperInterval);
        Assert.Equal(10, settings.WatchFailureDetectorConfig.GetDouble("threshold"));
        Assert.Equal(TimeSpan.FromSeconds(10), settings.WatchFailureDetectorConfig.GetTimeSpan("acceptable-heartbeat-pause"));
        Assert.Equal("akka.remote.dot-netty.tcp", Assert.Single(settings.TransportNames));

        var protocol = new AkkaProtocolSettings(settings.Config);
        Assert.Equal(typeof(DeadlineFailureDetector), Type.GetType(protocol.TransportFailureDetectorImplementationClass));
        Assert.Equal(TimeSpan.FromSeconds(4), protocol.TransportHeartBeatInterval);
        Assert.Equal(TimeSpan.FromSeconds(15), protocol.HandshakeTimeout);
        Assert.Equal(TimeSpan.FromSeconds(120), protocol.TransportFailureDetectorConfig.GetTimeSpan("acceptable-heartbeat-pause"));

        var tcp = settings.Config.GetConfig("akka.remote.dot-netty.tcp");
        Assert.Equal(128_000, tcp.GetByteSize("maximum-frame-size"));
        Assert.Equal(256_000, tcp.GetByteSize("send-buffer-size"));
        Assert.Equal(4096, tcp.GetInt("backlog"));
    }

    [Theory]
    [InlineData("akka.remote.dot-netty.tcp.maximum-frame-size = 1000b", "maximum-frame-size")]
    [InlineData("akka.remote.dot-netty.tcp.port = 70000", "port")]
    [InlineData("akka.remote.dot-netty.tcp.enable-ssl = true", "ssl.certificate.path")]
    [InlineData("akka.remote.dot-netty.tcp { enable-ssl = true, ssl.certificate.path = \"/does/not/exist\" }", "/does/not/exist")]
    [InlineData("akka.remote.enabled-transports = [\"akka.remote.nothing\"]", "akka.remote.nothing")]
    [InlineData("akka.remote.transport-failure-detector.implementation-class = \"Nothing\"", "Nothing")]
    public void Nonsense_is_refused_when_the_system_is_made(string config, string culprit)
    {
        var refusal = Assert.ThrowsAny<Exception>(() => RemoteNode.Start("node", config));

        Assert.IsType<ConfigurationException>(refusal.GetBaseException());
        Assert.Contains(culprit, refusal.GetBaseException().Message);
    }
}
