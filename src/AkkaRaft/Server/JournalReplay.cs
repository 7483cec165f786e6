using AkkaRaft.Core;

namespace AkkaRaft.Server;

/// <summary>Reads the journal back, record by record, and refuses one that is another server's or has a gap.</summary>
internal sealed class JournalReplay(
    RaftSettings settings, JournalPort journal, JournalIdentity identity, JournalExtent extent, FailureReporter failures)
{
    /// <summary>What the journal gave back; empty again once the core has taken it over.</summary>
    public PersistentState State { get; private set; } = new();

    /// <summary>The term as far as the journal is replayed.</summary>
    public Term Term => State.CurrentTerm;

    public long FirstRecord { get; private set; }

    public long LastRecord { get; private set; }

    public bool IsEmpty => LastRecord == 0;

    public void Replay(JournalOwner owner)
    {
        Note(owner);
        identity.HasOwner = true;
        var record = journal.LastSequenceNr();
        if (owner.TrimmedUpTo >= record)
        {
            throw new InvariantViolationException($"record {record} says that the journal was trimmed up to {owner.TrimmedUpTo}");
        }

        if (owner.Incarnation != 0)
        {
            identity.Recover(owner.Incarnation);
        }

        if (owner.ClusterId != settings.ClusterId)
        {
            var owned = $"the journal of {owner.ServerId} belongs to the cluster '{owner.ClusterId}'";
            failures.Refuse("akka-raft.cluster-id", $"'{settings.ClusterId}'", owned);
        }

        if (owner.ServerId != settings.ServerId)
        {
            failures.Refuse("akka-raft.server-id", $"'{settings.ServerId}'", $"the journal belongs to the server '{owner.ServerId}'");
        }
    }

    public void Replay(RaftEvent raftEvent)
    {
        Note(raftEvent);
        if (FirstRecord == 1 && !identity.HasOwner)
        {
            RefuseForeign();
        }

        // The first format recorded addresses here; the settings hold them now.
        State.Replay(raftEvent is Bootstrapped bootstrapped
            ? new Bootstrapped(ClusterConfiguration.Of(bootstrapped.Configuration.Voters))
            : raftEvent);
    }

    /// <summary>Checks the journal as a whole once its last record is read.</summary>
    public void Complete()
    {
        // Akka now gives the highest number that was ever written. The plugin counts records for it that it does not replay.
        var written = journal.LastSequenceNr();
        if (written != LastRecord)
        {
            failures.Fail(new InvariantViolationException(
                $"The journal's records up to {written} were written, and the last that can be read is {LastRecord}: the end of the"
                + " log is lost, and a vote may be. Remove this server from its cluster, wipe its data directory, and add it anew."));
        }

        if (LastRecord > 0 && !identity.HasOwner)
        {
            RefuseForeign();
        }

        if (FirstRecord - 1 > extent.TrimmedUpTo)
        {
            failures.Fail(new InvariantViolationException(
                $"The journal begins with record {FirstRecord}, and was trimmed up to {extent.TrimmedUpTo} only: records are missing."));
        }

        try
        {
            State.Complete();
        }
        catch (InvariantViolationException cause)
        {
            failures.Fail(cause);
        }
    }

    /// <summary>Hands the state over to the core.</summary>
    public PersistentState Take()
    {
        var state = State;
        State = new PersistentState();
        return state;
    }

    // A record that is missing in the middle would go unnoticed where the log happens to fit together.
    private void Note(object record)
    {
        var number = journal.LastSequenceNr();
        if (FirstRecord == 0)
        {
            FirstRecord = number;
        }
        else if (number != LastRecord + 1)
        {
            throw new InvariantViolationException($"record {LastRecord + 1} is missing, {number} comes next");
        }

        LastRecord = number;
        extent.Note(number, record);
    }

    private void RefuseForeign() => failures.Refuse(
        "akka-raft.journal-plugin-id",
        $"'{settings.JournalPluginId}'",
        "the journal does not begin with a server's name: it is not AkkaRaft's");
}
