using AkkaRaft.Core;
using AkkaRaft.TestKit.Linearizability;

namespace AkkaRaft.Simulation;

/// <summary>Disks.</summary>
internal static class DiskScenarios
{
    public static readonly Scenario[] All =
    [
        new(36, "power-loss-on-a-majority", PowerLossOnAMajority),
        new(37, "failed-fsync-stops-the-server", FailedFsyncStopsTheServer),
        new(38, "torn-end-is-cut-flipped-bit-refuses", TornEndIsCutFlippedBitRefuses),
        new(39, "killed-at-every-effect", KilledAtEveryEffect),
        new(40, "killed-behind-applying", KilledBehindApplying),
        new(41, "slow-journal-costs-one-election", SlowJournalCostsOneElection),
        new(43, "single-node-loses-nothing", SingleNodeLosesNothing),
        new(62, "older-copy-of-a-disk-takes-no-part", OlderCopyOfADiskTakesNoPart),
    ];

    /// <summary>
    /// A member's disk goes back while the others live on, at times with the one away that did not get what the member acknowledged, and
    /// on links that lose, double and reorder.
    /// </summary>
    private static void OlderCopyOfADiskTakesNoPart(Script script)
    {
        for (var round = 0; round < 60; round++)
        {
            var random = new SimulationRandom((ulong)round);
            var options = new RaftOptions { SnapshotEntries = round % 3 == 0 ? 20 : 0 };
            var stage = script.Stage(round % 4 == 3 ? 5 : 3, options, salt: (ulong)round);
            var leader = stage.StartWithLeader();
            stage.AwaitIncarnations();
            stage.LetClientsLoose();
            stage.RunFor(random.Between(100 * Duration.Millisecond, Duration.Second));
            var (member, away) = (stage.Others(leader).First(), stage.Others(leader).Last());
            var copy = member.Disk.Copy();
            var last = member.DurableLog.LastIndex;
            if (random.Chance(0.5))
            {
                stage.CutOff(away);
            }
            else
            {
                away = null;
            }

            stage.Await(() => member.DurableLog.LastIndex > last + 5, 5 * Duration.Second, "the member acknowledges more");
            stage.RunFor(20 * Duration.Millisecond);
            foreach (var link in stage.World.Network.Links)
            {
                (link.Loss, link.Duplication, link.Reordering) = (0.2 * random.Fraction(), 0.2 * random.Fraction(), 0.2 * random.Fraction());
            }

            member.StartFrom(copy);
            if (away is not null)
            {
                stage.Rejoin(away);
            }

            stage.Await(() => member.KnowsThatItIsOlder, 10 * Duration.Second, $"the older copy is found, in round {round}");
            var served = stage.World.Statistics.Operations;
            stage.Await(() => stage.World.Statistics.Operations > served + 5, 10 * Duration.Second, "the others serve on");
            stage.End();
        }
    }

    private static void PowerLossOnAMajority(Script script)
    {
        var stage = script.Stage(5);
        stage.StartWithLeader();
        stage.LetClientsLoose();
        for (var round = 0; round < 10; round++)
        {
            stage.RunFor(700 * Duration.Millisecond);
            var count = round % 2 == 0 ? 5 : 3;
            foreach (var server in stage.Servers.Skip(5 - count))
            {
                server.Stop("its power is lost", 50 * Duration.Millisecond, powerLost: true);
            }

            var served = stage.World.Statistics.Operations;
            stage.Await(() => stage.World.Statistics.Operations > served, 5 * Duration.Second, "the cluster serves again");
        }

        stage.End();
    }

    private static void FailedFsyncStopsTheServer(Script script)
    {
        var stage = script.Stage(3);
        var leader = stage.StartWithLeader();
        var follower = stage.Others(leader).First();
        var life = follower.Life;
        follower.Disk.NextSyncFails = true;

        stage.Write(leader, "x", "1");
        stage.Await(() => follower.Life > life, Duration.Second, "the server whose fsync failed has stopped");
        stage.Await(() => follower.IsUp, 2 * Duration.Second, "it is started again, from its file");
        stage.AwaitCommonLeader();
        stage.End();
    }

