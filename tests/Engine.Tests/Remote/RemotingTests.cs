using Akka.Actor;
using Akka.Event;
using Akka.Remote;

namespace Engine.Tests.Remote;

/// <summary>Two systems that talk to each other.</summary>
public class RemotingTests
{
    [Fact]
    public async Task Tell_ask_and_selection_reach_an_actor_of_another_system()
    {
        await using var left = RemoteNode.Start("left");
        await using var right = RemoteNode.Start("right");
        right.Echo();

        var selection = left.Select(right, "user/echo");
        Assert.Equal("asked", await selection.Ask<string>("asked", RemoteNode.Patience));

        var echo = await left.ResolveAsync(right, "user/echo");
        Assert.IsType<RemoteActorRef>(echo);
        var inbox = left.Collect();
        echo.Tell(17L, inbox.Ref);
        Assert.Equal(17L, await inbox.NextAsync<long>());
    }

    [Fact]
    public async Task A_wildcard_reaches_every_child_that_matches()
    {
        await using var left = RemoteNode.Start("left");
        await using var right = RemoteNode.Start("right");
        foreach (var name in new[] { "echo-1", "echo-2", "other" })
            right.Echo(name);

        var inbox = left.Collect();
        left.Select(right, "user/echo-*").Tell(new Identify("who"), inbox.Ref);
        var found = new[] { await inbox.NextAsync<ActorIdentity>(), await inbox.NextAsync<ActorIdentity>() };

        Assert.Equal(["echo-1", "echo-2"], found.Select(f => f.Subject!.Path.Name).Order());
        Assert.All(found, f => Assert.Equal(right.Address, f.Subject!.Path.Address));
    }

    [Fact]
    public async Task Identify_tells_of_an_actor_that_is_not_there()
    {
        await using var left = RemoteNode.Start("left");
        await using var right = RemoteNode.Start("right");

        var identity = await left.Select(right, "user/nobody").Ask<ActorIdentity>(new Identify(5), RemoteNode.Patience);

        Assert.Equal(5, identity.MessageId);
        Assert.Null(identity.Subject);
    }

    [Fact]
    public async Task A_reference_that_travels_is_the_actor_itself_where_it_comes_home()
    {
        await using var left = RemoteNode.Start("left");
        await using var right = RemoteNode.Start("right");
        right.Echo();
        var inbox = left.Collect("inbox");
        var echo = await left.ResolveAsync(right, "user/echo");

        echo.Tell(inbox.Ref, inbox.Ref);

        Assert.Same(inbox.Ref, await inbox.NextAsync<IActorRef>());
    }

    [Fact]
    public async Task A_path_of_the_systems_own_address_is_local()
    {
        await using var node = RemoteNode.Start("node");
        var echo = node.Echo();

        Assert.Same(echo, await node.ResolveAsync(node, "user/echo"));
    }

    [Fact]
    public async Task Messages_of_one_sender_keep_their_order_both_ways()
    {
        const int count = 20_000;
        await using var left = RemoteNode.Start("left");
        await using var right = RemoteNode.Start("right");
        right.Echo();
        left.Echo();
        var fromRight = left.Collect();
        var fromLeft = right.Collect();
        var there = await left.ResolveAsync(right, "user/echo");
        var here = await right.ResolveAsync(left, "user/echo");

        for (var i = 0; i < count; i++)
        {
            there.Tell(i, fromRight.Ref);
            here.Tell(i, fromLeft.Ref);
        }

        for (var i = 0; i < count; i++)
        {
            Assert.Equal(i, await fromRight.NextAsync<int>());
            Assert.Equal(i, await fromLeft.NextAsync<int>());
        }
    }

