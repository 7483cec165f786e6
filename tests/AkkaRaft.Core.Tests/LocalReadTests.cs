using AkkaRaft.Core.Tests.Harness;
using static AkkaRaft.Core.Tests.Harness.Story;

namespace AkkaRaft.Core.Tests;

/// <summary>Reads that a server answers from its own state (dissertation, section 6.4.1).</summary>
public class LocalReadTests
{
    [Fact]
    public void A_follower_asks_the_leader_for_the_index_and_answers_once_that_is_committed_here()
    {
        var scene = Scene.ModernFollower(log: [1, 1], commit: 1);

        var number = ReadContext(LocalRead(scene, 5));
        Answer(scene, number, 2).ShouldBe();

        scene.Receive(scene.Append(S2, 2, 1, Nothing, commit: 2)).ShouldBe("apply [2/1]", "serve #5 at 2", "to s2: match 2, term 1");
    }

    [Fact]
    public void And_at_once_where_it_is_already()
    {
        var scene = Scene.ModernFollower(log: [1, 1], commit: 2);

        Answer(scene, ReadContext(LocalRead(scene, 5)), 2).ShouldBe("serve #5 at 2");
    }

    [Fact]
    public void Reads_that_come_while_a_question_is_out_share_the_next_one()
    {
        var scene = Scene.ModernFollower(log: [1, 1], commit: 2);
        var first = ReadContext(LocalRead(scene, 5));
        LocalRead(scene, 6).ShouldBe();
        LocalRead(scene, 7).ShouldBe();

        Answer(scene, first, 2).ShouldBe("serve #5 at 2", "to s2: read index in 1?");
        Answer(scene, first + 1, 2).ShouldBe("serve #6 at 2", "serve #7 at 2");
    }

    [Fact]
    public void Scenario_19_an_answer_that_comes_twice_or_to_an_earlier_question_serves_nothing()
    {
        var scene = Scene.ModernFollower(log: [1, 1], commit: 2);
        var first = ReadContext(LocalRead(scene, 5));
        Answer(scene, first, 2);
        var second = ReadContext(LocalRead(scene, 6));

        Answer(scene, first, 2).ShouldBe();
        Answer(scene, second, 2).ShouldBe("serve #6 at 2");
        Answer(scene, second, 2).ShouldBe();
    }

    /// <summary>Once questions were counted from 1 in each life, so that an old answer in the same term served a stale read.</summary>
    [Fact]
    public void Scenario_19_an_answer_to_a_question_of_an_earlier_life_serves_nothing()
    {
        var former = new RaftServer(S1, Members(3), Disk(Members(3), 1), Settings, seed: 1);
        var present = new RaftServer(S1, Members(3), Disk(Members(3), 1), Settings, seed: 2);

        Assert.NotEqual(FirstQuestion(former), FirstQuestion(present));
    }

    /// <summary>Once it was asked again under another number, so that no read came to an end where answers took two heartbeats.</summary>
    [Fact]
    public void A_question_without_an_answer_is_asked_again_and_the_answer_to_either_counts()
    {
        var scene = Scene.ModernFollower(log: [1], commit: 1);
        var first = ReadContext(LocalRead(scene, 5));
        LocalRead(scene, 6).ShouldBe();
        scene.Pass(100);

        var second = ReadContext(ReadsTimer(scene));

        Assert.Equal(first, second);
        Answer(scene, first, 1).ShouldBe("serve #5 at 1", "to s2: read index in 1?");
        Answer(scene, second, 1).ShouldBe();
        Answer(scene, second + 1, 1).ShouldBe("serve #6 at 1");
    }

    /// <summary>Once the answer was that no leader is known, and named one.</summary>
    [Fact]
    public void A_read_that_the_leader_does_not_answer_is_given_up_with_that_reason()
    {
        var scene = Scene.ModernFollower(log: [1], commit: 1);
        LocalRead(scene, 5);
        scene.Pass(401);

        ReadsTimer(scene).ShouldBe("reject #5: NotCaughtUp, leader s2");
    }

