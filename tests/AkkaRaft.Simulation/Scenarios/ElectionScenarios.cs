using AkkaRaft.Core;
using AkkaRaft.TestKit.Linearizability;

namespace AkkaRaft.Simulation;

/// <summary>Elections and leadership.</summary>
internal static class ElectionScenarios
{
    private static readonly RaftOptions Plain = new() { PreVote = false, CheckQuorum = false };

    public static readonly Scenario[] All =
    [
        new(1, "vote-outlives-a-crash", VoteOutlivesACrash),
        new(2, "doubled-vote-counts-once", DoubledVoteCountsOnce),
        new(3, "refused-candidate-gives-up-at-once", RefusedCandidateGivesUpAtOnce),
        new(4, "partial-links-keep-a-leader", PartialLinksKeepALeader),
        new(5, "mute-or-deaf-leader-is-replaced", MuteOrDeafLeaderIsReplaced),
        new(6, "one-cut-link-does-no-harm", OneCutLinkDoesNoHarm),
        new(7, "long-absent-node-disturbs-nobody", LongAbsentNodeDisturbsNobody),
        new(8, "mixed-pre-vote-does-not-deadlock", MixedPreVoteDoesNotDeadlock),
        new(9, "paused-leader-acknowledges-nothing", PausedLeaderAcknowledgesNothing),
        new(10, "split-votes-end", SplitVotesEnd),
    ];

    private static void VoteOutlivesACrash(Script script)
    {
        var stage = script.Stage(3, Plain);
        var grants = new List<ServerId>();
        stage.World.Network.Drops = message =>
        {
            if (message is RequestVoteReply { Granted: true } && message.From == stage.Servers[1].Id)
            {
                grants.Add(message.To);
            }

            return message is RequestVote && message.From != stage.Servers[0].Id;
        };
        stage.Servers[1].DownTimeAfterCrash = 20 * Duration.Millisecond;
        stage.World.CrashesBefore = (server, effect) =>
            server.Index == 1 && effect is Send { Message: RequestVoteReply { Granted: true } };
        // The others are slow to campaign.
        stage.Servers[1].Clock.SetRate(0, 0.2);
        stage.Servers[2].Clock.SetRate(0, 0.2);
        stage.World.Network.CutBothWays(0, 2, 1);
        stage.World.Network.CutBothWays(1, 2, 1);
        stage.Start();
        stage.Await(
            () => stage.Servers[1].Process == ProcessState.Stopped, 5 * Duration.Second, "n2 has voted and crashed before it answered");
        var term = stage.Servers[1].DurableTerm;
        stage.Check(stage.Servers[1].DurableVote == stage.Servers[0].Id, "its vote is on disk");
        stage.World.CrashesBefore = null;
        stage.Await(() => stage.Servers[1].IsUp, Duration.Second, "n2 is back");

        stage.Inject(new RequestVote(stage.Servers[2].Id, stage.Servers[1].Id, term, LogIndex.Zero, Term.Zero, false));
        stage.RunFor(50 * Duration.Millisecond);

        stage.Check(!grants.Contains(stage.Servers[2].Id), "n2 does not vote for n3 in the same term");
    }

    private static void DoubledVoteCountsOnce(Script script)
    {
        var stage = script.Stage(5, Plain);
        RaftMessage? grant = null;
        stage.World.Network.Drops = message =>
        {
            grant = message is RequestVoteReply { Granted: true } && grant is null ? message : grant;
            return message is RequestVoteReply && message != grant;
        };
        stage.Start();
        stage.Await(() => grant is not null, 5 * Duration.Second, "someone votes");

        for (var i = 0; i < 5; i++)
        {
            stage.Inject(grant!);
        }

        stage.RunFor(20 * Duration.Millisecond);
        stage.Check(stage.LeadersElected == 0, "two votes of five elect nobody, however often one of them comes");
    }

    private static void RefusedCandidateGivesUpAtOnce(Script script)
    {
        var stage = script.Stage(3, Plain);
        stage.Journal(0, 5);
        stage.Journal(1, 5, 1, 1);
        stage.Journal(2, 5, 1, 1);
        stage.World.Network.Drops = message => message is RequestVote && message.From != stage.Servers[0].Id;
        stage.Start();
        stage.Await(() => stage.Servers[0].Core!.Role == RaftRole.Candidate, 5 * Duration.Second, "n1 campaigns");

        stage.Await(
            () => stage.Servers[0].Core!.Role == RaftRole.Follower,
            100 * Duration.Millisecond,
            "n1 gives up when both refuse, long before its timeout");
    }

