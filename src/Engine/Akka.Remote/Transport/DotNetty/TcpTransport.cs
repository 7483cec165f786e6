using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Akka.Actor;

namespace Akka.Remote.Transport.DotNetty;

/// <summary>
/// Opens and accepts TCP connections, with TLS where it is asked for. Named as Akka.NET's transport, because that is the
/// name in its configuration.
/// </summary>
internal sealed class TcpTransport(TcpTransportSettings settings, Func<FailureDetector> createFailureDetector) : IDisposable
{
    private const string TcpScheme = RemoteSettings.AkkaSchemeName + ".tcp";

    private readonly CancellationTokenSource _stopped = new();
    private Socket? _listener;

    public int MaximumFrameSize => settings.MaximumFrameSize;

    public TimeSpan HandshakeTimeout => settings.ConnectTimeout;

    /// <summary>Opens the port and returns the address that others are to use.</summary>
    /// <exception cref="RemoteTransportException">The address cannot be bound.</exception>
    public Address Listen(string systemName)
    {
        Socket? socket = null;
        try
        {
            var address = Resolve(settings.Hostname);
            socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, settings.Port));
            socket.Listen(settings.Backlog);
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            throw new RemoteTransportException($"Failed to bind {TcpScheme} to [{settings.Hostname}:{settings.Port}]: {e.Message}", e);
        }

        _listener = socket;
        var port = settings.PublicPort != 0 ? settings.PublicPort : ((IPEndPoint)socket.LocalEndPoint!).Port;
        return new Address(TcpScheme, systemName, settings.PublicHostname, port);
    }

    /// <summary>Hands each incoming connection to <paramref name="accepted"/>, until the transport is disposed.</summary>
    public async Task AcceptAsync(Func<Connection, Task> accepted, Action<Exception> failed)
    {
        while (!_stopped.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await _listener!.AcceptAsync(_stopped.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e)
            {
                failed(e);
                continue;
            }

            _ = ServeAsync(socket, accepted, failed);
        }
    }

    /// <exception cref="SocketException">The address cannot be reached.</exception>
    /// <exception cref="OperationCanceledException">It did not answer in time.</exception>
    public async Task<Connection> ConnectAsync(Address remote)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(_stopped.Token);
        deadline.CancelAfter(settings.ConnectTimeout);
        var address = await ResolveAsync(remote.Host!, deadline.Token).ConfigureAwait(false);
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            Configure(socket);
            await socket.ConnectAsync(new IPEndPoint(address, remote.Port!.Value), deadline.Token).ConfigureAwait(false);
            var stream = await SecureAsync(new NetworkStream(socket), isServer: false, deadline.Token).ConfigureAwait(false);
            return new Connection(socket, stream, isInbound: false, createFailureDetector());
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _stopped.Cancel();
        _listener?.Dispose();
    }

    private async Task ServeAsync(Socket socket, Func<Connection, Task> accepted, Action<Exception> failed)
    {
        // Whatever one peer does, the loop that accepts goes on; this runs beside it.
        await Task.Yield();
        Connection connection;
        try
        {
            Configure(socket);
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(_stopped.Token);
            deadline.CancelAfter(settings.ConnectTimeout);
            var stream = await SecureAsync(new NetworkStream(socket), isServer: true, deadline.Token).ConfigureAwait(false);
            connection = new Connection(socket, stream, isInbound: true, createFailureDetector());
        }
        catch (Exception e) when (e is AuthenticationException || Connection.IsConnectionFailure(e))
        {
            socket.Dispose();
            failed(e);
            return;
        }

        await accepted(connection).ConfigureAwait(false);
    }

    private async Task<Stream> SecureAsync(NetworkStream plain, bool isServer, CancellationToken cancellationToken)
    {
        if (settings.Tls is not { } tls)
            return plain;
        RemoteCertificateValidationCallback? validation = tls.SuppressValidation ? AcceptAny : null;
        var secure = new SslStream(plain, leaveInnerStreamOpen: false);
        try
        {
            if (isServer)
            {
                await secure.AuthenticateAsServerAsync(
                    new SslServerAuthenticationOptions { ServerCertificate = tls.Certificate },
                    cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await secure.AuthenticateAsClientAsync(
                    new SslClientAuthenticationOptions
                    {
                        TargetHost = tls.TargetHost,
                        ClientCertificates = new X509Certificate2Collection(tls.Certificate),
                        RemoteCertificateValidationCallback = validation,
                    },
                    cancellationToken).ConfigureAwait(false);
            }
        }
        catch
        {
            await secure.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        return secure;
    }

    private void Configure(Socket socket)
    {
        socket.NoDelay = settings.NoDelay;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, settings.KeepAlive);
        if (settings.SendBufferSize > 0)
            socket.SendBufferSize = settings.SendBufferSize;
        if (settings.ReceiveBufferSize > 0)
            socket.ReceiveBufferSize = settings.ReceiveBufferSize;
    }

    private IPAddress Resolve(string host) =>
        IPAddress.TryParse(host, out var address) ? address : Choose(host, Dns.GetHostAddresses(host));

    private async Task<IPAddress> ResolveAsync(string host, CancellationToken cancellationToken) =>
        IPAddress.TryParse(host, out var address)
            ? address
            : Choose(host, await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false));

    private IPAddress Choose(string host, IPAddress[] addresses)
    {
        var preferred = settings.UseIpv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
        return addresses.FirstOrDefault(a => a.AddressFamily == preferred)
            ?? addresses.FirstOrDefault()
            ?? throw new SocketException((int)SocketError.HostNotFound, $"No address is known for {host}.");
    }

    private static bool AcceptAny(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) => true;
}
