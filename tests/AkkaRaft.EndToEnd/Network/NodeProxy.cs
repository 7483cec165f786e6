using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace AkkaRaft.EndToEnd.Network;

/// <summary>Stands at a node's public address and carries what comes there to where the node really listens.</summary>
internal sealed class NodeProxy : IDisposable
{
    private readonly TestNetwork _network;
    private readonly string _node;
    private readonly int _listeningPort;
    private readonly Socket _listener;
    private readonly CancellationTokenSource _stopped = new();
    private readonly ConcurrentDictionary<ProxiedConnection, bool> _connections = new();

    public NodeProxy(TestNetwork network, string node, int publicPort, int listeningPort)
    {
        _network = network;
        _node = node;
        _listeningPort = listeningPort;
        _listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, publicPort));
        _listener.Listen();
        _ = AcceptAsync();
    }

    /// <summary>The connections that nodes have opened to this one.</summary>
    public IEnumerable<ProxiedConnection> Connections => _connections.Keys;

    public void Dispose()
    {
        _stopped.Cancel();
        _listener.Dispose();
        foreach (var connection in Connections)
        {
            connection.Reset();
        }
    }

    private async Task AcceptAsync()
    {
        while (!_stopped.IsCancellationRequested)
        {
            try
            {
                var near = await _listener.AcceptAsync(_stopped.Token);
                near.NoDelay = true;
                _ = ServeAsync(near);
            }
            catch (Exception failure) when (failure is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // A caller that gave up before it was accepted; the next one is served all the same.
            }
        }
    }

    private async Task ServeAsync(Socket near)
    {
        var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (await OpenAsync(near, far) is not { } connection)
            {
                near.Close(0);
                far.Dispose();
                return;
            }

            _connections.TryAdd(connection, true);
            await connection.RunAsync();
            _connections.TryRemove(connection, out _);
            connection.Dispose();
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            near.Close(0);
            far.Dispose();
        }
    }

    // A connection cannot be opened over a cut link, nor over one that swallows the answer: the caller waits, as for a lost SYN.
    private async Task<ProxiedConnection?> OpenAsync(Socket near, Socket far)
    {
        if (await AssociateFrame.ReadAsync(near, _stopped.Token) is not { } hello)
        {
            return null;
        }

        var caller = _network.NameOf(AssociateFrame.OriginPort(hello));
        var (outward, homeward) = (_network.Link(caller, _node), _network.Link(_node, caller));
        await outward.PassableAsync(_stopped.Token);
        await homeward.PassableAsync(_stopped.Token);
        await far.ConnectAsync(new IPEndPoint(IPAddress.Loopback, _listeningPort), _stopped.Token);
        var connection = new ProxiedConnection(near, far, outward, homeward);
        await connection.StartWithAsync(hello);
        return connection;
    }
}
