using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>Members who come and go.</summary>
internal static class MembershipScenarios
{
    public static readonly Scenario[] All =
    [
        new(26, "change-before-the-first-commit-is-refused", ChangeBeforeTheFirstCommitIsRefused),
        new(27, "joint-consensus-holds", JointConsensusHolds),
        new(28, "old-answers-after-re-adding-are-refused", OldAnswersAfterReAddingAreRefused),
        new(29, "promoted-learner-that-has-not-heard-votes", PromotedLearnerThatHasNotHeardVotes),
        new(31, "removed-servers-disturb-nobody", RemovedServersDisturbNobody),
        new(32, "careless-change-is-refused", CarelessChangeIsRefused),
        new(34, "wiped-server-has-no-vote", WipedServerHasNoVote),
    ];

    private static void ChangeBeforeTheFirstCommitIsRefused(Script script)
    {
        var stage = script.Stage(3, spares: 1);
        stage.World.Network.Drops = message => message is AppendEntries { Entries.Count: > 0 };
        stage.Start();
        var leader = stage.AwaitLeader();

        var refused = stage.Change(leader, stage.Add(3));
        stage.Check(
            refused is { Failure: Rejected { Reason: RejectionReason.LeaderNotReady } }, $"before its first commit it answers {refused}");
        stage.World.Network.Drops = null;

        stage.ChangeAtLast(stage.Add(3));
        stage.AwaitVoters(0, 1, 2, 3);
        stage.End();
    }

    private static void JointConsensusHolds(Script script)
    {
        // The leader dies behind any of the effects by which a change goes through its two configurations.
        for (var effects = 0; effects < 24; effects += 3)
        {
            var stage = script.Stage(3, spares: 3, salt: (ulong)effects);
            stage.StartWithLeader();
            stage.LetClientsLoose();
            Through(stage, effects, [0, 1, 2, 3, 4], stage.Add(3), stage.Add(4));
            Through(stage, effects, [1, 2, 3, 4, 5], stage.Add(5), stage.Remove(0));
            Through(stage, effects, [3, 4, 5], stage.Remove(1), stage.Remove(2));
            stage.AwaitCommonLeaderOfMembers();
            stage.End();
        }
    }

    private static void Through(Stage stage, int effects, int[] voters, params MemberChange[] changes)
    {
        stage.AwaitCommonLeaderOfMembers().EffectsUntilCrash = effects;
        stage.Servers.First(server => server.EffectsUntilCrash >= 0).DownTimeAfterCrash = 200 * Duration.Millisecond;
        for (var tries = 0; tries < 20 && !AreMembers(); tries++)
        {
            stage.ChangeAtLast(changes);
            stage.RunFor(300 * Duration.Millisecond);
        }

        stage.AwaitVoters(voters);

        bool AreMembers() => changes.All(change => stage.World.Ledger.Configuration.IsMember(change.Id) == change is AddMember);
    }

    private static void OldAnswersAfterReAddingAreRefused(Script script)
    {
        var stage = script.Stage(4);
        var answers = new List<RaftMessage>();
        var leader = stage.StartWithLeader();
        var again = stage.Others(leader).First();
        stage.World.Network.Drops = message =>
        {
            if (message is AppendEntriesReply && message.From == again.Id)
            {
                answers.Add(message);
            }

            return false;
        };
        stage.AwaitIncarnations();
        for (var i = 0; i < 10; i++)
        {
            stage.Write(leader, "x", $"{i}");
        }

        stage.ChangeAtLast(stage.Remove(again.Index));
        stage.Await(() => !leader.Log.Configuration.IsMember(again.Id), Duration.Second, "it is no member");
        again.Wipe(restartAfter: Duration.Millisecond, joins: true);
        stage.RunFor(10 * Duration.Millisecond);
        stage.World.Network.Drops = message => message.To == again.Id;
        stage.ChangeAtLast(new AddMember(again.Id, "", 0, AsLearner: false));
        foreach (var answer in answers)
        {
            stage.Inject(answer);
        }

        stage.RunFor(100 * Duration.Millisecond);
        var match = leader.Core!.Status().Members.Single(member => member.Id == again.Id).MatchIndex;
        stage.Check(leader.IsLeader && match == LogIndex.Zero, $"its disk is empty, and the leader takes {match} to be there");
        stage.World.Network.Drops = null;
        stage.AwaitVoters(0, 1, 2, 3);
        stage.End();
    }