    [Fact]
    public void And_so_is_one_whose_leader_is_gone()
    {
        var scene = Scene.ModernFollower(log: [1], commit: 1);
        LocalRead(scene, 5);
        scene.ElectionTimeout();
        scene.Pass(201);

        ReadsTimer(scene).ShouldBe("reject #5: NoLeaderKnown, leader none");
    }

    [Fact]
    public void A_read_behind_an_entry_that_does_not_come_is_given_up_with_that_reason()
    {
        var scene = Scene.ModernFollower(log: [1], commit: 1);
        Answer(scene, ReadContext(LocalRead(scene, 5)), 9);
        scene.Pass(401);

        ReadsTimer(scene).ShouldBe("reject #5: NotCaughtUp, leader s2");
    }

    [Fact]
    public void Where_no_leader_is_known_a_read_is_refused()
    {
        LocalRead(Scene.Follower(), 5).ShouldBe("reject #5: NoLeaderKnown, leader none");
    }

    [Fact]
    public void A_read_that_may_be_old_without_a_bound_needs_no_leader_and_no_quorum()
    {
        var leader = Scene.ModernLeader();
        var lonely = Scene.ModernFollower(log: [1, 1], commit: 1);
        lonely.ElectionTimeout();

        Unbounded(lonely).ShouldBe("serve #5 at 1");
        Unbounded(leader).ShouldBe($"serve #5 at {leader.Server.CommitIndex}");

        static IReadOnlyList<RaftEffect> Unbounded(Scene scene) =>
            scene.Step(new Read(scene.Now, R(5), Forwarded: false) { Consistency = ReadConsistency.Local });
    }

    [Fact]
    public void A_leader_answers_such_a_read_as_any_other()
    {
        var scene = Scene.ModernLeader();

        Assert.Equal(2, LocalRead(scene, 5).Sent<AppendEntries>().Count());
    }

    [Fact]
    public void A_server_that_has_become_leader_answers_itself_what_it_had_not_been_told()
    {
        using var mark = CoverageMark.Expect();
        var scene = Scene.ModernFollower(log: [1], commit: 1);
        LocalRead(scene, 5);
        scene.Receive(new TimeoutNow(S2, S1, T(1)));
        scene.DiskCatchesUp();
        scene.Receive(new RequestVoteReply(S2, S1, T(2), Granted: true));
        scene.DiskCatchesUp();
        scene.Accept(S2, 2);
        scene.Pass(100);

        var round = ReadsTimer(scene).Sent<AppendEntries>().First().HeartbeatSequence;

        Assert.Contains(new Serve(R(5), I(2)), scene.Accept(S2, 2, round));
    }

    [Fact]
    public void Scenario_18_a_leader_answers_a_followers_question_only_when_it_has_committed_in_its_term()
    {
        var scene = Scene.Leader(log: [1, 1]);
        Assert.Empty(scene.Receive(new ReadIndexRequest(S3, S1, T(2), 8)).Sent<ReadIndexReply>());

        var effects = scene.Accept(S2, 3);
        Assert.Empty(effects.Sent<ReadIndexReply>());
        var round = effects.Sent<AppendEntries>().First().HeartbeatSequence;

        scene.Accept(S2, 3, round).ShouldBe("to s3: read index 3, term 2");
    }

    [Fact]
    public void Scenario_17_a_leader_that_is_cut_off_answers_no_follower()
    {
        var scene = Scene.ModernLeader();
        scene.Receive(new ReadIndexRequest(S3, S1, T(2), 8));

        Assert.Empty(scene.Receive(new RequestVoteReply(S2, S1, T(3), Granted: false)).Sent<ReadIndexReply>());
    }

