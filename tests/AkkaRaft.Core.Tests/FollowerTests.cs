using AkkaRaft.Core.Tests.Harness;
using static AkkaRaft.Core.Tests.Harness.Story;

namespace AkkaRaft.Core.Tests;

/// <summary>A follower and AppendEntries (section 5.3; figure 2, "AppendEntries RPC, receiver implementation").</summary>
public class FollowerTests
{
    [Fact]
    public void New_entries_are_written_first_and_acknowledged_when_they_are_durable()
    {
        var scene = Scene.FollowerOf(S2, term: 1, log: [1, 1]);

        scene.Receive(scene.Append(S2, 2, 1, LogFrom(3, 1, 1))).ShouldBe("write 1: entries [3/1 4/1]");
        scene.DiskCatchesUp().ShouldBe("to s2: match 4, term 1");
    }

    [Fact]
    public void The_first_message_of_a_leader_makes_it_known()
    {
        var scene = Scene.Follower(term: 1);

        scene.Receive(scene.Append(S2, 0, 0, Nothing)).ShouldBe("Follower in term 1, leader s2", "to s2: match 0, term 1");
    }

    [Fact]
    public void A_heartbeat_is_answered_at_once_however_slow_the_disk()
    {
        var scene = Scene.FollowerOf(S2, term: 1, log: [1, 1]);
        scene.Receive(scene.Append(S2, 2, 1, LogFrom(3, 1)));

        scene.Receive(scene.Append(S2, 3, 1, Nothing)).ShouldBe("to s2: match 2, term 1");
    }

    [Fact]
    public void What_the_leader_has_committed_is_applied_as_far_as_the_request_reaches()
    {
        var scene = Scene.FollowerOf(S2, term: 1, log: [1, 1, 1]);

        scene.Receive(scene.Append(S2, 2, 1, Nothing, commit: 9)).ShouldBe("apply [1/1 2/1]", "to s2: match 2, term 1");
        scene.Receive(scene.Append(S2, 2, 1, LogFrom(3, 1), commit: 9)).ShouldBe("apply [3/1]", "to s2: match 3, term 1");
        Assert.Equal(I(3), scene.Server.CommitIndex);
    }

    [Fact]
    public void The_commit_index_does_not_fall_with_an_old_message()
    {
        var scene = Scene.FollowerOf(S2, term: 1, log: [1, 1, 1]);
        scene.Receive(scene.Append(S2, 3, 1, Nothing, commit: 3));

        scene.Receive(scene.Append(S2, 3, 1, Nothing, commit: 1)).ShouldBe("to s2: match 3, term 1");

        Assert.Equal(I(3), scene.Server.CommitIndex);
    }

    [Fact]
    public void Many_committed_entries_are_handed_out_in_batches()
    {
        var scene = Scene.FollowerOf(S2, term: 1, log: [1, 1, 1, 1, 1], options: Settings with { MaxBatchEntries = 2 });

        scene.Receive(scene.Append(S2, 5, 1, Nothing, commit: 5)).ShouldBe(
            "apply [1/1 2/1]", "apply [3/1 4/1]", "apply [5/1]", "to s2: match 5, term 1");
    }

    [Fact]
    public void A_request_behind_a_missing_entry_is_refused_with_the_end_of_the_log()
    {
        var scene = Scene.FollowerOf(S2, term: 3, log: [1, 1]);

        scene.Receive(scene.Append(S2, 7, 3, LogFrom(8, 3))).ShouldBe("to s2: no match at 7, conflict 2/1, term 3");
    }

    [Fact]
    public void A_request_behind_an_entry_of_another_term_is_refused_with_the_end_of_an_earlier_term()
    {
        var scene = Scene.FollowerOf(S2, term: 6, log: [1, 1, 2, 4, 4, 4]);

        scene.Receive(scene.Append(S2, 5, 3, LogFrom(6, 6))).ShouldBe("to s2: no match at 5, conflict 3/2, term 6");
        scene.Receive(scene.Append(S2, 5, 5, LogFrom(6, 6))).ShouldBe("to s2: no match at 5, conflict 5/4, term 6");
    }

    [Fact]
    public void A_conflicting_entry_and_all_behind_it_are_replaced()
    {
        var scene = Scene.FollowerOf(S2, term: 3, log: [1, 2, 2, 2]);

        scene.Receive(scene.Append(S2, 1, 1, LogFrom(2, 3))).ShouldBe("write 1: entries [2/3]");
        scene.DiskCatchesUp().ShouldBe("to s2: match 2, term 3");
        Assert.Equal(I(2), scene.Server.LastLogIndex);
    }

    [Fact]
    public void Only_the_entries_that_are_new_are_written()
    {
        var scene = Scene.FollowerOf(S2, term: 2, log: [1, 2, 2]);

        scene.Receive(scene.Append(S2, 1, 1, LogFrom(2, 2, 2, 2))).ShouldBe("write 1: entries [4/2]");
    }

    [Fact]
    public void Scenario_13_an_answer_acknowledges_only_what_its_own_request_covered()
    {
        var scene = Scene.FollowerOf(S2, term: 2, log: [1, 1, 1, 1]);

        scene.Receive(scene.Append(S2, 1, 1, LogFrom(2, 1))).ShouldBe("to s2: match 2, term 2");
    }

    [Fact]
    public void Scenario_14_an_old_request_whose_entries_are_held_already_cuts_nothing()
    {
        var scene = Scene.FollowerOf(S2, term: 1, log: [1, 1, 1, 1]);

        scene.Receive(scene.Append(S2, 0, 0, LogFrom(1, 1, 1))).ShouldBe("to s2: match 2, term 1");

        Assert.Equal(I(4), scene.Server.LastLogIndex);
    }

    [Fact]
    public void A_leader_of_an_earlier_term_hears_the_current_one_and_nothing_else()
    {
        var scene = Scene.Follower(term: 5, log: [1, 1]);

        scene.Receive(scene.Append(S2, 2, 1, LogFrom(3, 4), commit: 3, term: 4)).ShouldBe("to s2: no match at 0, conflict 0/0, term 5");

        Assert.Equal((I(2), null), (scene.Server.LastLogIndex, scene.Server.Leader));
    }

    [Fact]
    public void A_leader_of_a_later_term_is_followed_and_answered_when_that_term_is_durable()
    {
        var scene = Scene.FollowerOf(S2, term: 1);

        scene.Receive(scene.Append(S3, 0, 0, Nothing, term: 2)).ShouldBe("Follower in term 2, leader s3", "write 1: term 2 vote none");
        scene.DiskCatchesUp().ShouldBe("to s3: match 0, term 2");
    }

    [Fact]
    public void Cutting_off_a_change_of_members_brings_the_members_before_it_back()
    {
        var scene = Scene.FollowerOf(S2, term: 1, log: [1]);
        scene.Receive(scene.Append(S2, 1, 1, [new LogEntry(I(2), T(1), new ConfigurationChange(Members(5)))]));
        Assert.Equal(Members(5), scene.Server.Configuration);

        scene.Receive(scene.Append(S3, 1, 1, LogFrom(2, 2), term: 2));

        Assert.Equal(Members(3), scene.Server.Configuration);
    }

    [Fact]
    public void Answers_to_others_questions_are_ignored()
    {
        var scene = Scene.FollowerOf(S2, term: 1);

        scene.Receive(new RequestVoteReply(S3, S1, T(1), true)).ShouldBe();
        scene.Receive(new PreVoteReply(S3, S1, T(1), T(1), true)).ShouldBe();
        scene.Accept(S3, 1).ShouldBe();
        scene.HeartbeatTimeout().ShouldBe();
    }
}
