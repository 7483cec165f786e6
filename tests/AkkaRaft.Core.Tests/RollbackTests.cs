using AkkaRaft.Core.Tests.Harness;
using static AkkaRaft.Core.Tests.Harness.Story;

namespace AkkaRaft.Core.Tests;

/// <summary>A member whose disk has gone back to an earlier state, as a restored copy does, has forgotten what it acknowledged.</summary>
public class RollbackTests
{
    [Fact]
    public void A_member_that_denies_what_it_acknowledged_is_counted_no_more_and_struck_from_the_configuration()
    {
        var scene = LeaderOfAdmitted();
        var acknowledged = scene.Server.LastLogIndex;
        Refuses(scene, S2, acknowledged, hint: 1, scene.HeartbeatTimeout());
        Refuses(scene, S2, acknowledged, hint: 1, scene.HeartbeatTimeout());

        var member = scene.Server.Status().Members.Single(member => member.Id == S2);
        Assert.True(member.HasLostItsMemory);
        Assert.Equal(I(0), member.MatchIndex);

        scene.HeartbeatTimeout();
        Assert.Equal(ClusterConfiguration.NoIncarnation, scene.Server.Configuration.Incarnations[S2]);

        // Nothing is committed by its word, whatever it says from now on.
        scene.DiskCatchesUp();
        Answers(scene, S2, scene.Server.LastLogIndex, scene.HeartbeatTimeout());
        Assert.Equal(acknowledged, scene.Server.CommitIndex);
        Answers(scene, S3, scene.Server.LastLogIndex, scene.HeartbeatTimeout());
        Assert.Equal(scene.Server.LastLogIndex, scene.Server.CommitIndex);
    }

    [Fact]
    public void A_late_refusal_denies_nothing()
    {
        var scene = LeaderOfAdmitted();
        var acknowledged = scene.Server.LastLogIndex;
        var sent = scene.HeartbeatTimeout();
        Answers(scene, S2, acknowledged, sent);

        // A copy of what was said before the follower had the entry.
        Refuses(scene, S2, acknowledged, hint: 1, sent, round: 1);
        Answers(scene, S2, acknowledged, scene.HeartbeatTimeout());

        var member = scene.Server.Status().Members.Single(member => member.Id == S2);
        Assert.False(member.HasLostItsMemory);
        Assert.Equal(acknowledged, member.MatchIndex);
    }

    [Fact]
    public void A_struck_member_learns_that_it_may_not_vote_and_comes_back_when_it_is_removed_and_added_anew()
    {
        var members = Admitted with { };
        var struck = MembershipArithmetic.WithIncarnations(members, [KeyValuePair.Create(S1, ClusterConfiguration.NoIncarnation)]);
        var scene = new Scene(Disk(struck, 2), incarnation: 10);

        var effects = scene.Receive(new RequestVote(S2, S1, T(3), I(9), T(2), LeadershipTransfer: true) { ToIncarnation = 10 }, 20);

        Assert.DoesNotContain(effects.Sent<RequestVoteReply>(), reply => reply.Granted);
        var without = MembershipArithmetic.Apply(struck, [new RemoveMember(S1)], out _)!;
        var again = MembershipArithmetic.Apply(without, [new AddMember(S1, "there", 11, AsLearner: false)], out _)!;
        Assert.Equal(11, again.Incarnations[S1]);
    }

    private static ClusterConfiguration Admitted => new(
        Members(3).Voters, [], [], [], [], new Dictionary<ServerId, long> { [S1] = 10, [S2] = 20, [S3] = 30 });

    /// <summary>A leader all of whose followers have acknowledged its log.</summary>
    private static Scene LeaderOfAdmitted()
    {
        var scene = new Scene(Disk(Admitted, 1, null, [1]), Settings with { PreVote = false }, incarnation: 10);
        scene.ElectionTimeout();
        scene.DiskCatchesUp();
        scene.Receive(new RequestVoteReply(S2, S1, T(2), Granted: true), 20);
        scene.DiskCatchesUp();
        var sent = scene.HeartbeatTimeout();
        Answers(scene, S2, scene.Server.LastLogIndex, sent);
        Answers(scene, S3, scene.Server.LastLogIndex, sent);
        Assert.Equal(scene.Server.LastLogIndex, scene.Server.CommitIndex);
        return scene;
    }

    private static void Answers(Scene scene, ServerId from, LogIndex match, IReadOnlyList<RaftEffect> sent) => scene.Receive(
        new AppendEntriesReply(from, S1, scene.Server.CurrentTerm, RoundOf(from, sent), true, match, I(0), I(0), T(0)), IncarnationOf(from));

    private static void Refuses(
        Scene scene, ServerId from, LogIndex rejected, long hint, IReadOnlyList<RaftEffect> sent, long? round = null) => scene.Receive(
        new AppendEntriesReply(
            from, S1, scene.Server.CurrentTerm, round ?? RoundOf(from, sent), false, I(0), rejected, I(hint), T(1)),
        IncarnationOf(from));

    private static long RoundOf(ServerId to, IReadOnlyList<RaftEffect> sent) =>
        sent.Sent<AppendEntries>().Last(message => message.To == to).Round;

    private static long IncarnationOf(ServerId id) => id == S2 ? 20 : 30;
}
