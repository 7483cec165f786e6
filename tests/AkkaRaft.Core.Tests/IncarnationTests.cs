using AkkaRaft.Core.Tests.Harness;
using static AkkaRaft.Core.Tests.Harness.Story;

namespace AkkaRaft.Core.Tests;

/// <summary>
/// Who may speak under a member's name: a data directory has a name of its own, and only the one that was admitted counts.
/// </summary>
public class IncarnationTests
{
    [Fact]
    public void Once_every_member_was_heard_the_names_of_their_directories_go_into_the_log()
    {
        var scene = NamedLeader();
        Answer(scene, S2, 1, incarnation: 20);
        Assert.Empty(scene.HeartbeatTimeout().Written<EntriesAppended>());

        Answer(scene, S3, 1, incarnation: 30);
        var entry = Assert.Single(Assert.Single(scene.HeartbeatTimeout().Written<EntriesAppended>()).Entries);

        var incarnations = Assert.IsType<ConfigurationChange>(entry.Payload).Configuration.Incarnations;
        Assert.Equal([(S1, 10), (S2, 20), (S3, 30)], incarnations.Select(pair => (pair.Key, pair.Value)));
    }

    [Fact]
    public void And_they_do_once()
    {
        var scene = AdmittingLeader();

        for (var beat = 0; beat < 5; beat++)
        {
            Assert.Empty(scene.HeartbeatTimeout().Written<EntriesAppended>());
            Answer(scene, S2, 2, incarnation: 20);
        }
    }

    [Fact]
    public void Scenario_34_a_member_with_another_directory_is_not_counted_and_the_status_says_so()
    {
        var scene = AdmittingLeader();
        scene.Propose(1);
        scene.DiskCatchesUp();

        Answer(scene, S3, 3, incarnation: 31).ShouldBe();

        Assert.Equal(I(2), scene.Server.CommitIndex);
        Assert.True(scene.Server.Status().Members.Single(member => member.Id == S3).HasStaleIncarnation);
        Assert.Equal([I(3)], Answer(scene, S3, 3, incarnation: 30).Applied());
        Assert.False(scene.Server.Status().Members.Single(member => member.Id == S3).HasStaleIncarnation);
    }

    [Fact]
    public void Nor_does_it_keep_a_leader_in_its_lead_or_confirm_a_read()
    {
        var scene = AdmittingLeader();
        scene.Read(5);

        Assert.Empty(scene.Receive(
            new AppendEntriesReply(S3, S1, T(2), 99, true, I(2), I(0), I(0), T(0)), incarnation: 31).OfType<Serve>());
        scene.Pass(150);
        Answer(scene, S3, 2, incarnation: 31);
        scene.Pass(100);
        Answer(scene, S3, 2, incarnation: 31);
        Assert.Equal(RaftRole.Follower, scene.Server.Role);
    }

    [Fact]
    public void Its_vote_does_not_count()
    {
        var scene = new Scene(AdmittedDisk(), Settings with { PreVote = false }, incarnation: 10);
        scene.ElectionTimeout();
        Assert.All(scene.DiskCatchesUp().Sent<RequestVote>(), ask => Assert.Equal(ask.To == S2 ? 20 : 30, ask.ToIncarnation));

        scene.Receive(new RequestVoteReply(S3, S1, T(3), Granted: true), incarnation: 31);
        Assert.Equal(RaftRole.Candidate, scene.Server.Role);
        scene.Receive(new RequestVoteReply(S3, S1, T(3), Granted: true), incarnation: 30);
        Assert.Equal(RaftRole.Leader, scene.Server.Role);
    }

    [Fact]
    public void A_server_that_is_asked_under_another_incarnation_does_not_vote()
    {
        var scene = new Scene(Disk(Members(3)), incarnation: 31);
        var ask = new RequestVote(S2, S1, T(1), I(1), T(1), LeadershipTransfer: false);

        scene.Receive(ask with { ToIncarnation = 30 });
        scene.DiskCatchesUp().ShouldBe("to s2: vote no, term 1");
        scene.Receive(new PreVote(S2, S1, T(1), I(1), T(1)) { ToIncarnation = 30 }).ShouldBe("to s2: pre-vote no for 1, term 1");
        scene.Receive(ask with { ToIncarnation = 31 });
        scene.DiskCatchesUp().ShouldBe("to s2: vote yes, term 1");
    }

    [Fact]
    public void A_server_in_whose_place_another_was_admitted_neither_votes_nor_campaigns_nor_takes_the_lead()
    {
        var scene = new Scene(AdmittedDisk(), incarnation: 11);

        scene.ElectionTimeout().ShouldBe("timer Election");
        scene.Receive(new TimeoutNow(S2, S1, T(2))).ShouldBe();
        scene.Receive(new RequestVote(S2, S1, T(3), I(9), T(2), LeadershipTransfer: false));
        scene.DiskCatchesUp().ShouldBe("to s2: vote no, term 3");
    }

    [Fact]
    public void A_server_without_a_name_is_taken_for_the_one_that_it_says_it_is()
    {
        var scene = AdmittingLeader();
        scene.Propose(1);
        scene.DiskCatchesUp();

        Assert.Equal([I(3)], Answer(scene, S3, 3, incarnation: 0).Applied());
    }