    [Fact]
    public async Task Large_messages_both_ways_at_once_do_not_block_each_other()
    {
        const int count = 300;
        await using var left = RemoteNode.Start("left");
        await using var right = RemoteNode.Start("right");
        right.Echo();
        left.Echo();
        var fromRight = left.Collect();
        var fromLeft = right.Collect();
        var there = await left.ResolveAsync(right, "user/echo");
        var here = await right.ResolveAsync(left, "user/echo");
        var large = new string('x', 100_000);

        for (var i = 0; i < count; i++)
        {
            there.Tell(large, fromRight.Ref);
            here.Tell(large, fromLeft.Ref);
        }

        for (var i = 0; i < count; i++)
        {
            Assert.Equal(large, await fromRight.NextAsync<string>());
            Assert.Equal(large, await fromLeft.NextAsync<string>());
        }
    }

    [Fact]
    public async Task Without_passive_connections_each_side_opens_its_own()
    {
        const string active = "akka.remote.use-passive-connections = off";
        await using var left = RemoteNode.Start("left", active);
        await using var right = RemoteNode.Start("right", active);
        right.Echo();
        var associated = right.CollectEvents<AssociatedEvent>();

        Assert.Equal("hello", await left.Select(right, "user/echo").Ask<string>("hello", RemoteNode.Patience));

        var directions = new[] { await associated.NextAsync<AssociatedEvent>(), await associated.NextAsync<AssociatedEvent>() };
        Assert.Equal([false, true], directions.Select(d => d.IsInbound).Order());
    }

    [Fact]
    public async Task Messages_up_to_the_frame_size_pass_and_larger_ones_are_dropped_alone()
    {
        await using var left = RemoteNode.Start("left");
        await using var right = RemoteNode.Start("right");
        right.Echo();
        var echo = await left.ResolveAsync(right, "user/echo");
        var inbox = left.Collect();

        echo.Tell(new string('a', 127_000), inbox.Ref);
        echo.Tell(new string('b', 128_000), inbox.Ref);
        echo.Tell(new string('c', 64_000), inbox.Ref);
        echo.Tell("end", inbox.Ref);

        Assert.Equal(new string('a', 127_000), await inbox.NextAsync<string>());
        Assert.Equal(new string('c', 64_000), await inbox.NextAsync<string>());
        Assert.Equal("end", await inbox.NextAsync<string>());
    }

    [Fact]
    public async Task A_message_without_a_serializer_is_dropped_alone()
    {
        await using var left = RemoteNode.Start("left", """
            akka.actor {
              serializers.failing = "Engine.Tests.Remote.RemotingTests+FailingSerializer, Engine.Tests"
              serialization-bindings { "Engine.Tests.Remote.RemotingTests+Unwritable, Engine.Tests" = failing }
            }
            """);
        await using var right = RemoteNode.Start("right");
        right.Echo();
        var echo = await left.ResolveAsync(right, "user/echo");
        var inbox = left.Collect();

        echo.Tell(new Unwritable(), inbox.Ref);
        echo.Tell("after", inbox.Ref);

        Assert.Equal("after", await inbox.NextAsync<string>());
    }

    [Fact]
    public async Task Both_sides_may_connect_at_the_same_moment()
    {
        for (var round = 0; round < 10; round++)
        {
            await using var left = RemoteNode.Start("left");
            await using var right = RemoteNode.Start("right");
            left.Echo();
            right.Echo();

            var answers = await Task.WhenAll(
                Task.Run(() => left.Select(right, "user/echo").Ask<string>("to the right", RemoteNode.Patience)),
                Task.Run(() => right.Select(left, "user/echo").Ask<string>("to the left", RemoteNode.Patience)));

            Assert.Equal(["to the right", "to the left"], answers);
        }
    }

    [Fact]
    public async Task A_poison_pill_from_afar_is_honoured()
    {
        await using var left = RemoteNode.Start("left");
        await using var right = RemoteNode.Start("right");
        var victim = right.Echo("victim");
        var witness = right.Collect();
        witness.Watch(victim);

        (await left.ResolveAsync(right, "user/victim")).Tell(PoisonPill.Instance);

        Assert.Equal(victim, (await witness.NextAsync<Terminated>()).ActorRef);
    }

