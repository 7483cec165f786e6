using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

// Snapshots are files beside the journal: written to a temporary name, synced, renamed, and the directory synced.
internal sealed partial class SimulatedDisk
{
    private readonly List<SnapshotFile> _snapshots = [];
    private readonly List<byte> _part = [];
    private SnapshotFile? _temporary;

    /// <summary>The files that bear their final names.</summary>
    public IReadOnlyList<SnapshotFile> Snapshots => _snapshots;

    /// <summary>How many bytes of a snapshot that comes in are stored.</summary>
    public int PartLength => _part.Count;

    public SnapshotFile? Find(SnapshotMetadata snapshot) => _snapshots.Find(file => file.Is(snapshot));

    /// <summary>A file is begun, under a temporary name.</summary>
    public void BeginSnapshot(SnapshotMetadata snapshot, byte[] content) => _temporary = new SnapshotFile(snapshot, content);

    /// <summary>The file that was begun is synced and renamed, and the directory is synced.</summary>
    public void EndSnapshot()
    {
        Put(_temporary!);
        _temporary = null;
    }

    /// <summary>Stores a part of a snapshot that comes in; one at the beginning begins anew.</summary>
    public void StorePart(long offset, ReadOnlySpan<byte> data)
    {
        if (offset == 0)
        {
            _part.Clear();
        }

        _part.AddRange(data);
    }

    /// <summary>The last part is stored: the file is checked, synced and renamed; false if it is not what it should be.</summary>
    public bool EndParts(SnapshotMetadata snapshot)
    {
        var file = new SnapshotFile(snapshot, [.. _part]);
        _part.Clear();
        if (!file.IsWhole)
        {
            return false;
        }

        Put(file);
        return true;
    }

    /// <summary>Deletes all snapshots but these, and but newer ones.</summary>
    public void KeepSnapshots(IReadOnlyList<SnapshotMetadata> keep)
    {
        var newest = keep.Count == 0 ? LogIndex.Zero : keep.Max(snapshot => snapshot.LastIncludedIndex);
        _snapshots.RemoveAll(file => !keep.Any(file.Is) && file.Snapshot.LastIncludedIndex <= newest);
    }

    /// <summary>
    /// Deletes what the journal need not say any more: no record that goes holds an entry behind <paramref name="upTo"/>, nor is one of
    /// them, or behind, that of the oldest snapshot that the server may begin with.
    /// </summary>
    public void Trim(LogIndex upTo, SnapshotMetadata? oldestBase)
    {
        var needed = oldestBase is null || _syncedRecords == 0
            ? -1
            : _file.FindIndex(0, _syncedRecords, record => record.Events.Any(written => IsOf(written, oldestBase)));
        var gone = 0;
        while (gone < needed && !_file[gone].Events.Any(written => IsBehind(written, upTo)))
        {
            gone++;
        }

        _file.RemoveRange(0, gone);
        _syncedRecords -= gone;
    }

    private static bool IsBehind(RaftEvent written, LogIndex upTo) =>
        written is EntriesAppended { Entries: [.., { } last] } && last.Index > upTo;

    private static bool IsOf(RaftEvent written, SnapshotMetadata snapshot) =>
        written is SnapshotRecorded recorded && recorded.Snapshot == snapshot;

    private void Put(SnapshotFile file)
    {
        _snapshots.RemoveAll(other => other.Is(file.Snapshot));
        _snapshots.Add(file);
    }

    /// <summary>What was being written is gone, or was renamed at the last moment and nobody knows of it.</summary>
    private void LeaveUnfinishedFiles()
    {
        if (_temporary is { } temporary && random.Chance(0.3))
        {
            Put(temporary);
        }

        _temporary = null;
        _part.Clear();
    }
}
