using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Event;
using Akka.Remote;
using Akka.Remote.Protocol;
using Akka.Remote.Serialization.Proto.Msg;

namespace Engine.Tests.Remote;

/// <summary>What becomes of an association when its peer goes away, and comes back.</summary>
public class ReconnectTests
{
    [Fact]
    public async Task A_peer_that_restarts_on_its_port_is_soon_in_use_again()
    {
        await using var left = RemoteNode.Start("left");
        var right = RemoteNode.Start("right");
        right.Echo();
        var echo = left.Select(right, "user/echo");
        Assert.Equal("before", await echo.Ask<string>("before", RemoteNode.Patience));

        var port = right.Port;
        await right.DisposeAsync();
        await using var reborn = RemoteNode.Start("right", $"akka.remote.dot-netty.tcp.port = {port}");
        reborn.Echo();

        await AnswersAsync(echo);
    }

    [Fact]
    public async Task A_peer_that_restarts_and_connects_by_itself_is_in_use_at_once_although_its_address_is_gated()
    {
        await using var left = RemoteNode.Start("left", "akka.remote.retry-gate-closed-for = 1 h");
        left.Echo();
        var right = RemoteNode.Start("right");
        right.Echo();
        var echo = left.Select(right, "user/echo");
        Assert.Equal("before", await echo.Ask<string>("before", RemoteNode.Patience));

        var port = right.Port;
        await right.DisposeAsync();
        await using var reborn = RemoteNode.Start("right", $"akka.remote.dot-netty.tcp.port = {port}");
        reborn.Echo();
        Assert.Equal("back", await reborn.Select(left, "user/echo").Ask<string>("back", RemoteNode.Patience));

        Assert.Equal("after", await echo.Ask<string>("after", RemoteNode.Patience));
    }

    [Fact]
    public async Task While_an_address_is_gated_its_messages_are_dead_letters()
    {
        await using var left = RemoteNode.Start("left", "akka.remote.retry-gate-closed-for = 1 h");
        var errors = left.CollectEvents<AssociationErrorEvent>();
        var letters = left.CollectEvents<DeadLetter>();
        var nowhere = left.System.ActorSelection($"akka.tcp://nowhere@127.0.0.1:{UnusedPort()}/user/echo");

        nowhere.Tell("first");
        var error = await errors.NextAsync<AssociationErrorEvent>();
        Assert.Contains("Connection refused", error.Cause.Message);
        Assert.Equal("first", MessageOf(await letters.NextAsync<DeadLetter>()));

        nowhere.Tell("second");
        Assert.Equal("second", MessageOf(await letters.NextAsync<DeadLetter>()));
    }

    [Fact]
    public async Task What_is_sent_while_a_connection_is_being_opened_arrives()
    {
        await using var left = RemoteNode.Start("left");
        await using var right = RemoteNode.Start("right");
        var inbox = right.Collect("inbox");
        var there = left.Select(right, "user/inbox");

        for (var i = 0; i < 100; i++)
            there.Tell(i);

        for (var i = 0; i < 100; i++)
            Assert.Equal(i, await inbox.NextAsync<int>());
    }

    [Fact]
    public async Task A_peer_that_connects_anew_takes_the_place_of_a_connection_that_has_fallen_silent()
    {
        await using var node = RemoteNode.Start("node", "akka.remote.transport-failure-detector.heartbeat-interval = 100 ms");
        node.Echo();
        using var silent = await RawPeer.AssociateAsync(node, uid: 3);
        for (var heartbeats = 0; heartbeats < 6; heartbeats++)
            Assert.NotNull(await silent.NextOrEndAsync());

        using var fresh = await RawPeer.AssociateAsync(node, uid: 3);
        await silent.ExpectEndAsync();
        await fresh.SendAsync(RawPeer.Envelope($"{node.Address}/user/echo", "here", sender: "akka.tcp://raw@127.0.0.1:1/user/me"));

        Assert.Equal("here", (await fresh.NextPayloadAsync()).Envelope.Message.Message.ToStringUtf8());
    }

    [Fact]
    public async Task What_waits_for_a_connection_is_bounded()
    {
        await using var left = RemoteNode.Start("left");
        using var listener = Listen();
        var silent = left.System.Provider.ResolveActorRef($"akka.tcp://raw@127.0.0.1:{PortOf(listener)}/user/inbox");
        var letters = left.CollectEvents<DeadLetter>();

        for (var i = 0; i < Association.QueueCapacity + 3; i++)
            silent.Tell(i);

        for (var i = 0; i < 3; i++)
            Assert.Equal(Association.QueueCapacity + i, (await letters.NextAsync<DeadLetter>()).Message);
    }