    [Fact]
    public void Before_any_was_admitted_another_directory_has_nothing_of_what_the_former_one_acknowledged()
    {
        using var mark = CoverageMark.Expect();
        var scene = NamedLeader();
        Answer(scene, S3, 1, incarnation: 30);

        Answer(scene, S3, 1, incarnation: 31).ShouldBe();

        Assert.Equal(I(0), scene.Server.Status().Members.Single(member => member.Id == S3).MatchIndex);
    }

    [Fact]
    public void A_wiped_server_that_was_removed_and_added_again_counts_under_its_new_name()
    {
        var cluster = new ScriptedCluster(3, _ => new RaftOptions(), incarnations: id => id.Value[1] - '0');
        cluster.RunFor(TimeSpan.FromSeconds(3));
        var leader = Assert.Single(cluster.Leaders());
        Assert.Equal(3, cluster[leader].Configuration.Incarnations.Count);
        var wiped = leader == S3 ? S2 : S3;
        var other = Members(3).Voters.Single(id => id != leader && id != wiped);
        cluster.Wipe(wiped, Members(3), incarnation: 33);
        cluster.RunFor(TimeSpan.FromSeconds(1));
        Assert.True(cluster[leader].Status().Members.Single(member => member.Id == wiped).HasStaleIncarnation);

        cluster.Change(leader, 1, new RemoveMember(wiped));
        cluster.RunFor(TimeSpan.FromSeconds(1));
        cluster.Wipe(wiped, ClusterConfiguration.Empty, incarnation: 33);
        cluster.Change(leader, 2, new AddMember(wiped, "", 33, AsLearner: false));
        cluster.RunFor(TimeSpan.FromSeconds(2));

        Assert.Equal("voters {s1, s2, s3}", cluster[wiped].Configuration.ToString());
        cluster.CutOff(other);
        cluster.Propose(leader, 3);
        cluster.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal(R(3), cluster.AnswersOf(leader).OfType<Apply>().Last().Entries[^1].Request);
    }

    /// <summary>Once a late answer of its former self had the wrong name admitted: seed 32 of the simulation.</summary>
    [Fact]
    public void A_server_that_was_added_again_is_not_known_by_what_its_former_self_has_said()
    {
        var scene = AdmittingLeader();
        Change(scene, 1, new RemoveMember(S3));
        Answer(scene, S2, 3, incarnation: 20);
        Answer(scene, S3, 3, incarnation: 30);
        scene.DiskCatchesUp();
        Answer(scene, S2, 4, incarnation: 20);
        scene.DiskCatchesUp();
        var round = Change(scene, 2, new AddMember(S3, "", 0, AsLearner: true)).Sent<AppendEntries>().Max(append => append.HeartbeatSequence);
        Answer(scene, S2, 5, incarnation: 20);

        Answer(scene, S3, 3, incarnation: 30);
        Assert.Empty(scene.HeartbeatTimeout().Written<EntriesAppended>());
        scene.Receive(new AppendEntriesReply(S3, S1, T(2), round, true, I(0), I(0), I(0), T(0)), incarnation: 33);
        scene.HeartbeatTimeout();

        Assert.Equal(33, scene.Server.Configuration.Incarnations[S3]);
    }

    /// <summary>A leader of directory 10 in term 2 whose first entry is committed.</summary>
    private static Scene NamedLeader()
    {
        var scene = new Scene(Disk(Members(3), 1), Settings with { PreVote = false }, incarnation: 10);
        scene.ElectionTimeout();
        scene.DiskCatchesUp();
        scene.Receive(new RequestVoteReply(S2, S1, T(2), Granted: true));
        scene.DiskCatchesUp();
        scene.Accept(S2, 1);
        return scene;
    }

    /// <summary>The same when directories 20 and 30 have been admitted as s2 and s3.</summary>
    private static Scene AdmittingLeader()
    {
        var scene = NamedLeader();
        Answer(scene, S2, 1, incarnation: 20);
        Answer(scene, S3, 1, incarnation: 30);
        scene.HeartbeatTimeout();
        scene.DiskCatchesUp();
        Answer(scene, S2, 2, incarnation: 20);
        Answer(scene, S3, 2, incarnation: 30);
        Assert.Equal(I(2), scene.Server.CommitIndex);
        return scene;
    }

    private static PersistentState AdmittedDisk()
    {
        var incarnations = new Dictionary<ServerId, long> { [S1] = 10, [S2] = 20, [S3] = 30 };
        var disk = Disk(Members(3), 2);
        disk.Replay(new EntriesAppended(
        [
            new LogEntry(I(1), T(2), new ConfigurationChange(new ClusterConfiguration(Members(3).Voters, [], [], [], [], incarnations))),
        ]));
        return disk;
    }

    private static IReadOnlyList<RaftEffect> Change(Scene scene, long request, MemberChange change)
    {
        var effects = scene.Step(new ChangeMembers(scene.Now, R(request), [change], Forwarded: false));
        scene.DiskCatchesUp();
        return effects;
    }

    private static IReadOnlyList<RaftEffect> Answer(Scene scene, ServerId follower, long match, long incarnation) => scene.Receive(
        new AppendEntriesReply(follower, S1, scene.Server.CurrentTerm, 1, true, I(match), I(0), I(0), T(0)), incarnation);
}
