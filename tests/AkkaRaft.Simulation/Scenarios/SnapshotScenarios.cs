using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>Snapshots on their way to others.</summary>
internal static class SnapshotScenarios
{
    public static readonly Scenario[] All =
    [
        new(30, "learner-behind-a-cut-log-is-promoted", LearnerBehindACutLogIsPromoted),
        new(33, "install-while-the-log-is-cut-converges", InstallWhileTheLogIsCutConverges),
        new(61, "damaged-snapshots-of-a-leader-are-replaced-at-once", DamagedSnapshotsOfALeaderAreReplacedAtOnce),
    ];

    /// <summary>A learner was added while it was cut off, and the leader has cut its log since.</summary>
    private static (Stage Stage, SimulatedServer Leader, SimulatedServer Learner) WithLearnerBehindACutLog(Script script)
    {
        var stage = script.Stage(3, new RaftOptions { SnapshotEntries = 10 }, spares: 1);
        var leader = stage.StartWithLeader();
        var learner = stage.Servers[3];
        stage.CutOff(learner);
        stage.ChangeAtLast(stage.Add(3));
        for (var i = 0; i < 50; i++)
        {
            stage.Write(leader, "x", $"{i}");
        }

        stage.Await(() => leader.Log.LastIncludedIndex > 20, 2 * Duration.Second, "the log is cut");
        return (stage, leader, learner);
    }

    private static void LearnerBehindACutLogIsPromoted(Script script)
    {
        var (stage, _, learner) = WithLearnerBehindACutLog(script);
        stage.Check(learner.Log.LastIndex == 0, "the learner has heard nothing");
        stage.Rejoin(learner);
        stage.AwaitVoters(0, 1, 2, 3);
        stage.Check(stage.World.Statistics.SnapshotsReceived > 0, "it got a snapshot");
        stage.AwaitCommonLeader();
        stage.End();
    }

    private static void DamagedSnapshotsOfALeaderAreReplacedAtOnce(Script script)
    {
        var (stage, leader, learner) = WithLearnerBehindACutLog(script);
        var random = new SimulationRandom(1);
        foreach (var file in leader.Disk.Snapshots)
        {
            file.FlipBit(random);
        }

        stage.Rejoin(learner);
        stage.AwaitVoters(0, 1, 2, 3);
        stage.Check(stage.World.Statistics.SnapshotsUnreadable > 0, "the leader found them damaged");
        stage.Check(stage.World.Statistics.SnapshotsReceived > 0, "the learner got another, without a further write");
        stage.AwaitCommonLeader();
        stage.End();
    }

    private static void InstallWhileTheLogIsCutConverges(Script script)
    {
        var options = new RaftOptions { SnapshotEntries = 5, SnapshotChunkBytes = 16, MaxSnapshotChunksInFlight = 1 };
        var stage = script.Stage(3, options);
        var conflicting = stage.Servers[2];
        stage.Journal(0, 3, 1, 2, 2);
        stage.Journal(1, 3, 1, 2, 2);
        stage.Journal(2, 1, [.. Enumerable.Repeat(1L, 60)]);
        foreach (var server in stage.Servers)
        {
            server.MeanSnapshotTime = 3 * Duration.Millisecond;
        }

        // It is heard, and gets neither entries nor snapshots.
        stage.World.Network.Drops = message => (message.To == conflicting.Id
            && (message is AppendEntries { Entries.Count: > 0 } or InstallSnapshot))
            || (message.From == conflicting.Id && (message is PreVote or RequestVote));
        stage.Start();
        var leader = stage.AwaitLeader();
        for (var i = 0; i < 40; i++)
        {
            stage.Write(leader, "x", $"{i}");
        }

        stage.Await(() => leader.Log.LastIncludedIndex > 10, 2 * Duration.Second, "the log is cut");
        stage.World.Network.Drops = null;
        for (var i = 0; i < 100; i++)
        {
            // A snapshot every few writes, while one is on its way: the log is cut under it.
            stage.Write(stage.AwaitLeader(), "y", $"{i}");
        }

        stage.AwaitCommonLeader(10 * Duration.Second);
        stage.Check(stage.World.Statistics.SnapshotsReceived > 0, "a snapshot took the place of the entries that were in conflict");
        stage.Check(stage.Servers.Select(server => server.StateMachine.Hash).Distinct().Count() == 1, "all have the same state");
        stage.End();
    }
}
