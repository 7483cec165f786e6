namespace AkkaRaft.Core;

// A snapshot on disk that turns out to be damaged when a follower is to be sent it. The paper takes disks for good; without this the
// follower would wait until the next snapshot is due. The state itself is in memory, so another snapshot of it is taken at once. Until it
// is there, followers that the one before the last is good enough for are sent that.
public sealed partial class RaftServer
{
    /// <summary>Snapshots that cannot be read: nobody is sent one of them.</summary>
    private readonly HashSet<SnapshotMetadata> _unreadable = [];

    /// <summary>Not before this time another attempt is made to take the place of a snapshot that cannot be read.</summary>
    private TimeSpan _replacementNotBefore;

    /// <summary>The last snapshot that is not known to be unreadable, or null.</summary>
    private SnapshotMetadata? LastReadableSnapshot => _snapshots.FindLast(snapshot => !_unreadable.Contains(snapshot));

    /// <summary>The last snapshot cannot be read, and no other has taken its place yet.</summary>
    private bool LastIsUnreadable => LastSnapshot is { } last && _unreadable.Contains(last);

    /// <summary>So long nothing is repeated that failed: another attempt to take a snapshot, and a transfer for want of one.</summary>
    private TimeSpan ReplacementPause => 10 * Options.ElectionTimeoutMax;

    private void OnSnapshotUnreadable(SnapshotMetadata snapshot)
    {
        if (!_snapshots.Contains(snapshot) && !_peers.Any(peer => peer.Installing == snapshot))
        {
            // It is needed no more, and may be gone for that.
            return;
        }

        _unreadable.Add(snapshot);
        TakeSnapshotIfDue();
        foreach (var peer in _peers.Where(peer => peer.Installing == snapshot))
        {
            peer.CancelInstall(++_heartbeatSequence);
            SendEntries(peer);
        }
    }

    private void OnSnapshotFailed()
    {
        _snapshotIsUnderWay = false;
        HandOverForWantOfSnapshot();
    }

    /// <summary>With each heartbeat: a snapshot that cannot be read is replaced even if nothing is applied any more.</summary>
    private void ReplaceUnreadableSnapshot()
    {
        if (LastIsUnreadable)
        {
            TakeSnapshotIfDue();
        }
    }

    /// <summary>Whether a snapshot is to be taken in the place of the last, which may be of the same entry.</summary>
    private bool MayReplaceUnreadable() =>
        LastIsUnreadable && LastApplied >= LastSnapshotIndex && _now >= _replacementNotBefore;

    /// <summary>A snapshot of the last one's entry has been taken, as that one cannot be read.</summary>
    private bool IsReplacement(SnapshotMetadata snapshot) => LastIsUnreadable
        && snapshot.LastIncludedIndex == LastSnapshotIndex && _log.Holds(snapshot.LastIncludedIndex, snapshot.LastIncludedTerm);

    private void ForgetUnreadable() =>
        _unreadable.RemoveWhere(snapshot => !_snapshots.Contains(snapshot) && !_peers.Any(peer => peer.Installing == snapshot));

    /// <summary>
    /// A follower waits for a snapshot, this server has none that can be read, and cannot take one: another leads. Whether its snapshots
    /// are good nobody knows before it sends one; if they are not, it takes another in its turn.
    /// </summary>
    private void HandOverForWantOfSnapshot()
    {
        if (Role == RaftRole.Leader && LastIsUnreadable && LastReadableSnapshot is null && _transfer is null
            && HasCommittedInItsTerm && !IsChangingMembers && _now - _leadSince >= ReplacementPause
            && _peers.Any(peer => peer.NextIndex <= _log.LastIncludedIndex) && Successor() is { } successor)
        {
            BeginTransfer(successor, null);
        }
    }
}
