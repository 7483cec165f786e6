using AkkaRaft.Core.Tests.Harness;
using static AkkaRaft.Core.Tests.Harness.Story;

namespace AkkaRaft.Core.Tests;

/// <summary>A cluster's history has a name, which its first leader gives it; after a restore or a recovery it has a later one.</summary>
public class HistoryTests
{
    private const long New = 500;

    [Fact]
    public void The_first_leader_names_the_history_when_it_has_heard_that_all_members_can_read_it()
    {
        var scene = Leader(Members(3));
        scene.Accept(S2, 1);
        scene.HeartbeatTimeout();
        Assert.Equal(I(1), scene.Server.LastLogIndex);

        scene.Accept(S3, 1);
        scene.HeartbeatTimeout();
        Assert.Equal(Members(3) with { History = New }, NamedAt(scene, 2));
        Assert.Equal(0, scene.Server.Status().History);

        scene.DiskCatchesUp();
        scene.Accept(S2, 2);
        Assert.Equal(New, scene.Server.Status().History);
    }

    [Fact]
    public void Data_of_a_history_that_has_ended_get_a_new_name_behind_the_first_entry_and_ahead_of_all_commands()
    {
        var scene = Leader(Members(3).WithHistoryEnded(7));

        Assert.IsType<NoOp>(scene.Server.EntryAt(I(1))!.Payload);
        Assert.Equal(New, NamedAt(scene, 2).History);
    }

    [Fact]
    public void In_a_history_with_a_name_a_member_that_was_never_heard_is_known_to_read_what_the_name_needs()
    {
        var scene = Leader(Members(3) with { History = 7 });

        Assert.Equal(ProtocolVersion.Second, scene.Server.Status().ClusterVersion);
    }

    [Fact]
    public void A_history_that_has_a_name_keeps_it()
    {
        var scene = Leader(Members(3) with { History = 7 });

        Assert.Equal(I(1), scene.Server.LastLogIndex);
        Assert.Equal(7, scene.Server.Status().History);
    }

    [Theory]
    [InlineData(7, New)]
    [InlineData(New, New + 1)]
    [InlineData(9000, 9001)]
    public void A_history_that_has_ended_is_followed_by_one_with_a_larger_name(long former, long next)
    {
        var scene = Leader(Members(3).WithHistoryEnded(former));

        Assert.Equal(next, NamedAt(scene, 2).History);
    }

    [Fact]
    public void Changes_of_members_keep_the_name()
    {
        var members = Members(3) with { History = 7 };
        var target = MembershipArithmetic.Apply(members, [new RemoveMember(S3), new AddMember(S4, "there", 4, AsLearner: false)], out _)!;
        var joint = MembershipArithmetic.StepTowards(members, target);
        var promoted = MembershipArithmetic.Promote(MembershipArithmetic.Leave(joint), S4);

        Assert.Equal([7, 7, 7], [target.History, joint.History, promoted.History]);
        Assert.Equal(7, MembershipArithmetic.WithIncarnations(members, []).History);
    }

    [Fact]
    public void A_follower_whose_disk_is_full_takes_the_name_as_it_takes_a_new_leaders_first_entry()
    {
        var scene = Scene.Follower();
        scene.Step(new DiskSpaceChanged(scene.Now, IsFull: true));

        LogEntry[] first =
        [
            new(I(1), T(1), NoOp.Instance),
            new(I(2), T(1), new ConfigurationChange(Members(3) with { History = New })),
        ];
        scene.Receive(scene.Append(S2, 0, 0, first));

        Assert.Equal(I(2), scene.Server.LastLogIndex);
    }

    private static ClusterConfiguration NamedAt(Scene scene, long index) =>
        Assert.IsType<ConfigurationChange>(scene.Server.EntryAt(I(index))!.Payload).Configuration;

    private static Scene Leader(ClusterConfiguration members)
    {
        var scene = new Scene(Disk(members, term: 1), Settings with { PreVote = false }, newHistory: New);
        scene.ElectionTimeout();
        scene.DiskCatchesUp();
        scene.Receive(new RequestVoteReply(S2, S1, T(2), Granted: true));
        scene.DiskCatchesUp();
        return scene;
    }
}
