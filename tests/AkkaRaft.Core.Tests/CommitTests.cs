using AkkaRaft.Core.Tests.Harness;
using static AkkaRaft.Core.Tests.Harness.Story;

namespace AkkaRaft.Core.Tests;

/// <summary>When an entry is committed (sections 5.3 and 5.4.2).</summary>
public class CommitTests
{
    [Fact]
    public void An_entry_is_committed_when_a_majority_has_it_on_disk()
    {
        var scene = Scene.SettledLeader(members: 5, term: 2);
        scene.Propose(7);
        scene.DiskCatchesUp();

        Assert.Empty(scene.Accept(S2, 2).Applied());
        Assert.Equal([I(2)], scene.Accept(S3, 2).Applied());
    }

    [Fact]
    public void The_leader_counts_itself_only_when_its_own_write_is_done()
    {
        var scene = Scene.SettledLeader(members: 3, term: 2);
        scene.Propose(7);

        Assert.Empty(scene.Accept(S2, 2).Applied());
        Assert.Equal([I(2)], scene.DiskCatchesUp().Applied());
    }

    [Fact]
    public void A_majority_without_the_leader_commits_too()
    {
        var scene = Scene.SettledLeader(members: 3, term: 2);
        scene.Propose(7);

        scene.Accept(S2, 2);

        Assert.Equal([I(2)], scene.Accept(S3, 2).Applied());
    }

    [Fact]
    public void An_entry_of_an_earlier_term_commits_only_behind_one_of_the_current()
    {
        var scene = Scene.Leader(members: 3, term: 4, log: [1, 2, 2]);

        scene.Accept(S2, 3);
        Assert.Equal(I(0), scene.Server.CommitIndex);

        Assert.Equal([I(1), I(2), I(3), I(4)], scene.Accept(S2, 4).Applied());
    }

    [Fact]
    public void The_client_is_told_of_its_own_entry_and_no_other()
    {
        var scene = Scene.SettledLeader(members: 3, term: 2);
        scene.Propose(7, 8);
        scene.DiskCatchesUp();

        scene.Accept(S2, 3).ShouldBe("apply [2/2 3/2] #7 #8", "to s2: append [] behind 3/2, commit 3, term 2");
    }

    [Fact]
    public void In_a_joint_configuration_both_majorities_must_have_it()
    {
        var joint = new ClusterConfiguration([S1, S2, S3], [S1, S4, S5], [], []);
        var scene = new Scene(Disk(joint, term: 1), Settings with { PreVote = false });
        scene.ElectionTimeout();
        scene.DiskCatchesUp();
        scene.Receive(new RequestVoteReply(S2, S1, T(2), true));
        scene.Receive(new RequestVoteReply(S4, S1, T(2), true));
        scene.DiskCatchesUp();

        scene.Accept(S2, 1);
        scene.Accept(S3, 1);
        Assert.Equal(I(0), scene.Server.CommitIndex);
        scene.Accept(S5, 1);

        Assert.Equal(I(1), scene.Server.CommitIndex);
    }

    [Fact]
    public void Applied_is_what_the_state_machine_says_it_is()
    {
        var scene = Scene.SettledLeader(members: 3, term: 2);
        Assert.Equal((I(1), I(0)), (scene.Server.CommitIndex, scene.Server.LastApplied));

        scene.Step(new Applied(scene.Now, I(1))).ShouldBe();
        scene.Step(new Applied(scene.Now, I(0))).ShouldBe();

        Assert.Equal(I(1), scene.Server.LastApplied);
    }
}
