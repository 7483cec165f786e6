using Akka.Actor;
using AkkaRaft.Core;
using AkkaRaft.Snapshots;

namespace AkkaRaft.Server;

/// <summary>From the journal's first record to the server's first step.</summary>
internal sealed partial class RaftActor
{
    private const int HistoryChanceBits = 20;

    /// <summary>What the journal gave back; empty again once the server has taken it over.</summary>
    private PersistentState _recovered = new();

    private readonly JournalExtent _extent = new();

    private bool _journalHasOwner;

    /// <summary>Whether the journal that names the data directory is on disk.</summary>
    private bool _isNamed;

    /// <summary>Names the data directory: drawn when a journal is begun, and part of all that this server says to others.</summary>
    private long _incarnation = Random.Shared.NextInt64(1, long.MaxValue / 2);

    private long _firstRecord;
    private long _lastRecord;

    /// <summary>The journal has been read and the snapshots are being looked at: all else waits.</summary>
    private void Opening()
    {
        Command<SnapshotsOpened>(OnSnapshotsOpened);
        CommandAny(_ => Stash.Stash());
    }

    // A record that is missing in the middle would go unnoticed where the log happens to fit together.
    private void NoteReplayed(object record)
    {
        if (_firstRecord == 0)
        {
            _firstRecord = LastSequenceNr;
        }
        else if (LastSequenceNr != _lastRecord + 1)
        {
            throw new InvariantViolationException($"record {_lastRecord + 1} is missing, {LastSequenceNr} comes next");
        }

        _lastRecord = LastSequenceNr;
        _extent.Note(LastSequenceNr, record);
    }

    private void ReplayOwner(JournalOwner owner)
    {
        NoteReplayed(owner);
        _journalHasOwner = true;
        if (owner.TrimmedUpTo >= LastSequenceNr)
        {
            throw new InvariantViolationException($"record {LastSequenceNr} says that the journal was trimmed up to {owner.TrimmedUpTo}");
        }

        if (owner.Incarnation != 0)
        {
            _incarnation = owner.Incarnation;
            _isNamed = true;
        }

        if (owner.ClusterId != _settings.ClusterId)
        {
            var owned = $"the journal of {owner.ServerId} belongs to the cluster '{owner.ClusterId}'";
            Refuse("akka-raft.cluster-id", $"'{_settings.ClusterId}'", owned);
        }

        if (owner.ServerId != _settings.ServerId)
        {
            Refuse("akka-raft.server-id", $"'{_settings.ServerId}'", $"the journal belongs to the server '{owner.ServerId}'");
        }
    }

    private void Replay(RaftEvent raftEvent)
    {
        NoteReplayed(raftEvent);
        if (_firstRecord == 1 && !_journalHasOwner)
        {
            RefuseForeign();
        }

        // The first format wrote down addresses here, which are the settings' to say.
        _recovered.Replay(raftEvent is Bootstrapped bootstrapped
            ? new Bootstrapped(ClusterConfiguration.Of(bootstrapped.Configuration.Voters))
            : raftEvent);
    }

    private void EndReplay()
    {
        // Akka now gives the highest number that was ever written. The plugin counts records for it that it does not replay.
        if (LastSequenceNr != _lastRecord)
        {
            Fail(new InvariantViolationException(
                $"The journal's records up to {LastSequenceNr} were written, and the last that can be read is {_lastRecord}: the end of the"
                + " log is lost, and a vote may be. Remove this server from its cluster, wipe its data directory, and add it anew."));
        }

        if (_lastRecord > 0 && !_journalHasOwner)
        {
            RefuseForeign();
        }

        if (_firstRecord - 1 > _extent.TrimmedUpTo)
        {
            Fail(new InvariantViolationException(
                $"The journal begins with record {_firstRecord}, and was trimmed up to {_extent.TrimmedUpTo} only: records are missing."));
        }

        try
        {
            _recovered.Complete();
        }
        catch (InvariantViolationException cause)
        {
            Fail(cause);
        }

        if (_snapshots is { } snapshots)
        {
            Become(Opening);
            snapshots.Tell(new OpenSnapshots([.. _recovered.Snapshots], JournalIsEmpty: _lastRecord == 0));
        }
        else if (_recovered.Snapshot is { } snapshot)
        {
            Refuse("akka-raft.snapshot-directory", "\"\"", $"the journal tells of a {snapshot}, so the folder that holds it is expected");
        }
        else
        {
            Begin();
        }
    }

