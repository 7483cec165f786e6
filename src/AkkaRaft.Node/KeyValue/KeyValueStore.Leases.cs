using AkkaRaft.Core;

namespace AkkaRaft.Node.KeyValue;

/// <summary>Leases: keys that vanish when nobody renews what they go with.</summary>
public sealed partial class KeyValueStore
{
    // The replicated time.
    private TimeSpan _now;

    /// <inheritdoc />
    public bool NeedsTime => _leases.Count > 0;

    /// <inheritdoc />
    public void AdvanceTime(LogIndex index, TimeSpan now)
    {
        _revision = index.Value + _ahead;
        _now = now;
        while (_leases.NextExpired(now) is { } expired)
        {
            End(expired);
        }

        _leases.BeginTime(now);
    }

    private LeaseGranted Grant(GrantLease grant)
    {
        var timeToLive = TimeSpan.FromTicks(
            Math.Clamp(grant.TimeToLive.Ticks, _limits.MinTimeToLive.Ticks, _limits.MaxTimeToLive.Ticks));
        var id = grant.Id == 0 ? _revision : grant.Id;
        if (_leases[id] is not null)
        {
            return new LeaseGranted(0, TimeSpan.Zero);
        }

        _leases.Put(id, new Lease(timeToLive, null));
        return new LeaseGranted(id, timeToLive);
    }

    private LeaseRenewed KeepAlive(KeepLeaseAlive keep)
    {
        if (_leases[keep.Id] is not { } lease)
        {
            return new LeaseRenewed(false, TimeSpan.Zero);
        }

        _leases.Put(keep.Id, lease with { ExpiresAt = null });
        return new LeaseRenewed(true, lease.TimeToLive);
    }

    private LeaseRevoked Revoke(RevokeLease revoke) =>
        _leases[revoke.Id] is null ? new LeaseRevoked(false, 0) : new LeaseRevoked(true, End(revoke.Id));

    private LeaseRead Read(GetLease get) => _leases[get.Id] is { } lease
        ? new LeaseRead(
            true, lease.TimeToLive, lease.ExpiresAt is { } at ? at - _now : lease.TimeToLive, _leases.KeysOf(get.Id).Count)
        : new LeaseRead(false, TimeSpan.Zero, TimeSpan.Zero, 0);

    private int End(long lease)
    {
        var keys = _leases.Remove(lease);
        foreach (var key in keys)
        {
            Remove(key, KeyEventKind.Expired);
        }

        return keys.Count;
    }

    private void Attach(string key, long before, long lease)
    {
        if (before != lease && before != 0)
        {
            _leases.Detach(before, key);
        }

        if (before != lease && lease != 0)
        {
            _leases.Attach(lease, key);
        }
    }
}