    private static void TornEndIsCutFlippedBitRefuses(Script script)
    {
        var stage = script.Stage(3);
        var leader = stage.StartWithLeader();
        stage.Write(leader, "x", "1");
        var torn = stage.Others(leader).First();
        var flipped = stage.Others(leader).Last();
        torn.Stop("it is killed", restartAfter: -1);
        torn.Disk.TearNext();
        torn.RestartAfter(0);
        stage.RunFor(Duration.Millisecond);
        stage.Check(torn.Process == ProcessState.Running, "a torn end is cut off, and the server starts");

        stage.AwaitCommonLeader();
        flipped.Stop("it is killed", restartAfter: -1);
        flipped.Disk.TryFlipBit();
        flipped.RestartAfter(0);
        stage.RunFor(10 * Duration.Second);

        stage.Check(flipped.Process == ProcessState.Refused, "a server whose journal is not what it wrote takes no part");
        stage.Write(stage.AwaitLeader(), "x", "2");
        stage.End();
    }

    private static void KilledAtEveryEffect(Script script)
    {
        for (var effects = 0; effects < 60; effects++)
        {
            var stage = script.Stage(3, salt: (ulong)effects);
            foreach (var server in stage.Servers)
            {
                server.EffectsUntilCrash = effects;
                server.DownTimeAfterCrash = 100 * Duration.Millisecond;
            }

            stage.Start();
            stage.LetClientsLoose();
            stage.Await(
                () => stage.World.Statistics.Operations > 20,
                10 * Duration.Second,
                $"the cluster serves, its servers killed behind {effects} effects");
            stage.End();
        }
    }

    private static void KilledBehindApplying(Script script)
    {
        var stage = script.Stage(3);
        stage.StartWithLeader();
        for (var i = 0; i < 10; i++)
        {
            var leader = stage.AwaitCommonLeader();
            stage.Write(leader, "x", $"{i}");
            leader.Stop("it has answered, and is killed before the core hears that it applied", 100 * Duration.Millisecond);
        }

        stage.AwaitCommonLeader();
        stage.Check(stage.Servers.Select(server => server.StateMachine.Hash).Distinct().Count() == 1, "all have the same state");
        stage.End();
    }

    private static void SlowJournalCostsOneElection(Script script)
    {
        var stage = script.Stage(3);
        var leader = stage.StartWithLeader();
        stage.LetClientsLoose();
        stage.RunFor(Duration.Second);
        var before = stage.LeadersElected;
        leader.Disk.StallUntil(stage.World.Now + (2 * stage.ElectionTimeout));
        stage.RunFor(5 * Duration.Second);
        stage.Check(stage.LeadersElected - before <= 1, $"{stage.LeadersElected - before} elections");

        var stalled = stage.AwaitLeader();
        stalled.Disk.StallUntil(stage.World.Now + (600 * Duration.Second));
        stage.Await(() => !stalled.IsLeader, 10 * Duration.Second, "a leader whose disk has stopped gives up its lead");
        stage.Await(() => stage.World.Leader is { } other && other != stalled, 5 * Duration.Second, "another leads");
        var served = stage.World.Statistics.Operations;
        stage.Await(() => stage.World.Statistics.Operations > served + 20, 5 * Duration.Second, "the others serve");
        stage.End();
    }

    private static void SingleNodeLosesNothing(Script script)
    {
        for (var effects = 0; effects < 40; effects++)
        {
            var stage = script.Stage(1, clients: 2, salt: (ulong)effects);
            stage.Start();
            stage.LetClientsLoose();
            for (var round = 0; round < 5; round++)
            {
                stage.RunFor(300 * Duration.Millisecond);
                stage.Servers[0].EffectsUntilCrash = effects;
                stage.Servers[0].DownTimeAfterCrash = 20 * Duration.Millisecond;
            }

            stage.RunFor(2 * Duration.Second);
            stage.End();
        }
    }
}
