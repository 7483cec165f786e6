using AkkaRaft.Core;
using AkkaRaft.TestKit.Linearizability;

namespace AkkaRaft.Simulation;

/// <summary>Clients' sessions.</summary>
internal static class SessionScenarios
{
    public static readonly Scenario[] All =
    [
        new(21, "retry-after-failover-and-snapshot-applies-once", RetryAfterFailoverAndSnapshotAppliesOnce),
        new(22, "retry-gets-the-lost-answer", RetryGetsTheLostAnswer),
    ];

    private static void RetryAfterFailoverAndSnapshotAppliesOnce(Script script)
    {
        var stage = script.Stage(3, new RaftOptions { SnapshotEntries = 5 });
        var (old, lost) = LoseAnAnswer(stage);
        old.Stop("it is killed behind its commit", restartAfter: 100 * Duration.Millisecond);
        stage.World.Network.CutClients(old.Index, -1);
        stage.Await(() => stage.World.Leader is { } other && other != old, 3 * Duration.Second, "another leads");
        for (var i = 0; i < 20; i++)
        {
            stage.Write(stage.AwaitLeader(), "y", $"{i}");
        }

        stage.Await(() => stage.Servers.All(server => server.Log.LastIncludedIndex > lost.CommittedAt), 5 * Duration.Second, "all logs are cut");
        foreach (var server in stage.Servers)
        {
            server.Stop("it is killed, so that its sessions come from a snapshot", restartAfter: Duration.Millisecond);
        }

        RequireFirstAnswer(stage, stage.AwaitCommonLeader(), lost);
    }

    private static void RetryGetsTheLostAnswer(Script script)
    {
        var stage = script.Stage(3);
        var (leader, lost) = LoseAnAnswer(stage);
        stage.World.Network.CutClients(leader.Index, -1);

        RequireFirstAnswer(stage, leader, lost);
    }

    /// <summary>A compare-and-set that would not succeed a second time is committed, and its answer is lost.</summary>
    private static (SimulatedServer Leader, Attempt Lost) LoseAnAnswer(Stage stage)
    {
        var leader = stage.StartWithLeader();
        stage.Await(
            () => leader.Core!.Status().ClusterVersion == ProtocolVersion.Latest, Duration.Second, "all speak the latest version");
        var session = stage.OpenSession(leader);
        var lost = stage.AskInSession(leader, new CompareAndSetRegister("x", null, "1"), session, 1);
        stage.Await(() => lost.Commits > 0 || leader.Log.LastIndex > session.Value, Duration.Second, "the leader has it");
        stage.World.Network.CutClients(leader.Index, 1);
        stage.Await(() => lost.CommittedAt > 0, Duration.Second, "it takes effect");
        stage.RunFor(Duration.Second);
        return (leader, lost);
    }

    private static void RequireFirstAnswer(Stage stage, SimulatedServer server, Attempt lost)
    {
        var again = stage.AskAgain(server, lost);
        stage.Await(() => again.Answer is not null, 2 * Duration.Second, "the retry is answered");
        stage.Check(
            lost.Answer is null && again.Answer is { Failure: null, Output.Succeeded: true },
            $"the first answer was lost, and the retry gets {again.Answer}");
        stage.End();
    }
}