    [Fact]
    public async Task A_connection_that_is_cut_is_opened_again()
    {
        await using var left = RemoteNode.Start("left");
        using var listener = Listen();
        var remote = left.System.ActorSelection($"akka.tcp://raw@127.0.0.1:{PortOf(listener)}/user/inbox");

        for (var round = 0; round < 3; round++)
        {
            using var peer = await ServeAsync(left, remote, listener, uid: 5);
        }
    }

    [Fact]
    public async Task A_watch_is_sent_again_until_it_is_acknowledged_and_counts_on_over_connections()
    {
        await using var left = RemoteNode.Start("left", "akka.remote.resend-interval = 300 ms");
        using var listener = Listen();
        var path = $"akka.tcp://raw@127.0.0.1:{PortOf(listener)}/user/inbox";
        var watcher = left.Collect("watcher");
        watcher.Watch(left.System.Provider.ResolveActorRef(path + "#77"));

        using (var peer = await AcceptAsync(left, listener, uid: 5))
        {
            Assert.Equal(0UL, (await NextSystemMessageAsync(peer)).Seq);
            Assert.Equal(0UL, (await NextSystemMessageAsync(peer)).Seq);
        }

        using var second = await AcceptAsync(left, listener, uid: 5);
        var watch = await NextSystemMessageAsync(second);
        Assert.Equal(0UL, watch.Seq);
        Assert.Equal(path + "#77", watch.Recipient.Path);
        Assert.Equal("Akka.Dispatch.SysMsg.Watch, Akka", watch.Message.MessageManifest.ToStringUtf8());

        await second.SendAsync(AckFrame.Encode(new Ack(0, [])));
        watcher.Unwatch(left.System.Provider.ResolveActorRef(path + "#77"));
        var unwatch = await NextSystemMessageAsync(second, afterSequence: 0);
        Assert.Equal(1UL, unwatch.Seq);
        Assert.Equal("Akka.Dispatch.SysMsg.Unwatch, Akka", unwatch.Message.MessageManifest.ToStringUtf8());
    }

    private static async Task<RemoteEnvelope> NextSystemMessageAsync(RawPeer peer, ulong? afterSequence = null)
    {
        while (true)
        {
            var next = await peer.NextPayloadAsync();
            if (next.Envelope is { Message.SerializerId: 22 } envelope && (afterSequence is null || envelope.Seq > afterSequence))
                return envelope;
        }
    }

    /// <summary>Sends until the node has connected, and answers its handshake; the gate may still be closed at first.</summary>
    private static async Task<RawPeer> ServeAsync(RemoteNode node, ActorSelection remote, TcpListener listener, int uid)
    {
        var accepted = AcceptAsync(node, listener, uid);
        await RemoteNode.EventuallyAsync("the node connects", () =>
        {
            remote.Tell("knock");
            return accepted.IsCompleted;
        });
        var peer = await accepted;
        remote.Tell("hello");
        await peer.NextPayloadAsync();
        return peer;
    }

    private static async Task<RawPeer> AcceptAsync(RemoteNode node, TcpListener listener, int uid)
    {
        var peer = await RawPeer.AcceptAsync(listener);
        Assert.Equal(ControlFrames.Associate(node.Address, AddressUidExtension.Uid(node.System)), RawPeer.Framed(await peer.NextAsync()));
        await peer.SendAsync(ControlFrames.Associate(new Address("akka.tcp", "raw", "127.0.0.1", PortOf(listener)), uid));
        return peer;
    }

    private static async Task AnswersAsync(ActorSelection echo) => await RemoteNode.EventuallyAsync("the peer answers again", async () =>
    {
        try
        {
            return await echo.Ask<string>("again", TimeSpan.FromMilliseconds(200)) == "again";
        }
        catch (AskTimeoutException)
        {
            return false;
        }
    });

    private static object MessageOf(DeadLetter letter) =>
        letter.Message is ActorSelectionMessage selection ? selection.Message : letter.Message;

    private static TcpListener Listen()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    private static int PortOf(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;

    private static int UnusedPort()
    {
        using var listener = Listen();
        return PortOf(listener);
    }
}
