using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Akka.Actor;
using AkkaRaft.Node.Hosting;

namespace AkkaRaft.Node.Tls;

/// <summary>
/// Finds out whether a node does not answer because of certificates. Akka.Remote only reports that an association failed. A handshake of
/// our own, after a command has failed, shows which side refused what.
/// </summary>
internal static class TlsProbe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>In TLS 1.3 the peer refuses a certificate only after the handshake.</summary>
    private static readonly TimeSpan RefusalPatience = TimeSpan.FromSeconds(3);

    /// <summary>Finds out why a node does not answer.</summary>
    /// <param name="contact">The path of its server.</param>
    /// <param name="identity">The client's identity, or null for one without TLS.</param>
    /// <returns>A sentence, or null when TLS is not the reason, as far as this side can know.</returns>
    public static async Task<string?> WhyUnresponsiveAsync(string contact, TlsIdentity? identity)
    {
        var address = ActorPath.Parse(contact).Address;
        if (address is not { Host: { } host, Port: { } port })
        {
            return null;
        }

        using var deadline = new CancellationTokenSource(Patience);
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(host.Trim('[', ']'), port, deadline.Token);
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException)
        {
            return null;
        }

        var why = await ShakeHandsAsync(client.GetStream(), host, identity, deadline.Token);
        return why is null ? null : $"The node at {ContactPoint.ShortName(contact)} {why}.";
    }

    private static async Task<string?> ShakeHandsAsync(
        NetworkStream stream, string host, TlsIdentity? identity, CancellationToken deadline)
    {
        var speaksTls = false;
        string? refusal = null;
        await using var tls = new SslStream(stream);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = host,
            ClientCertificates = identity is { IsPlaceholder: false } ? [identity.Certificate] : null,
            RemoteCertificateValidationCallback = (_, certificate, chain, _) =>
            {
                speaksTls = true;
                refusal = identity is null
                    ? "speaks TLS: give --tls-ca, --tls-cert and --tls-key"
                    : CertificateCheck.WhyRefused(certificate as X509Certificate2, chain, identity, host);
                return refusal is null;
            },
        };
        try
        {
            await tls.AuthenticateAsClientAsync(options, deadline);
            return await IsEndedAsync(tls) ? WhyRefusedBy(identity!) : null;
        }
        catch (OperationCanceledException)
        {
            return refusal;
        }
        catch (Exception failure) when (failure is IOException or AuthenticationException or InvalidOperationException)
        {
            return refusal
                ?? (speaksTls ? WhyRefusedBy(identity!)
                    : identity is not null ? "does not speak TLS: leave out --tls-ca, --tls-cert and --tls-key"
                    : null);
        }
    }

    private static string WhyRefusedBy(TlsIdentity identity) => identity.IsPlaceholder
        ? "takes no client without a certificate: give --tls-cert and --tls-key"
        : $"refuses this client's certificate ({identity.Certificate.Subject}, signed by {identity.Certificate.Issuer}):"
            + " one of the node's CA is expected";

    /// <summary>Whether the node has closed the connection. One that accepts it waits for this side's first message.</summary>
    private static async Task<bool> IsEndedAsync(SslStream tls)
    {
        using var deadline = new CancellationTokenSource(RefusalPatience);
        try
        {
            return await tls.ReadAsync(new byte[1], deadline.Token) == 0;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
