using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Akka.Actor;

namespace Engine.Tests.Remote;

public sealed class TlsTests : IDisposable
{
    private const string Password = "a password";

    private readonly string _certificate = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.pfx");

    public TlsTests()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=akka.test", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllBytes(_certificate, certificate.Export(X509ContentType.Pfx, Password));
    }

    [Fact]
    public async Task Nodes_with_certificates_talk_over_tls()
    {
        await using var left = RemoteNode.Start("left", Config(suppressValidation: true));
        await using var right = RemoteNode.Start("right", Config(suppressValidation: true));
        right.Echo();
        var echo = await left.ResolveAsync(right, "user/echo");
        var inbox = left.Collect();

        for (var i = 0; i < 1000; i++)
            echo.Tell(new string('x', i), inbox.Ref);

        for (var i = 0; i < 1000; i++)
            Assert.Equal(i, (await inbox.NextAsync<string>()).Length);
    }

    [Fact]
    public async Task A_certificate_that_nobody_trusts_is_refused_unless_validation_is_off()
    {
        await using var left = RemoteNode.Start("left", Config(suppressValidation: false));
        await using var right = RemoteNode.Start("right", Config(suppressValidation: true));
        right.Echo();
        var errors = left.CollectEvents<Akka.Remote.AssociationErrorEvent>();

        left.Select(right, "user/echo").Tell("hello");

        Assert.Contains("certificate", (await errors.NextAsync<Akka.Remote.AssociationErrorEvent>()).Cause.Message);
    }

    [Fact]
    public async Task Plain_bytes_do_not_disturb_a_node_with_tls()
    {
        await using var left = RemoteNode.Start("left", Config(suppressValidation: true));
        await using var right = RemoteNode.Start("right", Config(suppressValidation: true));
        right.Echo();
        using var peer = await RawPeer.ConnectAsync(right);
        await peer.SendAsync(Akka.Remote.Protocol.ControlFrames.Associate(RawPeer.Address, 1));

        await peer.ExpectEndAsync();
        Assert.Equal("hello", await left.Select(right, "user/echo").Ask<string>("hello", RemoteNode.Patience));
    }

    public void Dispose() => File.Delete(_certificate);

    private string Config(bool suppressValidation) => $$"""
        akka.remote.dot-netty.tcp {
          enable-ssl = true
          ssl {
            suppress-validation = {{(suppressValidation ? "true" : "false")}}
            certificate { path = "{{_certificate}}", password = "{{Password}}" }
          }
        }
        """;
}
