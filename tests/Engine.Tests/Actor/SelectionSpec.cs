using Akka.Actor;
using Akka.Event;

namespace Engine.Tests.Actor;

public class SelectionSpec : ActorSpec
{
    [Fact]
    public async Task Whole_absolute_and_relative_paths_lead_to_the_same_actor()
    {
        var family = await Family();
        foreach (var path in new[] { "akka://spec/user/parent/one", "/user/parent/one", "user/parent/one", "user/parent/../parent/one" })
            Assert.Equal(family.One, await Sys.ActorSelection(path).ResolveOne(Deadline));
        Assert.Equal(family.One, await Sys.ActorSelection(family.One.Path).ResolveOne(Deadline));
        Assert.Equal(family.Parent, await Sys.ActorSelection(family.Parent, "").ResolveOne(Deadline));
    }

    [Fact]
    public async Task An_actor_selects_from_where_it_is()
    {
        var family = await Family();
        Assert.Equal("/user/parent/two", await family.One.Ask<string>(new Ask("../two"), Deadline));
        Assert.Equal("/user/parent", await family.One.Ask<string>(new Ask(".."), Deadline));
        Assert.Equal("/user/parent/one", await family.Parent.Ask<string>(new Ask("one"), Deadline));
    }

    [Fact]
    public async Task Wildcards_reach_all_that_match()
    {
        var family = await Family();
        var probe = NewProbe();
        Sys.ActorSelection("/user/par*/*").Tell("who", probe.Ref);
        Assert.Equal(["/user/parent/one", "/user/parent/two"], await Answers(probe, 2));
        Sys.ActorSelection("/user/parent/t?o").Tell("who", probe.Ref);
        Assert.Equal(["/user/parent/two"], await Answers(probe, 1));
        Sys.ActorSelection("/user/parent/**").Tell("who", probe.Ref);
        Assert.Equal(["/user/parent/one", "/user/parent/two"], await Answers(probe, 2));
        Assert.NotNull(family.Parent);
    }

    [Fact]
    public async Task A_path_with_a_uid_means_that_incarnation_only()
    {
        var family = await Family();
        var (path, uid) = (family.One.Path, family.One.Path.Uid);
        Assert.Equal(family.One, await Sys.ActorSelection($"{path}#{uid}").ResolveOne(Deadline));
        await Assert.ThrowsAsync<ActorNotFoundException>(
            () => Sys.ActorSelection($"{path}#{uid + 1}").ResolveOne(TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public async Task Where_nobody_lives_a_message_is_a_dead_letter_and_Identify_is_answered_with_nobody()
    {
        var probe = NewProbe();
        Sys.EventStream.Subscribe(probe.Ref, typeof(DeadLetter));
        Sys.ActorSelection("/user/nobody/at/all").Tell("hello", probe.Ref);
        var letter = await probe.Next<DeadLetter>();
        Assert.Equal("hello", letter.Message);
        Assert.Equal("/user/nobody/at/all", letter.Recipient.Path.ToStringWithoutAddress());
        Sys.ActorSelection("/user/nobody").Tell(new Identify("id"), probe.Ref);
        var identity = await probe.Next<ActorIdentity>();
        Assert.Equal("id", identity.MessageId);
        Assert.Null(identity.Subject);
        await Assert.ThrowsAsync<ActorNotFoundException>(() => Sys.ActorSelection("/user/nobody").ResolveOne(Deadline));
    }

    [Fact]
    public async Task A_foreign_address_is_a_dead_letter_without_remoting()
    {
        var probe = NewProbe();
        Sys.EventStream.Subscribe(probe.Ref, typeof(DeadLetter));
        Sys.ActorSelection("akka.tcp://elsewhere@127.0.0.1:1/user/a").Tell("hello", probe.Ref);
        Assert.Equal("hello", (await probe.Next<DeadLetter>()).Message);
    }

    [Fact]
    public async Task No_path_and_the_dead_letters_name_nobody()
    {
        foreach (var path in new[] { "", "/deadLetters", "foo://user" })
            Assert.Same(ActorRefs.Nobody, await Sys.ActorSelection(path).ResolveOne(Deadline));
        Assert.Equal(((ExtendedActorSystem)Sys).LookupRoot, await Sys.ActorSelection("/").ResolveOne(Deadline));
        Assert.Equal(((ExtendedActorSystem)Sys).LookupRoot, await Sys.ActorSelection("..").ResolveOne(Deadline));
    }

    [Fact]
    public void A_double_wildcard_may_only_be_last() =>
        Assert.Throws<IllegalActorNameException>(() => Sys.ActorSelection("/user/**/one"));

    [Fact]
    public async Task References_are_found_again_by_their_path()
    {
        var family = await Family();
        var provider = ((ExtendedActorSystem)Sys).Provider;
        Assert.Same(family.One, provider.ResolveActorRef(family.One.Path.ToSerializationFormat()));
        Assert.Same(Sys.DeadLetters, provider.ResolveActorRef("akka://spec/deadLetters"));
        Assert.Same(Sys.DeadLetters, provider.ResolveActorRef("akka://other/user/a"));
        Assert.IsType<EmptyLocalActorRef>(provider.ResolveActorRef("akka://spec/user/nobody"));
    }

    private static async Task<string[]> Answers(Probe probe, int count)
    {
        var answers = new List<string>();
        for (var i = 0; i < count; i++)
            answers.Add(await probe.Next<string>());
        await probe.ExpectNothingBefore("end");
        return [.. answers.Order(StringComparer.Ordinal)];
    }

    private async Task<(IActorRef Parent, IActorRef One)> Family()
    {
        var parent = Sys.ActorOf(Props.Create(() => new Member()), "parent");
        await parent.Ask<IActorRef>("child two", Deadline);
        return (parent, await parent.Ask<IActorRef>("child one", Deadline));
    }

    private sealed record Ask(string Path);

    private sealed class Member : ReceiveActor
    {
        public Member()
        {
            Receive<string>(s => s.StartsWith("child ", StringComparison.Ordinal), s =>
                Sender.Tell(Context.ActorOf(Props.Create(() => new Member()), s[6..])));
            Receive<Ask>(ask => Context.ActorSelection(ask.Path).Tell("who", Sender));
            Receive<string>(_ => Sender.Tell(Self.Path.ToStringWithoutAddress()));
        }
    }
}
