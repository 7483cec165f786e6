using Akka.Actor;
using AkkaRaft.Core;
using AkkaRaft.Server;
using AkkaRaft.TestKit;

namespace AkkaRaft.Specs.Cluster;

/// <summary>Servers that come, go and move while the cluster runs.</summary>
public sealed class MembershipSpec() : RaftTestKit(servers: 3, joining: 2, config: "akka-raft.member-probe-timeout = 10s")
{
    private ServerId Fourth => Servers[3];

    private ServerId Fifth => Servers[4];

    [Fact]
    public async Task A_server_that_waits_says_so_and_asks_nobody_for_a_vote()
    {
        await AwaitLeader();
        await Advance(TimeSpan.FromSeconds(5));

        Assert.True(Status(Fourth).IsWaiting);
        Assert.Empty(Status(Fourth).Members);
        Assert.Equal(Term.Zero, Status(Fourth).Term);
        Assert.DoesNotContain(Network.Captured<PreVote>(), vote => vote.From == Fourth);
        var proposal = Propose(Fourth, "anything");
        await AwaitAnswer(proposal);
        Assert.Equal(RejectionReason.NotAMember, Assert.IsType<Rejected>(proposal.Failure).Reason);
    }

    [Fact]
    public async Task A_server_is_added_becomes_a_voter_by_itself_and_has_everything()
    {
        var leader = await ReadyLeader();
        await AwaitAnswer(Propose(leader, "before"));

        var added = ChangeMembers(leader, Add(Fourth));
        await AwaitAnswer(added);
        Assert.True(added.Succeeded, $"{added.Failure}");
        await Await(() => IsVoter(leader, Fourth), "the new server to vote");
        var after = Propose(Fourth, "after");
        await AwaitAnswer(after);

        Assert.True(after.Succeeded);
        await Await(() => Applied(Fourth).Count == 2, "the new server to have applied both commands");
        Assert.False(Status(Fourth).IsWaiting);
        Assert.Equal(AddressOf(Fourth), Status(Servers[0]).Members.Single(member => member.Id == Fourth).Address);
    }

    [Fact]
    public async Task A_change_asked_of_a_follower_is_passed_on_and_a_learner_stays_one_until_it_is_promoted()
    {
        var leader = await ReadyLeader();
        var follower = Servers.Take(3).First(server => server != leader);

        await AwaitAnswer(ChangeMembers(follower, new AddMember(Fourth, AddressOf(Fourth), 0, AsLearner: true)));
        await Advance(TimeSpan.FromSeconds(3));
        Assert.Contains(Fourth, Status(leader).Learners);

        var promoted = ChangeMembers(follower, new PromoteMember(Fourth));
        await AwaitAnswer(promoted);
        Assert.True(promoted.Succeeded, $"{promoted.Failure}");
        await Await(() => IsVoter(leader, Fourth), "the learner to vote");
    }

    [Fact]
    public async Task A_member_that_was_added_is_known_to_a_server_that_was_down_meanwhile()
    {
        var leader = await ReadyLeader();
        var away = Servers.Take(3).First(server => server != leader);
        await Crash(away);
        await AwaitAnswer(ChangeMembers(leader, Add(Fourth)));
        await Await(() => IsVoter(leader, Fourth), "the new server to vote");
        await Crash(leader);

        await Restart(away);

        var successor = await AwaitLeader();
        await AwaitAnswer(Propose(successor, "goes on"));
        Assert.Equal(4, Status(away).Members.Count);
    }

    /// <summary>It asks the candidate what it has promised itself, though that is no member as far as it knows.</summary>
    [Fact]
    public async Task A_server_that_was_down_votes_for_a_member_that_it_has_not_heard_of()
    {
        var leader = await ReadyLeader();
        var away = Servers.Take(3).First(server => server != leader);
        var third = Servers.Take(3).Single(server => server != leader && server != away);
        await Crash(away);
        await AwaitAnswer(ChangeMembers(leader, Add(Fourth)));
        await Await(() => IsVoter(leader, Fourth), "the new server to vote");
        await Crash(leader);
        Network.Drop<PreVote>(from: third);
        Network.Drop<RequestVote>(from: third);

        await Restart(away);

        Assert.Equal(Fourth, await AwaitLeader());
        await Await(() => Status(away).Leader == Fourth, "the server that was down to follow it");
        Assert.Equal(4, Status(away).Members.Count);
    }

    [Fact]
    public async Task Scenario_31_a_removed_server_disturbs_nobody()
    {
        var leader = await ReadyLeader();
        var removed = Servers.Take(3).First(server => server != leader);
        var term = Status(leader).Term;

        // It does not hear of its removal.
        Network.Drop<AppendEntries>(to: removed);
        var removal = ChangeMembers(leader, new RemoveMember(removed));
        await AwaitAnswer(removal);
        Assert.True(removal.Succeeded, $"{removal.Failure}");
        await Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(term, Status(leader).Term);
        Assert.Equal(RaftRole.Leader, Status(leader).Role);
        Assert.Equal(2, Status(leader).Members.Count);
    }

