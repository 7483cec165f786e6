using AkkaRaft.Core;

namespace AkkaRaft.TestKit;

/// <summary>What must hold after each event, whatever the network and the disks do (Raft paper, figure 3).</summary>
internal sealed class ClusterInvariants
{
    private readonly Dictionary<Term, ServerId> _leaders = [];
    private readonly Dictionary<LogIndex, (LogEntry Entry, ServerId Server)> _committed = [];
    private readonly Dictionary<LogIndex, (AppliedCommand Applied, ServerId Server)> _applied = [];
    private readonly Dictionary<ServerId, RaftStatus> _last = [];

    /// <summary>A crash forgets what was not on disk: indexes may fall once.</summary>
    public void Forget(ServerId server) => _last.Remove(server);

    public void Check(RaftStatus status, JournalStore journal, IReadOnlyList<AppliedCommand> applied)
    {
        if (status.Down is not null)
        {
            _last.Remove(status.Server);
            return;
        }

        CheckElectionSafety(status);
        CheckProgress(status);
        CheckCommitted(status, journal);
        CheckStateMachineSafety(status.Server, applied);
        _last[status.Server] = status;
    }

    /// <summary>Two logs that agree in an entry's term agree in all before it.</summary>
    public static void CheckLogMatching(ServerId left, IReadOnlyList<LogEntry> leftLog, ServerId right, IReadOnlyList<LogEntry> rightLog)
    {
        if (leftLog.Count == 0 || rightLog.Count == 0)
        {
            return;
        }

        // Snapshots stand for the heads of logs.
        var first = LogIndex.Max(leftLog[0].Index, rightLog[0].Index);
        var index = LogIndex.Min(leftLog[^1].Index, rightLog[^1].Index);
        while (index >= first && In(leftLog).Term != In(rightLog).Term)
        {
            index = index.Previous;
        }

        for (; index >= first; index = index.Previous)
        {
            if (In(leftLog) != In(rightLog))
            {
                throw Broken("log matching", $"{left} has {In(leftLog)} and {right} has {In(rightLog)}, behind entries that agree");
            }
        }

        LogEntry In(IReadOnlyList<LogEntry> log) => log[(int)(index - log[0].Index)];
    }

    private void CheckElectionSafety(RaftStatus status)
    {
        if (status.Role != RaftRole.Leader)
        {
            return;
        }

        if (_leaders.TryGetValue(status.Term, out var other) && other != status.Server)
        {
            throw Broken("election safety", $"{other} and {status.Server} both lead in term {status.Term}");
        }

        _leaders[status.Term] = status.Server;
    }

    private void CheckProgress(RaftStatus status)
    {
        if (_last.TryGetValue(status.Server, out var last)
            && (status.Term < last.Term || status.CommitIndex < last.CommitIndex || status.LastApplied < last.LastApplied))
        {
            throw Broken("term, commit and applied only move forward", $"{last} came before {status}");
        }

        if (status.LastApplied > status.CommitIndex || status.CommitIndex > status.LastLogIndex)
        {
            throw Broken("applied, committed, last", $"{status}");
        }
    }

    private void CheckCommitted(RaftStatus status, JournalStore journal)
    {
        var entries = journal.Entries;
        for (var i = 0; i < entries.Count && entries[i].Index <= status.CommitIndex; i++)
        {
            if (_committed.TryGetValue(entries[i].Index, out var other) && other.Entry != entries[i])
            {
                throw Broken(
                    "leader completeness", $"{other.Server} had committed {other.Entry} where {status.Server} commits {entries[i]}");
            }

            _committed[entries[i].Index] = (entries[i], status.Server);
        }
    }

    private void CheckStateMachineSafety(ServerId server, IReadOnlyList<AppliedCommand> applied)
    {
        foreach (var command in applied)
        {
            if (_applied.TryGetValue(command.Index, out var other) && !Equals(other.Applied.Command, command.Command))
            {
                throw Broken(
                    "state machine safety",
                    $"at {command.Index} {other.Server} applied {other.Applied.Command} and {server} {command.Command}");
            }

            _applied[command.Index] = (command, server);
        }
    }

    private static RaftTestException Broken(string invariant, string facts) => new($"Broken: {invariant}. {facts}.");
}