    private void OnSnapshotsOpened(SnapshotsOpened opened)
    {
        if (opened.Refusal is { } refusal)
        {
            Refuse("akka-raft.snapshot-directory", $"'{_settings.SnapshotDirectory}'", refusal);
        }

        foreach (var fault in opened.Faults)
        {
            if (_recovered.Snapshots.Count < 2 || !_recovered.FallBack())
            {
                Refuse(
                    "akka-raft.snapshot-directory",
                    $"'{_settings.SnapshotDirectory}'",
                    $"{string.Join("; ", opened.Faults)}. The journal does not reach back behind it: remove this server from its cluster, "
                    + "wipe its data directory, and add it anew");
            }

            _log.FellBack(_recovered.CurrentTerm, fault, _recovered.Snapshot!);
        }

        Begin();
    }

    /// <summary>Names of histories rise with time, so that clients know the later of two: milliseconds, and chance behind them.</summary>
    private long NewHistory() =>
        (Context.System.Scheduler.Now.ToUnixTimeMilliseconds() << HistoryChanceBits) | (_settings.NewId() & ((1 << HistoryChanceBits) - 1));

    private void Begin()
    {
        _log.Starting(_recovered.CurrentTerm, _recovered.LastIndex, _recovered.VotedFor, _recovered.Snapshot);
        var options = _snapshots is null ? _settings.Protocol with { SnapshotEntries = 0, SnapshotBytes = 0 } : _settings.Protocol;
        var onDisk = new Promise(_recovered.CurrentTerm, _recovered.LastIndex);
        _startCheck = new StartCheck(_settings.ServerId, Context.System.Scheduler.Now.ToUnixTimeMilliseconds(), onDisk, MayNotBeChecked);
        _server = new RaftServer(_settings.ServerId, _settings.Bootstrap, _recovered, options, _settings.Seed(), _incarnation, NewHistory());
        _stateMachine.Tell(new StateBegins(_recovered.Bootstrap ?? _settings.Bootstrap));
        _recovered = new PersistentState();
        Context.Parent.Tell(new ServerStarted(Server.CurrentTerm));
        AskForPromises();
    }

    private void TakePart()
    {
        Become(Follower);
        NameJournalOfFirstFormat();
        Handle(new Started(Now));
        if (!Server.Configuration.Members.Any())
        {
            _log.WaitsToBeAdded(CurrentTerm);
        }

        LookAtDisk();

        // A server that was killed while it trimmed goes on with it.
        if (_firstRecord > 0 && _firstRecord <= _extent.TrimmedUpTo)
        {
            Trim(_extent.TrimmedUpTo);
        }

        Stash.UnstashAll();
    }

    /// <summary>A journal of the first format has an owner and no incarnation.</summary>
    private void NameJournalOfFirstFormat()
    {
        if (_journalHasOwner && !_isNamed)
        {
            var owner = new JournalOwner(_settings.ClusterId, _settings.ServerId) { Incarnation = _incarnation };
            _pendingWrites++;
            PersistAsync(owner, _ =>
            {
                _pendingWrites--;
                _isNamed = true;
                SayWhenFinished();
            });
        }
    }

    private void RefuseForeign() => Refuse(
        "akka-raft.journal-plugin-id",
        $"'{_settings.JournalPluginId}'",
        "the journal does not begin with a server's name: it is not AkkaRaft's");

    private void Refuse(string key, string value, string expected)
    {
        var refusal = new RaftConfigurationException(key, value, expected);
        Context.Parent.Tell(new ServerRefused(refusal));
        throw refusal;
    }

    private void Fail(InvariantViolationException cause)
    {
        TellFailure(cause.Message, cause);
        throw cause;
    }
}
