using Akka.Actor;
using AkkaRaft.Client;
using AkkaRaft.Core;
using AkkaRaft.Server;
using AkkaRaft.TestKit;

namespace AkkaRaft.Specs.Cluster;

/// <summary>Messages that a server must not heed.</summary>
public sealed class StrangersSpec : RaftTestKit
{
    [Fact]
    public async Task Scenario_49_messages_from_another_cluster_from_strangers_and_for_others_are_dropped_and_counted()
    {
        var leader = await AwaitLeader();
        var follower = Servers.First(server => server != leader);
        var high = Status(leader).Term.Next.Next;
        var before = Status(follower);
        PeerMessage[] strange =
        [
            new("another", Vote(leader, follower, high)),
            new("spec", new RequestVoteReply(new ServerId("stranger"), follower, high, true)),
            new("spec", Vote(follower, follower, high)),
            new("spec", Vote(leader, leader, high)),
        ];
        var server = Sys.ActorSelection(RaftOf(follower).Path / "server");
        foreach (var message in strange)
        {
            server.Tell(message);
        }

        var request = new ClientRequest(1, new Payload(17, "", default));
        server.Tell(new ProposeRequests(new Forwarding("another", leader, follower), [request]), TestActor);
        await Await(() => Status(follower).DroppedMessages == 5, "five messages to be dropped", within: TimeSpan.FromMilliseconds(1));

        Assert.Equal(before.Term, Status(follower).Term);
        ExpectNoMsg(0);
    }

    [Fact]
    public async Task Scenario_50_a_poison_pill_and_a_kill_are_ignored()
    {
        var leader = await AwaitLeader();
        var raft = RaftOf(leader);
        foreach (var path in new[] { raft.Path, raft.Path / "server", raft.Path / "server" / "state-machine" })
        {
            Sys.ActorSelection(path).Tell(PoisonPill.Instance);
            Sys.ActorSelection(path).Tell(Kill.Instance);
        }

        var proposal = Propose(leader, "still here");
        await AwaitAnswer(proposal);

        Assert.True(proposal.Succeeded);
        Assert.Equal(leader, await AwaitLeader());
    }

    [Fact]
    public async Task Scenario_50_a_command_in_json_that_names_a_type_is_rejected_before_the_log_and_nothing_is_built()
    {
        var leader = await AwaitLeader();
        var json = System.Text.Encoding.UTF8.GetBytes($$"""{"$type":"{{typeof(Tripwire).AssemblyQualifiedName}}"}""");

        RaftOf(leader).Tell(new ProposeRequests(null, [new ClientRequest(7, new Payload(1, "", json))]), TestActor);
        var answer = Assert.Single(ExpectMsg<Answers>(TimeSpan.FromSeconds(10)).Items);

        Assert.Equal(RejectionReason.Unreadable, Assert.IsType<Rejected>(Assert.IsType<FailureAnswer>(answer).Failure).Reason);
        await Advance(TimeSpan.FromSeconds(1));
        Assert.DoesNotContain(Journal(leader).Entries, entry => entry.Payload is Command);
        Assert.Equal(0, Tripwire.Built);
    }

    [Fact]
    public async Task Scenario_47_a_command_larger_than_the_limit_is_rejected_before_the_log()
    {
        var leader = await AwaitLeader();
        var last = Status(leader).LastLogIndex;

        var proposal = Propose(leader, new string('x', 1024 * 1024));
        await AwaitAnswer(proposal);

        Assert.Equal(RejectionReason.TooLarge, Assert.IsType<Rejected>(proposal.Failure).Reason);
        Assert.Equal(last, Status(leader).LastLogIndex);
    }

    [Fact]
    public async Task A_journal_of_another_cluster_is_refused_and_the_server_is_not_started_again()
    {
        await AwaitLeader();
        var settings = RaftSettings.From(Akka.Configuration.ConfigurationFactory.ParseString(
            "akka-raft { cluster-id = another, server-id = node1, journal-plugin-id = \"akka-raft-testkit.journal.node1\" }")
            .WithFallback(Sys.Settings.Config));
        await Crash(Servers[0]);

        var raft = Raft.Start(Sys, () => new Counter(), settings with { ClusterId = "another" }, "other");
        var refusal = await Assert.ThrowsAsync<RaftConfigurationException>(() => Raft.WhenStarted(raft));

        Assert.Equal("akka-raft.cluster-id", refusal.Key);
        Assert.Contains("'spec'", refusal.Message);
    }

    private static RequestVote Vote(ServerId from, ServerId to, Term term) => new(from, to, term, new LogIndex(99), term, false);
}

/// <summary>Notes when a payload that names it gets it built.</summary>
public sealed class Tripwire
{
    /// <summary>Called by whoever builds what it is told to.</summary>
    public Tripwire() => Built++;

    /// <summary>How many were built.</summary>
    public static int Built { get; private set; }
}
