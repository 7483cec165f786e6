using AkkaRaft.Core;
using AkkaRaft.TestKit.Linearizability;

namespace AkkaRaft.Simulation;

/// <summary>Replication.</summary>
internal static class ReplicationScenarios
{
    public static readonly Scenario[] All =
    [
        new(11, "figure-8", Figure8),
        new(12, "late-answers-lower-nothing", LateAnswersLowerNothing),
        new(13, "answer-covers-its-request-only", AnswerCoversItsRequestOnly),
        new(14, "old-prefix-cuts-nothing", OldPrefixCutsNothing),
        new(15, "figure-7", Figure7),
        new(16, "ten-bad-minutes", TenBadMinutes),
    ];

    /// <summary>
    /// An entry of term 2 comes to a majority under the leader of term 4 and is replaced by one of term 3 all the same: it was not
    /// committed.
    /// </summary>
    private static void Figure8(Script script)
    {
        var stage = script.Stage(5, new RaftOptions { MaxBatchEntries = 1, CheckQuorum = false });
        stage.Journal(0, 3, 1, 2);
        stage.Journal(1, 3, 1, 2);
        stage.Journal(2, 3, 1);
        stage.Journal(3, 3, 1);
        stage.Journal(4, 3, 1, 3);
        stage.World.Network.Drops = message => message is AppendEntries { Entries: [{ Term.Value: > 3 }] }
            || (message is PreVote or RequestVote && message.From != stage.Servers[0].Id);
        foreach (var apart in new[] { 3, 4 })
        {
            stage.CutOff(stage.Servers[apart]);
        }

        stage.Start();
        stage.Await(() => stage.Servers[0].IsLeader, 5 * Duration.Second, "s1 leads");
        stage.Await(() => stage.Servers[2].DurableLog.LastIndex == 2, Duration.Second, "the entry of term 2 is on a majority");
        stage.RunFor(300 * Duration.Millisecond);
        stage.Check(stage.Servers[0].Core!.CommitIndex.Value < 2, "the entry of term 2 is not committed by counting");

        stage.Servers[0].Stop("the figure has it crash", restartAfter: 10 * Duration.Second);
        foreach (var apart in new[] { 3, 4 })
        {
            stage.Rejoin(stage.Servers[apart]);
        }

        stage.World.Network.Drops = message => message is PreVote or RequestVote && message.From != stage.Servers[4].Id;
        stage.Await(() => stage.Servers[4].IsLeader, 5 * Duration.Second, "s5 leads");
        stage.World.Network.Drops = null;
        stage.AwaitCommonLeader();
        stage.Check(stage.Servers[1].Log[2].Term.Value == 3, "the entry of term 3 has taken the place");
        stage.RunFor(10 * Duration.Second);
        stage.AwaitCommonLeader();
        stage.Check(stage.Servers[0].Log[2].Term.Value == 3, "in s1 too, when it is back");
    }

    private static void LateAnswersLowerNothing(Script script)
    {
        var stage = script.Stage(3, new RaftOptions { MaxBatchEntries = 2 });
        var answers = new List<RaftMessage>();
        stage.World.Network.Drops = message =>
        {
            if (message is AppendEntriesReply)
            {
                answers.Add(message);
            }

            return false;
        };
        var leader = stage.StartWithLeader();
        stage.LetClientsLoose();
        for (var second = 0; second < 10; second++)
        {
            stage.RunFor(Duration.Second);
            var committed = leader.Core!.CommitIndex;
            for (var i = answers.Count - 1; i >= 0; i -= 3)
            {
                stage.Inject(answers[i]);
                var reply = (AppendEntriesReply)answers[i];
                stage.Inject(reply with { Success = false, RejectedIndex = reply.MatchIndex, ConflictIndex = default, ConflictTerm = default });
            }

            stage.RunFor(500 * Duration.Millisecond);
            stage.Check(leader.IsLeader && leader.Core.CommitIndex >= committed, "the leader goes on, and nothing committed is undone");
        }

        foreach (var client in stage.World.Clients)
        {
            client.IsStopped = true;
        }

        stage.RunFor(Duration.Second);
        stage.AwaitCommonLeader();
        stage.End();
    }