    [Fact]
    public void A_question_of_a_server_that_is_no_member_is_not_answered()
    {
        Scene.ModernLeader().Receive(new ReadIndexRequest(S5, S1, T(2), 8)).ShouldBe();
    }

    [Fact]
    public void A_stale_read_is_answered_at_once_as_long_as_what_the_leader_said_is_young_enough()
    {
        var scene = Scene.ModernFollower(log: [1], commit: 1);
        var question = ReadContext(StaleRead(scene, 5, maxAge: 150));
        scene.Pass(20);
        Answer(scene, question, 1);

        scene.Pass(130);
        StaleRead(scene, 6, maxAge: 150).ShouldBe("serve #6 at 1");
        scene.Pass(1);
        ReadContext(StaleRead(scene, 7, maxAge: 150));
    }

    [Fact]
    public void A_stale_read_does_not_go_by_what_is_not_committed_here_yet()
    {
        var scene = Scene.ModernFollower(log: [1, 1], commit: 1);
        Answer(scene, ReadContext(StaleRead(scene, 5, maxAge: 150)), 2).ShouldBe();

        ReadContext(StaleRead(scene, 6, maxAge: 150));
    }

    [Fact]
    public void A_client_reads_its_own_write_wherever_that_is_committed()
    {
        var scene = Scene.ModernFollower(log: [1, 1], commit: 1);

        ReadBehind(scene, 5, index: 1).ShouldBe("serve #5 at 1");
        ReadBehind(scene, 6, index: 2).ShouldBe("timer Reads");
        scene.Receive(scene.Append(S2, 2, 1, Nothing, commit: 2)).ShouldBe("apply [2/1]", "serve #6 at 2", "to s2: match 2, term 1");
    }

    [Fact]
    public void What_waits_is_bounded()
    {
        var scene = Scene.ModernFollower(log: [1], commit: 1, options: Settings with { MaxLocalReads = 2 });
        LocalRead(scene, 5);
        ReadBehind(scene, 6, index: 9);

        LocalRead(scene, 7).ShouldBe("reject #7: Overloaded, leader s2");
    }

    private static IReadOnlyList<RaftEffect> LocalRead(Scene scene, long request) => scene.Step(
        new Read(scene.Now, R(request), Forwarded: false) { Consistency = ReadConsistency.LinearizableLocal });

    private static IReadOnlyList<RaftEffect> StaleRead(Scene scene, long request, double maxAge) => scene.Step(
        new Read(scene.Now, R(request), Forwarded: false)
        {
            Consistency = ReadConsistency.Stale,
            MaxAge = TimeSpan.FromMilliseconds(maxAge),
        });

    private static IReadOnlyList<RaftEffect> ReadBehind(Scene scene, long request, long index) => scene.Step(
        new Read(scene.Now, R(request), Forwarded: false) { Consistency = ReadConsistency.AtIndex, Index = I(index) });

    private static IReadOnlyList<RaftEffect> ReadsTimer(Scene scene) => scene.Step(new TimerElapsed(scene.Now, RaftTimer.Reads));

    private static long ReadContext(IEnumerable<RaftEffect> effects) => Assert.Single(effects.Sent<ReadIndexRequest>()).ReadContext;

    private static IReadOnlyList<RaftEffect> Answer(Scene scene, long number, long index) =>
        scene.Receive(new ReadIndexReply(S2, S1, T(1), number, I(index)));

    private static long FirstQuestion(RaftServer server)
    {
        server.Step(new Started(TimeSpan.Zero));
        server.Step(new MessageReceived(TimeSpan.Zero, new AppendEntries(S2, S1, T(1), I(0), T(0), Nothing, I(0), 1)
        {
            ClusterVersion = ProtocolVersion.Latest,
        }));
        return ReadContext(server.Step(
            new Read(TimeSpan.Zero, R(1), Forwarded: false) { Consistency = ReadConsistency.LinearizableLocal }));
    }
}
