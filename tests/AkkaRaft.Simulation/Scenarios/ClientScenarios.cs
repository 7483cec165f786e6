using AkkaRaft.Core;
using AkkaRaft.TestKit.Linearizability;

namespace AkkaRaft.Simulation;

/// <summary>Reads, and what clients are told.</summary>
internal static class ClientScenarios
{
    public static readonly Scenario[] All =
    [
        new(17, "cut-off-leader-reads-nothing-stale", CutOffLeaderReadsNothingStale),
        new(18, "read-waits-for-the-first-commit", ReadWaitsForTheFirstCommit),
        new(19, "late-heartbeat-answers-prove-nothing", LateHeartbeatAnswersProveNothing),
        new(23, "full-log-refuses-and-drains", FullLogRefusesAndDrains),
        new(24, "large-command-enters-no-log", LargeCommandEntersNoLog),
        new(25, "no-quorum-is-told", NoQuorumIsTold),
    ];

    private static void CutOffLeaderReadsNothingStale(Script script)
    {
        // Without check-quorum the old leader stays in its belief: the read itself has to find out.
        foreach (var checkQuorum in new[] { true, false })
        {
            var stage = script.Stage(3, new RaftOptions { CheckQuorum = checkQuorum }, salt: checkQuorum ? 1UL : 2UL);
            var old = stage.StartWithLeader();
            stage.Write(old, "x", "1");
            stage.CutOff(old);
            stage.Await(() => stage.Others(old).Any(other => other.IsLeader), 3 * Duration.Second, "another leads");
            stage.Write(stage.Others(old).First(other => other.IsLeader), "x", "2");

            var read = stage.Ask(old, new ReadRegister("x"));
            stage.RunFor(Duration.Second);

            stage.Check(read.Answer is null or { Failure: not null }, $"the cut-off leader answers {read.Answer}");
            stage.End();
        }
    }

    private static void ReadWaitsForTheFirstCommit(Script script)
    {
        var stage = script.Stage(3);
        stage.World.Network.Drops = message => message is AppendEntries { Entries.Count: > 0 };
        stage.Start();
        var leader = stage.AwaitLeader();

        var read = stage.Ask(leader, new ReadRegister("x"));
        stage.RunFor(200 * Duration.Millisecond);
        stage.Check(leader.IsLeader && read.Answer is null, "before its first commit a leader answers no read");
        stage.World.Network.Drops = null;

        stage.Await(() => read.Answer is { Failure: null }, Duration.Second, "the read is answered behind it");
    }

    private static void LateHeartbeatAnswersProveNothing(Script script)
    {
        var stage = script.Stage(3, new RaftOptions { CheckQuorum = false });
        var answers = new List<AppendEntriesReply>();
        stage.World.Network.Drops = message =>
        {
            if (message is AppendEntriesReply reply)
            {
                answers.Add(reply);
            }

            return false;
        };
        var old = stage.StartWithLeader();
        stage.Write(old, "x", "1");
        var readBefore = stage.Ask(old, new ReadRegister("x"));
        stage.Await(() => readBefore.Answer is { Output.Value: "1" }, Duration.Second, "a read of the time before is answered");
        stage.CutOff(old);
        stage.Await(() => stage.Others(old).Any(other => other.IsLeader), 3 * Duration.Second, "another leads");
        stage.Write(stage.Others(old).First(other => other.IsLeader), "x", "2");

        var read = stage.Ask(old, new ReadRegister("x"));
        stage.RunFor(10 * Duration.Millisecond);
        foreach (var answer in answers.Where(answer => answer.To == old.Id).ToArray())
        {
            stage.Inject(answer);
        }

        stage.RunFor(200 * Duration.Millisecond);
        stage.Check(read.Answer is null or { Failure: not null }, $"answers to earlier rounds let it answer {read.Answer}");
        stage.End();
    }

    private static void FullLogRefusesAndDrains(Script script)
    {
        const int Bound = 5;
        var stage = script.Stage(3, new RaftOptions { MaxUncommittedEntries = Bound }, clients: 12);
        var leader = stage.StartWithLeader();
        var term = leader.Core!.CurrentTerm;
        stage.World.Network.Drops = message => message is AppendEntries { Entries.Count: > 0 };
        var attempts = Enumerable.Range(0, Bound + 3).Select(i => stage.Ask(leader, new WriteRegister("x", $"{i}"))).ToList();
        stage.RunFor(300 * Duration.Millisecond);

        var refused = attempts.Count(attempt => attempt.Answer is { Failure: Rejected { Reason: RejectionReason.Overloaded } });
        stage.Check(refused == 3, $"{refused} of {attempts.Count} are refused as too many");
        stage.Check(leader.IsLeader && leader.Core.CurrentTerm == term, "heartbeats are unharmed");
        stage.World.Network.Drops = null;
        stage.Await(
            () => attempts.Count(attempt => attempt.Answer is { Failure: null }) == Bound, Duration.Second, "the others go through");
        stage.Write(leader, "x", "after");
        stage.End();
    }

    private static void LargeCommandEntersNoLog(Script script)
    {
        var stage = script.Stage(3, new RaftOptions { MaxCommandBytes = 1000 });
        var leader = stage.StartWithLeader();
        stage.AwaitIncarnations();
        stage.AwaitCommonLeader();
        var length = leader.Log.LastIndex;

        var attempt = stage.Ask(leader, new WriteRegister("x", "1"), padding: 2000);
        stage.RunFor(100 * Duration.Millisecond);

        stage.Check(attempt.Answer is { Failure: Rejected { Reason: RejectionReason.TooLarge } }, $"it is answered {attempt.Answer}");
        stage.Check(stage.Servers.All(server => server.Log.LastIndex == length), "it is in no log");
    }

    private static void NoQuorumIsTold(Script script)
    {
        var stage = script.Stage(3);
        var leader = stage.StartWithLeader();
        var term = leader.Core!.CurrentTerm;
        foreach (var other in stage.Others(leader))
        {
            other.Stop("it is killed", restartAfter: -1);
        }

        var lost = stage.Ask(leader, new WriteRegister("x", "1"));
        stage.Await(() => lost.Answer is not null, 3 * stage.ElectionTimeout, "the leader gives up and says so");
        stage.Check(
            lost.Answer is { Failure: Indeterminate { Reason: IndeterminateReason.LeadershipLost } failure } && failure.Term >= term,
            $"what it had taken may or may not happen, and is answered {lost.Answer}");
        var refused = stage.Ask(leader, new WriteRegister("x", "2"));
        stage.RunFor(50 * Duration.Millisecond);

        stage.Check(
            refused.Answer is { Failure: Rejected { Reason: RejectionReason.NoLeaderKnown, Leader: null } },
            $"what it takes no more is refused, and is answered {refused.Answer}");
    }
}