    private static void PartialLinksKeepALeader(Script script)
    {
        var stage = script.Stage(5);
        stage.StartWithLeader();
        var before = stage.LeadersElected;
        foreach (var (one, other) in new[] { (0, 3), (0, 4), (1, 4), (2, 3), (3, 4) })
        {
            stage.World.Network.CutBothWays(one, other, 1);
        }

        stage.RunFor(60 * Duration.Second);

        stage.Check(stage.LeadersElected - before <= 1, $"{stage.LeadersElected - before} changes of leader in a minute");
        stage.Check(stage.World.Leader is not null, "there is a leader");
    }

    private static void MuteOrDeafLeaderIsReplaced(Script script)
    {
        foreach (var isMute in new[] { true, false })
        {
            var stage = script.Stage(3, salt: isMute ? 1UL : 2UL);
            var leader = stage.StartWithLeader();
            var term = leader.Core!.CurrentTerm;
            foreach (var other in stage.Others(leader))
            {
                stage.World.Network.Cut(isMute ? leader.Index : other.Index, isMute ? other.Index : leader.Index, 1);
            }

            stage.Await(
                () => stage.Others(leader).Any(other => other.IsLeader && other.Core!.CurrentTerm > term),
                3 * stage.ElectionTimeout,
                $"a leader that is {(isMute ? "mute" : "deaf")} is replaced");
        }
    }

    private static void OneCutLinkDoesNoHarm(Script script)
    {
        var stage = script.Stage(3, clients: 5);
        var leader = stage.StartWithLeader();
        var term = leader.Core!.CurrentTerm;
        var others = stage.Others(leader).ToArray();
        stage.World.Network.CutBothWays(leader.Index, others[0].Index, 1);
        stage.LetClientsLoose(leader.Index, others[1].Index);
        var statistics = stage.World.Statistics;

        stage.RunFor(30 * Duration.Second);

        var failed = statistics.Rejections + statistics.Timeouts;
        stage.Check(statistics.Operations >= 99 * failed, $"{failed} requests failed, and {statistics.Operations} went through");
        stage.Check(leader.IsLeader && leader.Core.CurrentTerm == term, "the leader and its term stay");
        stage.End();
    }

    private static void LongAbsentNodeDisturbsNobody(Script script)
    {
        var stage = script.Stage(3);
        var leader = stage.StartWithLeader();
        var term = leader.Core!.CurrentTerm;
        var absent = stage.Others(leader).First();
        stage.CutOff(absent);
        stage.RunFor(1000 * stage.ElectionTimeout);
        stage.Check(absent.Core!.CurrentTerm.Value <= term.Value + 1, $"alone it has come to term {absent.Core.CurrentTerm}");

        stage.Rejoin(absent);
        stage.RunFor(5 * Duration.Second);

        stage.Check(leader.IsLeader && leader.Core.CurrentTerm.Value <= term.Value + 1, "the leader stays");
        stage.Check(absent.Core.Leader == leader.Id, "the absent server follows it");
    }

    private static void MixedPreVoteDoesNotDeadlock(Script script)
    {
        for (var mask = 0; mask < 8; mask++)
        {
            var with = mask;
            var stage = script.Stage(3, optionsOf: index => new RaftOptions { PreVote = (with >> index & 1) != 0 }, salt: (ulong)mask);
            stage.Journal(0, 20);
            stage.Journal(1, 3, 1, 2, 3);
            stage.Journal(2, 3, 1, 2, 3);
            stage.Start();

            stage.AwaitCommonLeader();
        }
    }

    private static void PausedLeaderAcknowledgesNothing(Script script)
    {
        var stage = script.Stage(3);
        var old = stage.StartWithLeader();
        stage.Write(old, "x", "1");
        old.Pause();
        var write = stage.Ask(old, new WriteRegister("x", "2"));
        var read = stage.Ask(old, new ReadRegister("x"));
        stage.Await(() => stage.Others(old).Any(other => other.IsLeader), 2 * Duration.Second, "another leads");
        stage.Write(stage.Others(old).First(other => other.IsLeader), "x", "3");

        old.Resume();
        stage.RunFor(Duration.Second);

        var isRight = read.Answer is null or { Failure: not null } or { Output.Value: "2" or "3" };
        stage.Check(isRight, $"the read is answered with {read.Answer}");
        stage.Check(write.CommittedAt == 0 || write.CommittedAt > 3, "the write, if it is committed, is so in the new term");
        stage.End();
    }

    private static void SplitVotesEnd(Script script)
    {
        const int Rounds = 40;
        for (var i = 0UL; i < 20; i++)
        {
            var stage = script.Stage(4, Plain with { ElectionTimeoutMax = TimeSpan.FromMilliseconds(165) }, salt: i);
            foreach (var link in stage.World.Network.Links)
            {
                link.MinDelay = 5 * Duration.Millisecond;
            }

            stage.Start();
            var leader = stage.AwaitLeader(Rounds * stage.ElectionTimeout);

            stage.Check(leader.Core!.CurrentTerm.Value <= Rounds, $"it took {leader.Core.CurrentTerm} terms");
        }
    }
}
