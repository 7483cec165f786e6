using AkkaRaft.Core.Tests.Harness;
using static AkkaRaft.Core.Tests.Harness.Story;

namespace AkkaRaft.Core.Tests;

/// <summary>Each fault that a simulation can put in does what it says, and nothing of it happens without.</summary>
public class FaultTests
{
    [Fact]
    public void Commit_earlier_term()
    {
        var scene = With(RaftFault.CommitEarlierTerm, Scene.Leader(term: 4, log: [1, 2, 2]));

        Assert.Equal([I(1), I(2), I(3)], scene.Accept(S2, 3).Applied());
    }

    [Fact]
    public void Count_vote_twice()
    {
        var scene = With(RaftFault.CountVoteTwice, Scene.Candidate(members: 5, term: 2));

        scene.Receive(new RequestVoteReply(S2, S1, T(2), true));
        scene.Receive(new RequestVoteReply(S2, S1, T(2), true));

        Assert.Equal(RaftRole.Leader, scene.Server.Role);
    }

    [Fact]
    public void Answer_before_write()
    {
        var scene = With(RaftFault.AnswerBeforeWrite, Scene.FollowerOf(S2, term: 1));

        Assert.Single(scene.Receive(scene.Append(S2, 0, 0, LogFrom(1, 1))).Sent<AppendEntriesReply>());
    }

    [Fact]
    public void Skip_log_check()
    {
        var scene = With(RaftFault.SkipLogCheck, Scene.FollowerOf(S2, term: 3, log: [1, 2]));

        Assert.True(Assert.Single(scene.Receive(scene.Append(S2, 2, 3, Nothing)).Sent<AppendEntriesReply>()).Success);
    }

    [Fact]
    public void Skip_up_to_date_check()
    {
        var scene = With(RaftFault.SkipUpToDateCheck, Scene.Follower(term: 3, log: [1, 2]));

        scene.Receive(new RequestVote(S2, S1, T(4), I(0), T(0), false));

        Assert.Equal(S2, scene.Server.VotedFor);
    }

    [Fact]
    public void Let_match_fall()
    {
        var scene = With(RaftFault.LetMatchFall, Scene.SettledLeader(term: 2));

        scene.Accept(S2, 0);

        Assert.Equal(I(0), scene.Server.Status().Members[0].MatchIndex);
    }

    [Fact]
    public void Cut_on_prefix()
    {
        var scene = With(RaftFault.CutOnPrefix, Scene.FollowerOf(S2, term: 1, log: [1, 1, 1, 1]));

        scene.Receive(scene.Append(S2, 0, 0, LogFrom(1, 1)));

        Assert.Equal(I(1), scene.Server.LastLogIndex);
    }

    [Fact]
    public void Read_without_quorum() =>
        With(RaftFault.ReadWithoutQuorum, Scene.SettledLeader(term: 2)).Read(5).ShouldBe("serve #5 at 1");

    [Fact]
    public void Apply_twice()
    {
        var scene = With(RaftFault.ApplyTwice, Scene.SettledLeader(term: 2));
        scene.Propose(1);
        scene.DiskCatchesUp();

        Assert.Equal([I(1), I(2)], scene.Accept(S2, 2).Applied());
    }

    [Fact]
    public void Leader_counts_unwritten_entries()
    {
        var scene = With(RaftFault.LeaderCountsUnwrittenEntries, Scene.SettledLeader(term: 2));
        scene.Propose(1);

        Assert.Equal([I(2)], scene.Accept(S2, 2).Applied());
    }

    [Fact]
    public void Acknowledge_beyond_request()
    {
        var scene = With(RaftFault.AcknowledgeBeyondRequest, Scene.FollowerOf(S2, term: 1, log: [1, 1, 1]));

        Assert.Equal(I(3), Assert.Single(scene.Receive(scene.Append(S2, 1, 1, Nothing)).Sent<AppendEntriesReply>()).MatchIndex);
    }

    [Fact]
    public void Keep_leading_without_quorum()
    {
        var scene = With(RaftFault.KeepLeadingWithoutQuorum, Scene.SettledLeader(term: 2));

        scene.ElectionTimeout();
        scene.ElectionTimeout();

        Assert.Equal(RaftRole.Leader, scene.Server.Role);
    }

    private static Scene With(RaftFault fault, Scene scene)
    {
        scene.Server.Rules = FaultyRules.Of(fault);
        return scene;
    }
}