    private static void PromotedLearnerThatHasNotHeardVotes(Script script)
    {
        var stage = script.Stage(2, spares: 1);
        var leader = stage.StartWithLeader();
        var learner = stage.Servers[2];
        stage.ChangeAtLast(stage.Add(2, asLearner: true));
        stage.Await(() => learner.Core?.LastApplied == leader.Core!.LastLogIndex, 2 * Duration.Second, "the learner has all");
        stage.World.Network.Drops = message => message is AppendEntries append && append.To == learner.Id
            && append.Entries.Any(entry => entry.Payload is ConfigurationChange change && change.Configuration.Voters.Contains(learner.Id));
        stage.ChangeAtLast(new PromoteMember(learner.Id));
        stage.AwaitVoters(0, 1, 2);
        stage.Check(!learner.Log.Configuration.IsVoter(learner.Id), "it does not know that it votes");

        leader.Stop("it is killed", restartAfter: -1);
        stage.Await(() => stage.World.Leader is { } other && other != leader, 5 * Duration.Second, "the two others elect a leader");
        stage.World.Network.Drops = null;
        stage.Write(stage.AwaitLeader(), "x", "1");
        stage.End();
    }

    private static void RemovedServersDisturbNobody(Script script)
    {
        var stage = script.Stage(5);
        var leader = stage.StartWithLeader();
        var removed = stage.Others(leader).First();
        stage.CutOff(removed);
        stage.ChangeAtLast(stage.Remove(removed.Index));
        stage.Await(() => !stage.World.Ledger.Configuration.IsMember(removed.Id), 2 * Duration.Second, "it is removed");
        stage.RunFor(5 * Duration.Second);
        var term = leader.Core!.CurrentTerm;
        stage.Rejoin(removed);
        stage.RunFor(20 * Duration.Second);
        stage.Check(leader.IsLeader && leader.Core.CurrentTerm == term, "who was removed and does not know it unsettles nobody");

        stage.ChangeAtLast(stage.Remove(leader.Index));
        stage.Await(
            () => stage.World.Leader is { } next && next != leader && !stage.World.Ledger.Configuration.IsMember(leader.Id),
            2 * stage.ElectionTimeout,
            "a leader that is removed hands over and leaves");
        var successor = stage.World.Leader!;
        stage.RunFor(20 * Duration.Second);
        stage.Check(
            successor.IsLeader && successor.Core!.CurrentTerm.Value == term.Value + 1, $"its successor stays, in term {term.Value + 1}");
        stage.Write(successor, "x", "1");
        stage.End();
    }

    private static void CarelessChangeIsRefused(Script script)
    {
        var stage = script.Stage(3, spares: 1);
        var leader = stage.StartWithLeader();
        stage.AwaitIncarnations();
        leader = stage.AwaitCommonLeader();
        var before = leader.Log.Configuration;
        MemberChange[][] careless =
        [
            [stage.Add(0)],
            [stage.Remove(3)],
            [new PromoteMember(stage.Servers[1].Id)],
            [stage.Remove(0), stage.Remove(1), stage.Remove(2)],
            [stage.Add(3), stage.Remove(3)],
            [],
        ];
        foreach (var changes in careless)
        {
            var answer = stage.Change(leader, changes);
            stage.Check(
                answer is { Failure: Rejected { Reason: RejectionReason.InvalidChange, Detail.Length: > 0 } },
                $"{string.Join(", ", changes.Select(change => change.ToString()))} is answered {answer}");
        }

        stage.Check(leader.Log.Configuration.Equals(before), "the members are the same as ever");
        stage.End();
    }

    private static void WipedServerHasNoVote(Script script)
    {
        var stage = script.Stage(3);
        var leader = stage.StartWithLeader();
        stage.AwaitIncarnations();
        var behind = stage.Others(leader).First();
        var wiped = stage.Others(leader).Last();
        behind.Stop("it is killed", restartAfter: -1);
        stage.Write(leader, "x", "1");
        wiped.Wipe(restartAfter: 50 * Duration.Millisecond, joins: false);
        leader.Stop("it is killed", restartAfter: -1);
        behind.RestartAfter(0);
        stage.RunFor(10 * Duration.Second);
        stage.Check(stage.World.Leader is null, "one that is behind and one that has forgotten elect nobody");

        leader.RestartAfter(0);
        stage.Write(stage.AwaitLeader(), "x", "2");
        stage.ChangeAtLast(stage.Remove(wiped.Index));
        stage.Await(() => !stage.World.Ledger.Configuration.IsMember(wiped.Id), 2 * Duration.Second, "it is removed");
        wiped.Wipe(restartAfter: Duration.Millisecond, joins: true);
        stage.RunFor(50 * Duration.Millisecond);
        stage.ChangeAtLast(stage.Add(wiped.Index));
        stage.AwaitVoters(0, 1, 2);
        stage.Await(
            () => wiped.Core is { } core && core.LastApplied == stage.World.Leader?.Core!.LastLogIndex,
            2 * Duration.Second,
            "it is rebuilt");
        stage.End();
    }
}
