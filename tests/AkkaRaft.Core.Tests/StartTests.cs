using AkkaRaft.Core.Tests.Harness;
using static AkkaRaft.Core.Tests.Harness.Story;

namespace AkkaRaft.Core.Tests;

public class StartTests
{
    [Fact]
    public void The_first_start_writes_who_the_members_are_and_waits_for_a_leader() =>
        new Scene(new PersistentState(), bootstrap: Members(3)).Opening.ShouldBe(
            "Follower in term 0, leader none", "write 1: members", "timer Election");

    [Fact]
    public void A_later_start_takes_what_the_journal_gave_back()
    {
        var scene = new Scene(Disk(Members(3), term: 4, vote: S2, log: [1, 4]), bootstrap: Members(5));

        scene.Opening.ShouldBe("Follower in term 4, leader none", "timer Election");
        Assert.Equal((T(4), S2, I(2)), (scene.Server.CurrentTerm, scene.Server.VotedFor, scene.Server.LastLogIndex));
        Assert.Equal(Members(3), scene.Server.Configuration);
        Assert.Equal(I(0), scene.Server.CommitIndex);
    }

    [Fact]
    public void The_latest_configuration_in_the_log_is_in_force_from_the_start()
    {
        var disk = Disk(Members(3), term: 1, vote: null, log: [1]);
        disk.Replay(new EntriesAppended([new LogEntry(I(2), T(1), new ConfigurationChange(Members(5)))]));

        Assert.Equal(Members(5), new Scene(disk).Server.Configuration);
    }

    [Fact]
    public void A_server_starts_only_once() =>
        Assert.Throws<InvariantViolationException>(() => Scene.Follower().Step(new Started(TimeSpan.Zero)));

    [Fact]
    public void Settings_that_make_no_sense_are_refused()
    {
        RaftOptions[] nonsense =
        [
            Settings with { HeartbeatInterval = TimeSpan.Zero },
            Settings with { ElectionTimeoutMin = TimeSpan.FromMilliseconds(49) },
            Settings with { ElectionTimeoutMax = TimeSpan.FromMilliseconds(199) },
            Settings with { MaxWriteStall = TimeSpan.FromMilliseconds(199) },
            Settings with { MaxBatchEntries = 0 },
            Settings with { MaxInFlight = 0 },
            Settings with { MaxUncommittedEntries = 0 },
            Settings with { MaxHeldMessages = 0 },
        ];

        Assert.All(nonsense, options => Assert.Throws<ArgumentOutOfRangeException>(() => new Scene(Disk(Members(3)), options)));
    }

    [Fact]
    public void Nothing_comes_before_the_start()
    {
        var server = new RaftServer(S1, Members(3), new PersistentState(), Settings, seed: 1);

        Assert.Throws<InvariantViolationException>(() => server.Step(new TimerElapsed(TimeSpan.Zero, RaftTimer.Election)));
    }

    [Fact]
    public void A_message_for_another_server_or_from_itself_is_not_heard()
    {
        var scene = Scene.Follower(term: 1);

        scene.Receive(new RequestVote(S2, S3, T(9), I(9), T(9), false)).ShouldBe();
        scene.Receive(new RequestVote(S1, S1, T(9), I(9), T(9), false)).ShouldBe();

        Assert.Equal(T(1), scene.Server.CurrentTerm);
    }

    [Fact]
    public void Two_servers_with_the_same_seed_and_inputs_give_the_same_effects()
    {
        Assert.Equal(Run(), Run());

        static string Run()
        {
            var scene = Scene.Leader(members: 5, options: new RaftOptions());
            var effects = scene.Propose(1, 2, 3).Concat(scene.DiskCatchesUp()).Concat(scene.Accept(S2, 4)).Concat(scene.Accept(S3, 4));
            return string.Join("\n", effects.Concat(scene.ElectionTimeout()).Select(EffectText.Of));
        }
    }

    [Fact]
    public void The_status_says_what_a_server_knows()
    {
        var scene = Scene.SettledLeader(term: 2);
        scene.Propose(1);
        scene.Pass(20);
        scene.Step(new Applied(scene.Now, I(1)));

        var status = scene.Server.Status();

        Assert.Equal((S1, RaftRole.Leader, T(2), S1), (status.Id, status.Role, status.Term, status.Leader));
        Assert.Equal((I(2), I(1), I(1)), (status.LastLogIndex, status.CommitIndex, status.LastApplied));
        Assert.Equal(
            [S2, S3], status.Members.Select(member => member.Id));
        Assert.All(
            status.Members, member => Assert.Equal(new MemberStatus(member.Id, I(1), I(3), TimeSpan.FromMilliseconds(20)), member));
        Assert.Empty(Scene.Follower().Server.Status().Members);
    }
}
