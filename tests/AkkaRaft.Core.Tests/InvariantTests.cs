using AkkaRaft.Core.Tests.Harness;
using static AkkaRaft.Core.Tests.Harness.Story;

namespace AkkaRaft.Core.Tests;

/// <summary>A server that meets what cannot be stops with the facts, in Release too.</summary>
public class InvariantTests
{
    [Fact]
    public void A_committed_entry_is_never_overwritten()
    {
        var scene = Scene.FollowerOf(S2, term: 2, log: [1, 1, 1]);
        scene.Receive(scene.Append(S2, 3, 1, Nothing, commit: 3));

        var broken = Assert.Throws<InvariantViolationException>(() => scene.Receive(scene.Append(S2, 1, 1, LogFrom(2, 2))));

        Assert.Equal("s1 (Follower, term 2, last index 3, commit index 3): the committed entry 2 would be overwritten.", broken.Message);
    }

    [Fact]
    public void There_are_no_two_leaders_in_a_term()
    {
        var follower = Scene.FollowerOf(S2, term: 2);
        Assert.Throws<InvariantViolationException>(() => follower.Receive(follower.Append(S3, 0, 0, Nothing)));

        var leader = Scene.Leader(term: 2);
        Assert.Throws<InvariantViolationException>(() => leader.Receive(leader.Append(S3, 0, 0, Nothing)));
    }

    [Fact]
    public void Nobody_acknowledges_what_was_never_sent()
    {
        var scene = Scene.SettledLeader(term: 2);

        Assert.Throws<InvariantViolationException>(() => scene.Accept(S2, 9));
    }

    [Fact]
    public void The_disk_writes_and_the_state_machine_applies_only_what_it_was_given()
    {
        var scene = Scene.SettledLeader(term: 2);

        Assert.Throws<InvariantViolationException>(() => scene.Step(new Persisted(scene.Now, 99)));
        Assert.Throws<InvariantViolationException>(() => scene.Step(new Applied(scene.Now, I(99))));
    }

    [Fact]
    public void Entries_come_without_a_gap_and_their_terms_do_not_fall()
    {
        var scene = Scene.FollowerOf(S2, term: 3, log: [2]);

        Assert.Throws<InvariantViolationException>(() => scene.Receive(scene.Append(S2, 1, 2, LogFrom(3, 3))));
        Assert.Throws<InvariantViolationException>(() => scene.Receive(scene.Append(S2, 1, 2, LogFrom(2, 1))));
        Assert.Throws<InvariantViolationException>(() => scene.Receive(scene.Append(S2, 1, 2, LogFrom(2, 9))));
    }
}
