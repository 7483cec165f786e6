using AkkaRaft.Core;

namespace AkkaRaft.KeyValue;

/// <summary>
/// The state machine of the key-value store. It maps keys, which are text, to values, which are bytes, and keeps the latest events for
/// watches and the leases that keys are attached to. Each write has a revision: the log index of its command or time entry. After a
/// restore or a recovery, revisions continue far above all earlier ones, so that none is used twice.
/// </summary>
public sealed class KeyValueStore : ISnapshotStateMachine, ITimedStateMachine, IHistoryStateMachine, IStateDigest
{
    private readonly KeyValueLimits _limits;
    private StoreState _state;

    /// <summary>Creates an empty store.</summary>
    public KeyValueStore()
        : this(KeyValueLimits.Default)
    {
    }

    internal KeyValueStore(KeyValueLimits limits)
    {
        _limits = limits;
        _state = new StoreState(limits);
    }

    /// <inheritdoc />
    public string Digest => _state.Hash.ToString("x32");

    /// <inheritdoc />
    public bool NeedsTime => _state.Leases.Count > 0;

    /// <inheritdoc />
    public object? Apply(LogIndex index, object command)
    {
        _state.BeginEntry(index);
        return command switch
        {
            SetKey set => Set(set),
            DeleteKey delete => new KeyWritten(_state.Revision, _state.Remove(delete.Key, KeyEventKind.Deleted)),
            CompareAndSetKey set => CompareAndSet(set),
            GrantLease grant => Grant(grant),
            KeepLeaseAlive keep => KeepAlive(keep),
            RevokeLease revoke => Revoke(revoke),
            _ => new CommandRefused($"The key-value store has no command {command.GetType().Name}."),
        };
    }

    /// <inheritdoc />
    public object? Query(object query) => StoreQueries.Answer(_state, _limits, query);

    /// <inheritdoc />
    public void AdvanceTime(LogIndex index, TimeSpan now) => _state.AdvanceTime(index, now);

    /// <summary>
    /// Starts the revisions of a new history. This state does not know all revisions of the former history that clients have seen, so new
    /// revisions are above all of them, and a watch from one of them is told that its events are compacted.
    /// </summary>
    /// <param name="index">The log index at which the new history begins.</param>
    public void BeginHistory(LogIndex index) => _state.BeginHistory(index);

    /// <inheritdoc />
    public IStateCapture Capture() => _state.Capture();

    /// <inheritdoc />
    public void Restore(Stream source) => _state = StoreSnapshotReader.Read(source, _limits);

    private KeyWritten Set(SetKey set) => IsLeaseMissing(set.Lease)
        ? new KeyWritten(_state.Revision, _state[set.Key] is not null, LeaseMissing: true)
        : new KeyWritten(_state.Revision, _state.Put(set.Key, set.Value, set.Lease).Version > 1);

    private KeyCompared CompareAndSet(CompareAndSetKey set)
    {
        var current = _state[set.Key];
        var leaseMissing = IsLeaseMissing(set.Lease);
        var asExpected = set.ExpectedRevision is { } revision
            ? revision == (current?.ModRevision ?? 0)
            : set.Expected == current?.Value;
        if (!asExpected || leaseMissing)
        {
            return new KeyCompared(_state.Revision, false, current?.EntryOf(set.Key), leaseMissing);
        }

        if (set.Value is null)
        {
            _state.Remove(set.Key, KeyEventKind.Deleted);
        }
        else
        {
            _state.Put(set.Key, set.Value, set.Lease);
        }

        return new KeyCompared(_state.Revision, true);
    }

    private LeaseGranted Grant(GrantLease grant)
    {
        var timeToLive = TimeSpan.FromTicks(
            Math.Clamp(grant.TimeToLive.Ticks, _limits.MinTimeToLive.Ticks, _limits.MaxTimeToLive.Ticks));
        var id = grant.Id == 0 ? _state.Revision : grant.Id;
        if (_state.Leases[id] is not null)
        {
            return new LeaseGranted(0, TimeSpan.Zero);
        }

        _state.Leases.Put(id, new Lease(timeToLive, null));
        return new LeaseGranted(id, timeToLive);
    }

    private LeaseRenewed KeepAlive(KeepLeaseAlive keep)
    {
        if (_state.Leases[keep.Id] is not { } lease)
        {
            return new LeaseRenewed(false, TimeSpan.Zero);
        }

        _state.Leases.Put(keep.Id, lease with { ExpiresAt = null });
        return new LeaseRenewed(true, lease.TimeToLive);
    }

    private LeaseRevoked Revoke(RevokeLease revoke) => _state.Leases[revoke.Id] is null
        ? new LeaseRevoked(false, 0)
        : new LeaseRevoked(true, _state.EndLease(revoke.Id));

    private bool IsLeaseMissing(long lease) => lease != 0 && _state.Leases[lease] is null;
}
