using Akka.Actor;
using Akka.Event;
using Akka.Remote;
using Akka.Remote.Protocol;
using Akka.Remote.Serialization.Proto.Msg;
using Google.Protobuf;

namespace Engine.Tests.Remote;

/// <summary>What a node does with connections from outside, whoever speaks on them.</summary>
public class RawConnectionTests : IAsyncLifetime
{
    private RemoteNode _node = null!;

    private string EchoPath => $"{_node.Address}/user/echo";

    public Task InitializeAsync()
    {
        _node = RemoteNode.Start("node", """
            akka.remote {
              dot-netty.tcp.connection-timeout = 1 s
              transport-failure-detector { heartbeat-interval = 200 ms, acceptable-heartbeat-pause = 1 s }
            }
            """);
        _node.Echo();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task A_message_is_answered_on_the_connection_that_it_came_on()
    {
        using var peer = await RawPeer.AssociateAsync(_node);

        await peer.SendAsync(RawPeer.Envelope(EchoPath, "hello", sender: "akka.tcp://raw@127.0.0.1:1/user/me#7"));
        var answer = await peer.NextPayloadAsync();

        Assert.Null(answer.Ack);
        Assert.Equal("akka.tcp://raw@127.0.0.1:1/user/me#7", answer.Envelope.Recipient.Path);
        Assert.Matches($"^{EchoPath}#-?[0-9]+$", answer.Envelope.Sender.Path);
        Assert.Equal(ulong.MaxValue, answer.Envelope.Seq);
        Assert.Equal(17, answer.Envelope.Message.SerializerId);
        Assert.Equal("System.String, System.Private.CoreLib", answer.Envelope.Message.MessageManifest.ToStringUtf8());
        Assert.Equal("hello", answer.Envelope.Message.Message.ToStringUtf8());
    }

    [Fact]
    public async Task Heartbeats_are_sent_to_whoever_connected()
    {
        using var peer = await RawPeer.AssociateAsync(_node);

        Assert.Equal([0x12, 0x02, 0x08, 0x03], await peer.NextOrEndAsync());
    }

    [Fact]
    public async Task Any_other_first_message_is_answered_with_a_refusal()
    {
        foreach (var first in new[] { ControlFrames.Heartbeat, RawPeer.Envelope(EchoPath, "hello"), RawPeer.Framed([]) })
        {
            using var peer = await RawPeer.ConnectAsync(_node);
            await peer.SendAsync(first);

            Assert.Equal([0x12, 0x02, 0x08, 0x02], await peer.NextOrEndAsync());
            await peer.ExpectEndAsync();
        }
    }

    [Fact]
    public async Task Half_a_handshake_and_then_nothing_ends_in_time()
    {
        using var peer = await RawPeer.ConnectAsync(_node);
        await peer.SendAsync(ControlFrames.Associate(RawPeer.Address, 1)[..20]);

        await peer.ExpectEndAsync();
        await AssertLivesAsync();
    }

    [Fact]
    public async Task A_megabyte_of_zeros_ends_the_connection()
    {
        using var peer = await RawPeer.ConnectAsync(_node);
        await SendCarelesslyAsync(peer, new byte[1 << 20]);

        await peer.ExpectEndAsync();
        await AssertLivesAsync();
    }

    [Fact]
    public async Task A_strangers_protocol_ends_the_connection()
    {
        using var peer = await RawPeer.ConnectAsync(_node);
        await SendCarelesslyAsync(peer, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());

        await peer.ExpectEndAsync();
        await AssertLivesAsync();
    }

    [Theory]
    [InlineData("01000000ff")]
    [InlineData("ffffff7f")]
    [InlineData("ffffffff")]
    [InlineData("00000000")]
    public async Task Garbage_after_the_handshake_ends_that_connection_and_no_other(string garbage)
    {
        var other = new Address("akka.tcp", "other", "127.0.0.1", 2);
        using var good = await RawPeer.AssociateAsync(_node, 1, other);
        using var bad = await RawPeer.AssociateAsync(_node, 2);
        await SendCarelesslyAsync(bad, Convert.FromHexString(garbage));

        await bad.ExpectEndAsync();
        await good.SendAsync(RawPeer.Envelope(EchoPath, "still there", sender: "akka.tcp://other@127.0.0.1:2/user/me"));
        Assert.Equal("still there", (await good.NextPayloadAsync()).Envelope.Message.Message.ToStringUtf8());
    }

    [Fact]
    public async Task Half_a_frame_and_then_nothing_is_found_out_by_the_missing_heartbeats()
    {
        var disassociated = _node.CollectEvents<DisassociatedEvent>();
        using var peer = await RawPeer.AssociateAsync(_node);
        await peer.SendAsync(RawPeer.Envelope(EchoPath, "hello")[..30]);

        await peer.ExpectEndAsync();
        Assert.Equal(RawPeer.Address, (await disassociated.NextAsync<DisassociatedEvent>()).RemoteAddress);
    }

    [Fact]
    public async Task A_message_for_another_address_is_dropped()
    {
        using var peer = await RawPeer.AssociateAsync(_node);

        await peer.SendAsync(
            RawPeer.Envelope("akka.tcp://node@127.0.0.1:9/user/echo", "lost", sender: "akka.tcp://raw@127.0.0.1:1/user/me"),
            RawPeer.Envelope("akka.tcp://elsewhere@127.0.0.1/user/echo", "lost", sender: "akka.tcp://raw@127.0.0.1:1/user/me"),
            RawPeer.Envelope("no path at all", "lost", sender: "akka.tcp://raw@127.0.0.1:1/user/me"),
            RawPeer.Envelope(EchoPath, "found", sender: "akka.tcp://raw@127.0.0.1:1/user/me"));

        Assert.Equal("found", (await peer.NextPayloadAsync()).Envelope.Message.Message.ToStringUtf8());
    }

    [Fact]
    public async Task A_message_that_cannot_be_read_is_dropped_and_the_connection_goes_on()
    {
        using var peer = await RawPeer.AssociateAsync(_node);
        var unknown = new Payload { SerializerId = 9999, Message = ByteString.CopyFromUtf8("?") };
        var broken = new Payload { SerializerId = 6, Message = ByteString.CopyFrom(0xFF, 0xFF) };

        await peer.SendAsync(
            RawPeer.Envelope(EchoPath, unknown),
            RawPeer.Envelope(EchoPath, broken),
            RawPeer.Envelope(EchoPath, "fine", sender: "akka.tcp://raw@127.0.0.1:1/user/me"));

        Assert.Equal("fine", (await peer.NextPayloadAsync()).Envelope.Message.Message.ToStringUtf8());
    }

    [Fact]
    public async Task System_messages_are_acknowledged_put_in_order_and_taken_once()
    {
        using var peer = await RawPeer.AssociateAsync(_node);
        byte[] Watch(ulong sequence, int watcher) => RawPeer.Envelope(EchoPath, new Payload
        {
            SerializerId = 22,
            MessageManifest = ByteString.CopyFromUtf8("Akka.Dispatch.SysMsg.Watch, Akka"),
            Message = new WatchData
            {
                Watchee = new ActorRefData { Path = EchoPath },
                Watcher = new ActorRefData { Path = $"akka.tcp://raw@127.0.0.1:1/user/watcher{watcher}" },
            }.ToByteString(),
        }, sequence);

        await peer.SendAsync(Watch(0, 0));
        Assert.Equal("0a020a00", Convert.ToHexStringLower(await peer.NextAsync()));

        await peer.SendAsync(Watch(2, 2));
        Assert.Equal(new AcknowledgementInfo { CumulativeAck = 2, Nacks = { 1 } }, (await peer.NextPayloadAsync()).Ack);

        await peer.SendAsync(Watch(1, 1));
        Assert.Equal(new AcknowledgementInfo { CumulativeAck = 2 }, (await peer.NextPayloadAsync()).Ack);

        await peer.SendAsync(Watch(1, 1));
        Assert.Equal(new AcknowledgementInfo { CumulativeAck = 2 }, (await peer.NextPayloadAsync()).Ack);
    }

    [Fact]
    public async Task A_peer_is_told_that_the_node_shuts_down()
    {
        using var peer = await RawPeer.AssociateAsync(_node);

        var terminated = _node.System.Terminate();

        Assert.Equal([0x12, 0x02, 0x08, 0x04], await peer.NextAsync());
        await peer.ExpectEndAsync();
        peer.Dispose();
        await terminated.WaitAsync(RemoteNode.Patience);
    }

    [Fact]
    public async Task A_quarantined_incarnation_is_refused_and_the_next_one_welcome()
    {
        var quarantined = _node.CollectEvents<QuarantinedEvent>();
        using var peer = await RawPeer.AssociateAsync(_node, uid: 7);
        ((RemoteActorRefProvider)_node.System.Provider).Quarantine(RawPeer.Address, 7);

        Assert.Equal([0x12, 0x02, 0x08, 0x05], await peer.NextAsync());
        await peer.ExpectEndAsync();
        Assert.Equal(7, (await quarantined.NextAsync<QuarantinedEvent>()).Uid);

        using var again = await RawPeer.ConnectAsync(_node);
        await again.SendAsync(ControlFrames.Associate(RawPeer.Address, 7));
        Assert.Equal([0x12, 0x02, 0x08, 0x05], await again.NextAsync());

        using var restarted = await RawPeer.AssociateAsync(_node, uid: 8);
        await restarted.SendAsync(RawPeer.Envelope(EchoPath, "new", sender: "akka.tcp://raw@127.0.0.1:1/user/me"));
        Assert.Equal("new", (await restarted.NextPayloadAsync()).Envelope.Message.Message.ToStringUtf8());
    }

    [Fact]
    public async Task A_new_incarnation_takes_the_place_of_the_old_one_at_once()
    {
        using var old = await RawPeer.AssociateAsync(_node, uid: 1);
        using var young = await RawPeer.AssociateAsync(_node, uid: 2);

        await old.ExpectEndAsync();
        await young.SendAsync(RawPeer.Envelope(EchoPath, "young", sender: "akka.tcp://raw@127.0.0.1:1/user/me"));
        Assert.Equal("young", (await young.NextPayloadAsync()).Envelope.Message.Message.ToStringUtf8());
    }

    [Fact]
    public async Task Frames_that_were_damaged_on_the_way_do_no_harm()
    {
        var random = new Random(4711);
        var sound = RawPeer.Envelope(EchoPath, "hello", sender: "akka.tcp://raw@127.0.0.1:1/user/me");
        for (var round = 0; round < 200; round++)
        {
            var damaged = sound.ToArray();
            for (var i = 0; i < 3; i++)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            using var peer = await RawPeer.AssociateAsync(_node, origin: new Address("akka.tcp", "raw", "127.0.0.1", 2 + round));
            await SendCarelesslyAsync(peer, damaged);
        }

        await AssertLivesAsync();
    }

    private async Task AssertLivesAsync()
    {
        using var peer = await RawPeer.AssociateAsync(_node);
        await peer.SendAsync(RawPeer.Envelope(EchoPath, "alive", sender: "akka.tcp://raw@127.0.0.1:1/user/me"));
        Assert.Equal("alive", (await peer.NextPayloadAsync()).Envelope.Message.Message.ToStringUtf8());
    }

    /// <summary>The node may well end the connection before it has taken everything.</summary>
    private static async Task SendCarelesslyAsync(RawPeer peer, byte[] bytes)
    {
        try
        {
            await peer.SendAsync(bytes);
        }
        catch (IOException)
        {
        }
    }
}