    private static void AnswerCoversItsRequestOnly(Script script)
    {
        var stage = script.Stage(3, new RaftOptions { MaxBatchEntries = 1 });
        stage.Journal(0, 4, 1, 2, 4);
        stage.Journal(1, 4, 1, 1, 1, 1, 1, 1);
        stage.Journal(2, 4, 1, 2, 4);
        var covered = new Dictionary<ServerId, long>();
        stage.World.Network.Drops = message =>
        {
            if (message is AppendEntries append)
            {
                var last = append.PrevLogIndex.Value + append.Entries.Count;
                covered[append.To] = Math.Max(covered.GetValueOrDefault(append.To), last);
            }
            else if (message is AppendEntriesReply { Success: true } reply)
            {
                stage.Check(
                    reply.MatchIndex.Value <= covered[reply.From],
                    $"{reply.From} acknowledges {reply.MatchIndex}; it was asked up to {covered[reply.From]}");
            }

            return message is PreVote or RequestVote && message.From == stage.Servers[1].Id;
        };
        stage.StartWithLeader();
        stage.Check(stage.Servers[1].Log[2].Term.Value == 2, "n2 has the leader's log");
    }

    private static void OldPrefixCutsNothing(Script script)
    {
        var stage = script.Stage(3);
        AppendEntries? old = null;
        var leader = stage.StartWithLeader();
        stage.World.Network.Drops = message =>
        {
            old ??= message is AppendEntries { Entries.Count: > 0 } append ? append : null;
            return false;
        };
        for (var i = 0; i < 20; i++)
        {
            stage.Write(leader, "x", $"{i}");
        }

        stage.AwaitCommonLeader();
        var follower = stage.Servers[stage.World.IndexOf(old!.To)];
        var length = follower.Log.LastIndex;
        stage.Inject(old);
        stage.RunFor(5 * Duration.Millisecond);

        stage.Check(follower.Log.LastIndex == length, $"the log had {length} entries and has {follower.Log.LastIndex}");
    }

    private static void Figure7(Script script)
    {
        const int Scale = 40;
        long[][] logs =
        [
            [1, 1, 1, 4, 4, 5, 5, 6, 6, 6],
            [1, 1, 1, 4, 4, 5, 5, 6, 6],
            [1, 1, 1, 4],
            [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6],
            [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7],
            [1, 1, 1, 4, 4, 4, 4],
            [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3],
        ];
        var stage = script.Stage(7);
        var refusals = new Dictionary<ServerId, int>();
        for (var i = 0; i < logs.Length; i++)
        {
            stage.Journal(i, 7, [.. logs[i].SelectMany(term => Enumerable.Repeat(term, Scale))]);
        }

        stage.World.Network.Drops = message =>
        {
            if (message is AppendEntriesReply { Success: false, RejectedIndex.Value: > 0 })
            {
                refusals[message.From] = refusals.GetValueOrDefault(message.From) + 1;
            }

            return message is PreVote or RequestVote && message.From != stage.Servers[0].Id;
        };
        var leader = stage.StartWithLeader();

        stage.Check(leader.Index == 0, "the figure's leader leads");
        foreach (var follower in stage.Others(leader))
        {
            stage.Check(follower.Log.Entries.SequenceEqual(leader.Log.Entries), $"{follower.Id} has the leader's log");
            var count = refusals.GetValueOrDefault(follower.Id);
            stage.Check(
                count <= logs[follower.Index].Distinct().Count() + 1,
                $"{follower.Id} refused {count} times, with {Scale} entries to each of the figure's");
        }
    }

    private static void TenBadMinutes(Script script)
    {
        var stage = script.Stage(3);
        foreach (var link in stage.World.Network.Links)
        {
            (link.Loss, link.Duplication, link.Reordering) = (0.3, 0.3, 0.3);
        }

        stage.Start();
        stage.LetClientsLoose();
        stage.RunFor(600 * Duration.Second);
        var served = stage.World.Statistics.Operations;
        foreach (var link in stage.World.Network.Links)
        {
            (link.Loss, link.Duplication, link.Reordering) = (0, 0, 0);
        }

        stage.Await(() => stage.World.Statistics.Operations > served + 50, 5 * Duration.Second, "the cluster serves when it ends");
        stage.End();
    }
}
