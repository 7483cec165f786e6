using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace AkkaRaft.EndToEnd.Harness;

/// <summary>
/// Free ports on the loopback interface, below those that systems draw from for outgoing connections: a node that is started again must
/// find its port free. No port is given out twice, as the clusters of several tests run at once.
/// </summary>
internal static class Ports
{
    private const int First = 15_000;
    private const int Last = 32_000;
    private static readonly ConcurrentDictionary<int, bool> Given = new();

    public static IReadOnlyList<int> Free(int count)
    {
        var ports = new HashSet<int>();
        while (ports.Count < count)
        {
            var port = Random.Shared.Next(First, Last);
            if (Given.TryAdd(port, true) && IsFree(port))
            {
                ports.Add(port);
            }
        }

        return [.. ports];
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
