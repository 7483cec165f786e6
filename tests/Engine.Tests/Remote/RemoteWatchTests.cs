using Akka.Actor;
using Akka.Remote;

namespace Engine.Tests.Remote;

public class RemoteWatchTests
{
    private const string Impatient = """
        akka.remote.watch-failure-detector {
          heartbeat-interval = 100 ms
          acceptable-heartbeat-pause = 500 ms
          unreachable-nodes-reaper-interval = 100 ms
          expected-response-after = 100 ms
        }
        """;

    [Fact]
    public async Task A_watcher_is_told_when_a_remote_actor_stops()
    {
        await using var left = RemoteNode.Start("left");
        await using var right = RemoteNode.Start("right");
        var subject = right.Echo();
        var watched = await left.ResolveAsync(right, "user/echo");
        var watcher = left.Collect();
        watcher.Watch(watched);
        await WatchedAsync(left, 1);
        // The answer comes behind the watch, so the subject knows of its watcher when it is stopped.
        await watched.Ask<string>("there?", TimeSpan.FromSeconds(30));

        right.System.Stop(subject);

        var terminated = await watcher.NextAsync<Terminated>();
        Assert.Equal(watched, terminated.ActorRef);
        Assert.True(terminated.ExistenceConfirmed);
        Assert.False(terminated.AddressTerminated);
    }

    [Fact]
    public async Task A_watcher_is_told_at_once_of_a_remote_actor_that_is_not_there()
    {
        await using var left = RemoteNode.Start("left");
        await using var right = RemoteNode.Start("right");
        var watcher = left.Collect();

        watcher.Watch(left.System.Provider.ResolveActorRef($"{right.Address}/user/nobody"));

        Assert.False((await watcher.NextAsync<Terminated>()).ExistenceConfirmed);
    }

    [Fact]
    public async Task A_watch_that_is_taken_back_tells_nothing()
    {
        await using var left = RemoteNode.Start("left");
        await using var right = RemoteNode.Start("right");
        var subject = right.Echo();
        var watched = await left.ResolveAsync(right, "user/echo");
        var unwatching = left.Collect();
        var staying = left.Collect();
        unwatching.Watch(watched);
        staying.Watch(watched);
        await WatchedAsync(left, 2);
        unwatching.Unwatch(watched);
        await WatchedAsync(left, 1);

        right.System.Stop(subject);

        await staying.NextAsync<Terminated>();
        Assert.False(unwatching.Messages.TryRead(out _));
    }

    [Fact]
    public async Task A_watcher_is_told_when_a_whole_node_is_gone_and_the_node_is_quarantined()
    {
        await using var left = RemoteNode.Start("left", Impatient);
        var quarantined = left.CollectEvents<QuarantinedEvent>();
        using var peer = await RawPeer.AssociateAsync(left, uid: 9);
        var watcher = left.Collect();
        watcher.Watch(left.System.Provider.ResolveActorRef($"{RawPeer.Address}/user/gone"));

        // Answers a single heartbeat, so that the node is known, and none after that.
        await AnswerHeartbeatAsync(left, peer, uid: 9);

        var terminated = await watcher.NextAsync<Terminated>();
        Assert.True(terminated.AddressTerminated);
        Assert.Equal(9, (await quarantined.NextAsync<QuarantinedEvent>()).Uid);
    }

    [Fact]
    public async Task A_watcher_is_told_when_a_node_has_come_back_without_the_actor()
    {
        await using var left = RemoteNode.Start("left");
        var right = RemoteNode.Start("right");
        right.Echo();
        var watcher = left.Collect();
        watcher.Watch(await left.ResolveAsync(right, "user/echo"));
        await WatchedAsync(left, 1);

        var port = right.Port;
        await right.DisposeAsync();
        await using var reborn = RemoteNode.Start("right", $"akka.remote.dot-netty.tcp.port = {port}");

        await watcher.NextAsync<Terminated>();
    }

    private static Task WatchedAsync(RemoteNode node, int watches)
    {
        var remoteWatcher = ((RemoteActorRefProvider)node.System.Provider).RemoteWatcher;
        return RemoteNode.EventuallyAsync($"{watches} watches are registered", async () =>
            (await remoteWatcher.Ask<RemoteWatcher.Stats>(RemoteWatcher.Stats.Empty, RemoteNode.Patience)).Watching == watches);
    }

    private static async Task AnswerHeartbeatAsync(RemoteNode node, RawPeer peer, int uid)
    {
        while ((await peer.NextPayloadAsync()).Envelope is not { Message.SerializerId: 6 })
        {
            // The watch itself and its repetitions come first.
        }

        await peer.SendAsync(RawPeer.Envelope(
            $"{node.Address}/system/remote-watcher",
            new Akka.Remote.Serialization.Proto.Msg.Payload
            {
                SerializerId = 16,
                MessageManifest = Google.Protobuf.ByteString.CopyFromUtf8("RWHR"),
                Message = Google.Protobuf.ByteString.CopyFrom(0x08, (byte)uid),
            },
            sender: $"{RawPeer.Address}/system/remote-watcher"));
    }
}
