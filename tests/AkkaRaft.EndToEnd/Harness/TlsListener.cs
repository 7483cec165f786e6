using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace AkkaRaft.EndToEnd.Harness;

/// <summary>Somebody who shows a certificate to whoever connects, and does no more.</summary>
internal sealed class TlsListener : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2 _certificate;

    /// <param name="certificate">What is shown; it goes with the listener.</param>
    public TlsListener(X509Certificate2 certificate)
    {
        _certificate = certificate;
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>Where it listens, as <c>host:port</c>.</summary>
    public string Contact => $"{_listener.LocalEndpoint}";

    public void Dispose()
    {
        _listener.Dispose();
        _certificate.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ShowAsync(await _listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            // The listener is gone.
        }
    }

    private async Task ShowAsync(TcpClient client)
    {
        using (client)
        {
            await using var tls = new SslStream(client.GetStream());
            try
            {
                await tls.AuthenticateAsServerAsync(_certificate);
                await tls.CopyToAsync(Stream.Null);
            }
            catch (Exception refused) when (refused is IOException or AuthenticationException or ObjectDisposedException)
            {
                // Whoever connected did not like what it was shown.
            }
        }
    }
}