    [Fact]
    public async Task Scenario_31_a_leader_that_is_removed_hands_over_and_leaves()
    {
        var leader = await ReadyLeader();
        var removal = ChangeMembers(leader, new RemoveMember(leader));
        await AwaitAnswer(removal);
        Assert.True(removal.Succeeded, $"{removal.Failure}");

        var successor = await AwaitLeader(except: leader);
        await AwaitAnswer(Propose(successor, "goes on"));
        Assert.DoesNotContain(Status(successor).Members, member => member.Id == leader);
        Assert.NotEqual(RaftRole.Leader, Status(leader).Role);
    }

    [Fact]
    public async Task Scenario_32_whoever_does_not_answer_is_another_or_of_another_cluster_is_refused_before_the_configuration_changes()
    {
        var leader = await ReadyLeader();
        await Crash(Fifth);

        await AssertRefused(leader, new AddMember(Fifth, AddressOf(Fifth), 0, false), "no server answers at", AddressOf(Fifth));
        await AssertRefused(leader, new AddMember(Fifth, AddressOf(Fourth), 0, false), "is node4, not node5");
        await AssertRefused(leader, new AddMember(Fifth, AddressOf(leader), 0, false), $"is the address of {leader}");
        await AssertRefused(leader, new AddMember(Fifth, "nonsense", 0, false), "is no address such as");

        var foreign = RaftOf(Fourth).Path.Name + "-foreign";
        await StartedForeigner(foreign);
        await AssertRefused(leader, new AddMember(Fourth, $"akka://test/user/{foreign}", 0, false), "belongs to the cluster 'another'");
    }

    [Fact]
    public async Task Scenario_32_a_used_data_directory_is_refused_before_the_configuration_changes()
    {
        var leader = await ReadyLeader();
        await AwaitAnswer(ChangeMembers(leader, Add(Fourth)));
        await Await(() => IsVoter(leader, Fourth), "the new server to vote");
        await AwaitAnswer(ChangeMembers(leader, new RemoveMember(Fourth)));

        await AssertRefused(leader, Add(Fourth), "node4 has a used data directory", "akka-raft.join = on");
    }

    [Fact]
    public async Task Scenario_35_a_leader_that_is_told_to_stop_hands_over_first()
    {
        var leader = await ReadyLeader();
        var toldAt = Elapsed;

        await Stop(leader);
        await AwaitLeader(except: leader);

        // Before the shortest election timeout, after which the others would have found out by themselves.
        Assert.True(Elapsed - toldAt < TimeSpan.FromMilliseconds(150), $"It took {Elapsed - toldAt}.");
        Assert.Single(Network.Captured<TimeoutNow>());
    }

    private AddMember Add(ServerId server) => new(server, AddressOf(server), 0, AsLearner: false);

    /// <summary>A leader that has heard all members, and so knows what each of them is.</summary>
    private async Task<ServerId> ReadyLeader()
    {
        var leader = await AwaitLeader();
        await Await(() => Status(leader).HasAdmittedAll(), "all to be admitted");
        return leader;
    }

    private bool IsVoter(ServerId leader, ServerId server) =>
        Status(leader) is { IsChangingMembers: false } status
        && status.Members.Any(member => member.Id == server) && !status.Learners.Contains(server);

    private async Task AssertRefused(ServerId leader, MemberChange change, params string[] words)
    {
        var last = Status(leader).LastLogIndex;
        var request = ChangeMembers(leader, change);
        await AwaitAnswer(request);
        var rejected = Assert.IsType<Rejected>(request.Failure);
        Assert.Equal(RejectionReason.InvalidChange, rejected.Reason);
        Assert.All(words, word => Assert.Contains(word, rejected.Detail));
        Assert.Equal(last, Status(leader).LastLogIndex);
    }

    /// <summary>The spec's cluster does not wait for this server, so virtual time must not pass before it can answer.</summary>
    private async Task StartedForeigner(string name)
    {
        var foreigner = Raft.Start(Sys, () => new Counter(), ForeignSettings(name), name);
        await Raft.WhenStarted(foreigner);
        for (var tries = 0; tries < 100; tries++)
        {
            // It says nothing before its name is on disk.
            var answer = foreigner.Ask<MemberProbeAnswer>(new MemberProbe(1));
            if (await Task.WhenAny(answer, Task.Delay(250)) == answer)
            {
                return;
            }
        }

        Assert.Fail("The server of another cluster did not start.");
    }

    private RaftSettings ForeignSettings(string name) => RaftSettings.From(Akka.Configuration.ConfigurationFactory.ParseString(
        $$"""
        akka-raft {
          cluster-id = another, server-id = node4, join = on, journal-plugin-id = "akka.persistence.journal.inmem"
          allow-volatile-journal = on, members = [{ id = node4, address = "akka://test/user/{{name}}" }]
        }
        akka.persistence.journal.inmem.replay-filter.mode = fail
        """).WithFallback(Sys.Settings.Config));
}
