using AkkaRaft.Core;
using AkkaRaft.TestKit.Linearizability;

namespace AkkaRaft.Simulation;

/// <summary>Leases, leads that are handed over, and leaders without room on their disks.</summary>
internal static class LeadScenarios
{
    private static readonly RaftOptions Leases = new() { LeaseReads = true, ElectionTimeoutMax = TimeSpan.FromMilliseconds(1000) };

    public static readonly Scenario[] All =
    [
        new(20, "lease-reads-keep-to-the-drift", LeaseReadsKeepToTheDrift),
        new(35, "hand-over-under-load", HandOverUnderLoad),
        new(42, "full-disks-refuse-and-recover", FullDisksRefuseAndRecover),
    ];

    private static void LeaseReadsKeepToTheDrift(Script script)
    {
        var stage = script.Stage(3, Leases, clients: 12);
        var old = stage.StartWithLeader();
        stage.Write(old, "x", "1");
        stage.RunFor(200 * Duration.Millisecond);
        foreach (var server in stage.Servers)
        {
            server.Clock.SetRate(stage.World.Now, server == old ? 0.9 : 1.1);
        }

        stage.RunFor(200 * Duration.Millisecond);
        var within = stage.Ask(old, new ReadRegister("x"));
        stage.RunFor(5 * Duration.Millisecond);
        stage.Check(within.Answer is { Output.Value: "1" }, "within its lease a leader reads at once");

        stage.CutOff(old);
        while (!stage.Others(old).Any(other => other.IsLeader))
        {
            stage.Ask(old, new ReadRegister("x"));
            stage.RunFor(2 * Duration.Millisecond);
        }

        stage.Write(stage.Others(old).First(other => other.IsLeader), "x", "2");
        var past = stage.Ask(old, new ReadRegister("x"));
        stage.RunFor(20 * Duration.Millisecond);
        stage.Check(past.Answer is null or { Failure: not null }, $"past its lease it reads {past.Answer}");
        stage.End();
    }

    private static void HandOverUnderLoad(Script script)
    {
        var stage = script.Stage(3, clients: 8);
        stage.StartWithLeader();
        stage.LetClientsLoose();
        stage.RunFor(500 * Duration.Millisecond);
        for (var round = 0; round < 10; round++)
        {
            var leader = stage.AwaitCommonLeaderOfMembers();
            var target = round % 3 == 0 ? null : stage.Others(leader).ElementAt(round % 2);
            stage.World.Administrator.Transfer(leader, target?.Id);
            stage.Await(
                () => stage.World.Leader is { } next && next != leader && (target is null || next == target) && !leader.IsLeader,
                stage.ElectionTimeout,
                $"{target?.Id.Value ?? "another"} leads in place of {leader.Id}");
            var served = stage.World.Statistics.Operations;
            stage.Await(() => stage.World.Statistics.Operations > served + 20, 2 * Duration.Second, "the clients are served");
        }

        stage.Check(stage.LeadersElected <= 11, $"{stage.LeadersElected - 1} elections for 10 transfers");
        stage.Check(stage.World.Statistics.Timeouts == 0, $"{stage.World.Statistics.Timeouts} requests were not answered");
        stage.End();
    }

    private static void FullDisksRefuseAndRecover(Script script)
    {
        var stage = script.Stage(3);
        var leader = stage.StartWithLeader();
        stage.AwaitIncarnations();
        stage.Write(leader, "x", "1");
        SetLow(stage, isLow: true);

        leader = stage.AwaitLeader();
        var write = stage.Ask(leader, new WriteRegister("x", "2"));
        stage.Await(() => write.Answer is not null, Duration.Second, "the write is answered");
        stage.Check(write.Answer is { Failure: Rejected { Reason: RejectionReason.DiskFull } }, $"it is answered {write.Answer}");
        var read = stage.Ask(leader, new ReadRegister("x"));
        stage.Await(() => read.Answer is { Output.Value: "1" }, Duration.Second, "reads go on");

        SetLow(stage, isLow: false);
        stage.Write(stage.AwaitLeader(), "x", "3");
        stage.End();
    }

    private static void SetLow(Stage stage, bool isLow)
    {
        foreach (var server in stage.Servers)
        {
            server.Disk.IsLow = isLow;
            server.DiskHasChanged();
        }

        // Longer than it takes to notice, and than an attempt to hand the lead over.
        stage.RunFor(2 * Duration.Second);
    }
}
