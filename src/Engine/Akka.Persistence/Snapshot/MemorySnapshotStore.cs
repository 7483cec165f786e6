namespace Akka.Persistence.Snapshot;

public class SnapshotEntry
{
    public string Id { get; set; } = string.Empty;

    public string PersistenceId { get; set; } = string.Empty;

    public long SequenceNr { get; set; }

    public long Timestamp { get; set; }

    public object Snapshot { get; set; } = null!;
}

/// <summary>Keeps snapshots for as long as its actor system lives: for tests.</summary>
public class MemorySnapshotStore : SnapshotStore
{
    protected virtual List<SnapshotEntry> Snapshots { get; } = new();

    protected override Task<SelectedSnapshot> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria)
    {
        var newest = Snapshots
            .Where(entry => entry.PersistenceId == persistenceId && criteria.IsMatch(Metadata(entry)))
            .OrderBy(entry => entry.SequenceNr)
            .ThenBy(entry => entry.Timestamp)
            .LastOrDefault();
        return Task.FromResult(newest is null ? null! : new SelectedSnapshot(Metadata(newest), newest.Snapshot));
    }

    protected override Task SaveAsync(SnapshotMetadata metadata, object snapshot)
    {
        var entry = Snapshots.Find(e => e.PersistenceId == metadata.PersistenceId && e.SequenceNr == metadata.SequenceNr);
        if (entry is null)
        {
            entry = new SnapshotEntry
            {
                Id = $"{metadata.PersistenceId}_{metadata.SequenceNr}",
                PersistenceId = metadata.PersistenceId,
                SequenceNr = metadata.SequenceNr,
            };
            Snapshots.Add(entry);
        }

        entry.Timestamp = metadata.Timestamp.Ticks;
        entry.Snapshot = snapshot;
        return Task.CompletedTask;
    }

    protected override Task DeleteAsync(SnapshotMetadata metadata)
    {
        Snapshots.RemoveAll(entry =>
            entry.PersistenceId == metadata.PersistenceId
            && entry.SequenceNr == metadata.SequenceNr
            && (metadata.Timestamp == SnapshotMetadata.TimestampNotSpecified || entry.Timestamp <= metadata.Timestamp.Ticks));
        return Task.CompletedTask;
    }

    protected override Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria)
    {
        Snapshots.RemoveAll(entry => entry.PersistenceId == persistenceId && criteria.IsMatch(Metadata(entry)));
        return Task.CompletedTask;
    }

    private static SnapshotMetadata Metadata(SnapshotEntry entry) =>
        new(entry.PersistenceId, entry.SequenceNr, new DateTime(entry.Timestamp, DateTimeKind.Utc));
}
