using AkkaRaft.Core.Tests.Harness;
using static AkkaRaft.Core.Tests.Harness.Story;

namespace AkkaRaft.Core.Tests;

/// <summary>Reads by a lease (dissertation, section 6.4.1): 200 ms of election timeout and a drift of 10% leave 163 ms.</summary>
public class LeaseTests
{
    private static readonly RaftOptions Leases = Settings with { LeaseReads = true };

    [Fact]
    public void A_leader_whom_a_quorum_has_answered_lately_answers_reads_at_once()
    {
        var scene = LeaderWithLease();

        scene.Pass(163);
        scene.Read(5).ShouldBe("serve #5 at 1");
    }

    [Fact]
    public void Scenario_20_the_lease_ends_so_early_that_no_allowed_drift_lets_another_lead_meanwhile()
    {
        var scene = LeaderWithLease();
        scene.Pass(164);

        Assert.Empty(scene.Read(5).OfType<Serve>());
    }

    [Fact]
    public void The_lease_counts_from_when_the_heartbeat_was_sent_not_from_its_answer()
    {
        var scene = Scene.SettledLeader(options: Leases);
        var round = scene.HeartbeatTimeout().Sent<AppendEntries>().First().HeartbeatSequence;
        scene.Pass(100);
        scene.Accept(S2, 1, round);
        scene.Pass(63);
        scene.Read(5).ShouldBe("serve #5 at 1");

        scene.Pass(1);
        Assert.Empty(scene.Read(6).OfType<Serve>());
    }

    [Fact]
    public void One_follower_of_four_gives_no_lease()
    {
        var scene = Scene.SettledLeader(members: 5, options: Leases);
        scene.Accept(S2, 1, scene.HeartbeatTimeout().Sent<AppendEntries>().First().HeartbeatSequence);

        Assert.Empty(scene.Read(5).OfType<Serve>());
    }

    [Fact]
    public void Without_the_setting_there_is_none()
    {
        var scene = Scene.SettledLeader();
        scene.Accept(S2, 1, scene.HeartbeatTimeout().Sent<AppendEntries>().First().HeartbeatSequence);

        Assert.Empty(scene.Read(5).OfType<Serve>());
    }

    [Fact]
    public void There_is_none_before_the_leaders_first_commit()
    {
        var scene = Scene.Leader(log: [1], options: Leases);
        var round = scene.HeartbeatTimeout().Sent<AppendEntries>().First().HeartbeatSequence;
        scene.Accept(S2, 1, round);

        scene.Read(5).ShouldBe();
    }

    [Fact]
    public void There_is_none_any_more_once_another_was_told_to_campaign_even_if_nothing_comes_of_it()
    {
        var scene = LeaderWithLease();
        scene.Transfer(9, S3).ShouldBe("to s3: campaign now, term 2");
        Assert.Empty(scene.Read(5).OfType<Serve>());

        foreach (var _ in Enumerable.Range(0, 5))
        {
            scene.Accept(S2, 1, scene.HeartbeatTimeout().Sent<AppendEntries>().First().HeartbeatSequence);
        }

        Assert.Empty(scene.Read(6).OfType<Serve>());
    }

    [Fact]
    public void The_next_lead_begins_without_one()
    {
        var scene = LeaderWithLease();
        scene.Receive(scene.Append(S2, 1, 2, Nothing, term: 3));
        scene.ElectionTimeout();
        scene.DiskCatchesUp();
        scene.Receive(new RequestVoteReply(S2, S1, T(4), Granted: true));
        scene.DiskCatchesUp();
        scene.Accept(S2, 2);

        Assert.Equal(RaftRole.Leader, scene.Server.Role);
        Assert.Empty(scene.Read(5).OfType<Serve>());
    }

    [Fact]
    public void A_voter_honours_the_lease_of_a_leader_that_it_has_heard_even_when_it_knows_of_no_leader_any_more()
    {
        var scene = Scene.FollowerOf(S2, options: Leases);
        scene.Receive(new AppendEntriesReply(S3, S1, T(2), 1, false, I(0), I(0), I(0), T(0)));
        Assert.Null(scene.Server.Leader);
        scene.DiskCatchesUp();
        scene.Pass(199);

        scene.Receive(new RequestVote(S3, S1, T(3), I(9), T(1), LeadershipTransfer: false)).ShouldBe();
        scene.Receive(new PreVote(S3, S1, T(2), I(9), T(1))).ShouldBe("to s3: pre-vote no for 2, term 2");

        scene.Pass(1);
        scene.Receive(new PreVote(S3, S1, T(2), I(9), T(1))).ShouldBe("to s3: pre-vote yes for 2, term 2");
    }

    [Fact]
    public void A_voter_that_was_restarted_honours_a_lease_that_it_may_have_granted_before()
    {
        var scene = Scene.Follower(log: [1], options: Leases);

        scene.Receive(new RequestVote(S3, S1, T(2), I(1), T(1), LeadershipTransfer: false)).ShouldBe();
        scene.Pass(200);
        scene.Receive(new RequestVote(S3, S1, T(2), I(1), T(1), LeadershipTransfer: false));
        scene.DiskCatchesUp().ShouldBe("to s3: vote yes, term 2");
    }

    [Fact]
    public void Reads_by_lease_need_a_leader_that_gives_up_when_no_quorum_answers()
    {
        Assert.Throws<ArgumentException>(() => Scene.Follower(options: Leases with { CheckQuorum = false }));
    }

    /// <summary>A leader whose lease has begun just now.</summary>
    private static Scene LeaderWithLease()
    {
        var scene = Scene.ModernLeader(options: Leases);
        scene.Accept(S2, 1, scene.HeartbeatTimeout().Sent<AppendEntries>().First().HeartbeatSequence);
        return scene;
    }
}
