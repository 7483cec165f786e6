using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using AkkaRaft.EndToEnd.Harness;

namespace AkkaRaft.EndToEnd.Network;

/// <summary>The tests' network does to bytes what it says, link by link.</summary>
public sealed class TestNetworkSpec : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(200);
    private readonly IReadOnlyList<int> _ports = Ports.Free(4);
    private readonly TcpListener _listener;
    private readonly TestNetwork _network;

    public TestNetworkSpec()
    {
        _network = new TestNetwork([("a", _ports[0], _ports[1]), ("b", _ports[2], _ports[3])]);
        _listener = new TcpListener(IPAddress.Loopback, _ports[3]);
        _listener.Start();
    }

    public void Dispose()
    {
        _listener.Dispose();
        _network.Dispose();
    }

    [Fact]
    public async Task A_node_is_known_by_its_first_frame_which_passes_as_it_is()
    {
        using var ends = await ConnectAsync(originPort: _ports[0]);

        Assert.Equal("a", Assert.Single(_network.Connections).Outward.From);
    }

    [Fact]
    public async Task Who_is_no_node_is_a_client()
    {
        using var ends = await ConnectAsync(originPort: 1);

        Assert.Equal("client", Assert.Single(_network.Connections).Outward.From);
    }

    [Fact]
    public async Task A_cut_holds_the_bytes_of_its_direction_until_it_heals()
    {
        using var ends = await ConnectAsync(_ports[0]);
        _network.Break("a", "b", LinkFault.Cut);
        await ends.Near.WriteAsync(new byte[] { 1 });
        await ends.Far.WriteAsync(new byte[] { 2 });

        Assert.Equal(2, await ReadByteAsync(ends.Near));
        var waiting = ReadByteAsync(ends.Far);
        await Assert.ThrowsAsync<TimeoutException>(() => waiting.WaitAsync(Moment));
        _network.Heal();
        Assert.Equal(1, await waiting);
    }

    [Fact]
    public async Task A_halved_link_swallows_bytes_and_the_connection_is_reset_when_it_heals()
    {
        using var ends = await ConnectAsync(_ports[0]);
        _network.Break("b", "a", LinkFault.Half);
        await ends.Far.WriteAsync(new byte[] { 1 });
        await ends.Near.WriteAsync(new byte[] { 2 });

        Assert.Equal(2, await ReadByteAsync(ends.Far));
        var reading = ReadByteAsync(ends.Near);
        await Assert.ThrowsAsync<TimeoutException>(() => reading.WaitAsync(Moment));
        _network.Heal();
        await Assert.ThrowsAnyAsync<IOException>(() => reading);
    }

    [Fact]
    public async Task No_connection_is_opened_over_a_cut_link()
    {
        _network.Part(["a"], ["b"]);
        var connecting = ConnectAsync(_ports[0]);

        await Assert.ThrowsAsync<TimeoutException>(() => connecting.WaitAsync(Moment));
        _network.Heal();
        (await connecting).Dispose();
    }

    [Fact]
    public async Task A_reset_ends_the_connection_for_both()
    {
        using var ends = await ConnectAsync(_ports[0]);

        _network.Reset("b", "a");

        await Assert.ThrowsAnyAsync<IOException>(() => ReadByteAsync(ends.Near));
        await Assert.ThrowsAnyAsync<IOException>(() => ReadByteAsync(ends.Far));
    }

    private async Task<Ends> ConnectAsync(int originPort)
    {
        var near = new TcpClient();
        await near.ConnectAsync(IPAddress.Loopback, _ports[2]);
        var hello = Associate(originPort);
        await near.GetStream().WriteAsync(hello);
        var far = await _listener.AcceptTcpClientAsync().WaitAsync(Patience);
        var arrived = new byte[hello.Length];
        await far.GetStream().ReadExactlyAsync(arrived).AsTask().WaitAsync(Patience);
        Assert.Equal(hello, arrived);
        await Eventually.IsTrueAsync("the network to know the connection", () => Task.FromResult(_network.Connections.Any()));
        return new Ends(near, far);
    }

    /// <summary>An ASSOCIATE frame as it is on the wire.</summary>
    private static byte[] Associate(int port)
    {
        byte[] origin = [0x0a, 1, (byte)'s', 0x12, 1, (byte)'h', 0x18, .. Varint(port), 0x22, 3, .. "tcp"u8];
        byte[] handshake = [0x0a, (byte)origin.Length, .. origin, 0x11, 1, 0, 0, 0, 0, 0, 0, 0];
        byte[] control = [0x08, 1, 0x12, (byte)handshake.Length, .. handshake];
        byte[] message = [0x12, (byte)control.Length, .. control];
        var frame = new byte[4 + message.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, message.Length);
        message.CopyTo(frame, 4);
        return frame;
    }

    private static byte[] Varint(int number)
    {
        var bytes = new List<byte>();
        for (; number >= 0x80; number >>= 7)
        {
            bytes.Add((byte)(number | 0x80));
        }

        return [.. bytes, (byte)number];
    }

    private static async Task<int> ReadByteAsync(NetworkStream stream)
    {
        var one = new byte[1];
        await stream.ReadExactlyAsync(one).AsTask().WaitAsync(Patience);
        return one[0];
    }

    private sealed class Ends(TcpClient near, TcpClient far) : IDisposable
    {
        public NetworkStream Near => near.GetStream();

        public NetworkStream Far => far.GetStream();

        public void Dispose()
        {
            near.Dispose();
            far.Dispose();
        }
    }
}