    [Fact]
    public async Task In_untrusted_mode_harmful_messages_and_selections_are_dropped()
    {
        await using var left = RemoteNode.Start("left");
        await using var right = RemoteNode.Start("right", """
            akka.remote { untrusted-mode = on, trusted-selection-paths = ["/user/open"] }
            """);
        right.Echo("closed");
        right.Echo("open");

        var open = await left.Select(right, "user/open").Ask<string>("hello", RemoteNode.Patience);
        Assert.Equal("hello", open);
        await Assert.ThrowsAsync<AskTimeoutException>(
            () => left.Select(right, "user/closed").Ask<string>("hello", TimeSpan.FromMilliseconds(500)));

        var known = await AnyAnswerFrom(left, right, "user/open");
        known.Tell(PoisonPill.Instance);
        known.Tell(Kill.Instance);
        Assert.Equal("alive", await known.Ask<string>("alive", RemoteNode.Patience));
    }

    [Fact]
    public async Task A_port_in_use_is_told_when_the_system_is_made()
    {
        await using var first = RemoteNode.Start("first");

        var failure = Assert.ThrowsAny<Exception>(() => RemoteNode.Start("second", $"akka.remote.dot-netty.tcp.port = {first.Port}"));

        Assert.Contains($"127.0.0.1:{first.Port}", Assert.IsType<RemoteTransportException>(failure).Message);
        Assert.IsType<System.Net.Sockets.SocketException>(failure.InnerException);
    }

    [Fact]
    public async Task Others_are_told_the_public_address()
    {
        await using var node = RemoteNode.Start("node", """
            akka.remote.dot-netty.tcp { public-hostname = "node.example", public-port = 4711 }
            """);

        Assert.Equal(new Address("akka.tcp", "node", "node.example", 4711), node.Address);
    }

    [Fact]
    public async Task Events_tell_of_an_association_and_of_its_end()
    {
        await using var left = RemoteNode.Start("left");
        var associated = left.CollectEvents<AssociatedEvent>();
        var disassociated = left.CollectEvents<DisassociatedEvent>();
        var right = RemoteNode.Start("right");
        right.Echo();
        await left.ResolveAsync(right, "user/echo");

        var begin = await associated.NextAsync<AssociatedEvent>();
        Assert.Equal((left.Address, right.Address, false), (begin.LocalAddress, begin.RemoteAddress, begin.IsInbound));

        var address = right.Address;
        await right.DisposeAsync();
        Assert.Equal(address, (await disassociated.NextAsync<DisassociatedEvent>()).RemoteAddress);
    }

    private static async Task<IActorRef> AnyAnswerFrom(RemoteNode left, RemoteNode right, string path)
    {
        var teller = left.System.ActorOf(Props.Create(() => new SenderTeller()));
        left.Select(right, path).Tell("who answers?", teller);
        return await teller.Ask<IActorRef>(SenderTeller.Question, RemoteNode.Patience);
    }

    /// <summary>Answers its question with the sender of the first message that comes.</summary>
    private sealed class SenderTeller : UntypedActor
    {
        public const string Question = "who was it?";

        private IActorRef? _asker;
        private IActorRef? _sender;

        protected override void OnReceive(object message)
        {
            if (message is Question)
                _asker = Sender;
            else
                _sender ??= Sender;
            if (_asker is not null && _sender is not null)
                _asker.Tell(_sender);
        }
    }

    public sealed record Unwritable;

    public sealed class FailingSerializer(ExtendedActorSystem system) : Akka.Serialization.Serializer(system)
    {
        public override int Identifier => 4711;

        public override bool IncludeManifest => false;

        public override byte[] ToBinary(object obj) => throw new NotSupportedException("as it should");

        public override object FromBinary(byte[] bytes, Type type) => throw new NotSupportedException("as it should");
    }
}
