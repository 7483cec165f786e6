using System.Globalization;
using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Event;

namespace Akka.Persistence.Snapshot;

/// <summary>
/// A file for each snapshot, named by persistence id, sequence number and time. A file is written under another name and made
/// durable before it gets its own, and so is the name: a snapshot that was acknowledged outlives a power loss.
/// </summary>
public partial class LocalSnapshotStore : SnapshotStore
{
    private const string UnfinishedExtension = ".tmp";

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Akka.Serialization.Serialization _serialization = Context.System.Serialization;
    private readonly DirectoryInfo _directory;
    private readonly int _maxLoadAttempts;

    public LocalSnapshotStore()
    {
        var config = Persistence.Instance.Apply(Context.System).ConfigFor(Self);
        _directory = new DirectoryInfo(config.GetString("dir", "snapshots"));
        _maxLoadAttempts = config.GetInt("max-load-attempts", 3);
    }

    protected override void PreStart()
    {
        _directory.Create();
        base.PreStart();
    }

    protected override Task<SelectedSnapshot> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria) =>
        Task.Run(() => Load(Matching(persistenceId, criteria).TakeLast(_maxLoadAttempts).Reverse()));

    protected override Task SaveAsync(SnapshotMetadata metadata, object snapshot) => Task.Run(() => Save(metadata, snapshot));

    protected override Task DeleteAsync(SnapshotMetadata metadata) => Task.Run(() =>
    {
        var anyTime = metadata.Timestamp == SnapshotMetadata.TimestampNotSpecified;
        Delete(Matching(metadata.PersistenceId, new SnapshotSelectionCriteria(metadata.SequenceNr))
            .Where(found => found.SequenceNr == metadata.SequenceNr && (anyTime || found.Timestamp == metadata.Timestamp)));
    });

    protected override Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria) =>
        Task.Run(() => Delete(Matching(persistenceId, criteria)));

    protected virtual void Save(SnapshotMetadata metadata, object snapshot)
    {
        var file = WithOutputStream(metadata, stream => Serialize(stream, new Serialization.Snapshot(snapshot)));
        file.MoveTo(GetSnapshotFileForWrite(metadata).FullName, overwrite: true);
        DirectorySync.Flush(_directory.FullName);
    }

    protected void Serialize(Stream stream, Serialization.Snapshot snapshot)
    {
        var bytes = _serialization.FindSerializerFor(snapshot).ToBinary(snapshot);
        stream.Write(bytes, 0, bytes.Length);
    }

    /// <summary>Writes a file beside the snapshot's own, makes it durable, and returns it.</summary>
    protected FileInfo WithOutputStream(SnapshotMetadata metadata, Action<Stream> p)
    {
        var file = GetSnapshotFileForWrite(metadata, UnfinishedExtension);
        try
        {
            using var stream = file.Create();
            p(stream);
            stream.Flush(flushToDisk: true);
        }
        catch (Exception)
        {
            file.Delete();
            throw;
        }

        return file;
    }

    protected FileInfo GetSnapshotFileForWrite(SnapshotMetadata metadata, string extension = "") =>
        new(Path.Combine(_directory.FullName, string.Create(
            CultureInfo.InvariantCulture,
            $"snapshot-{Uri.EscapeDataString(metadata.PersistenceId)}-{metadata.SequenceNr}-{metadata.Timestamp.Ticks}{extension}")));

    [GeneratedRegex(@"^snapshot-(?<id>.+)-(?<number>\d+)-(?<ticks>\d+)$")]
    private static partial Regex FileName();

    private SelectedSnapshot Load(IEnumerable<SnapshotMetadata> candidates)
    {
        Exception? lastFailure = null;
        foreach (var metadata in candidates)
        {
            try
            {
                var bytes = File.ReadAllBytes(GetSnapshotFileForWrite(metadata).FullName);
                var serializer = _serialization.FindSerializerForType(typeof(Serialization.Snapshot));
                var snapshot = (Serialization.Snapshot)serializer.FromBinary(bytes, typeof(Serialization.Snapshot));
                return new SelectedSnapshot(metadata, snapshot.Data);
            }
            catch (Exception e)
            {
                _log.Error(e, "Error loading snapshot [{0}], an older one is tried if there is one", metadata);
                lastFailure = e;
            }
        }

        return lastFailure is null ? null! : throw lastFailure;
    }

    private void Delete(IEnumerable<SnapshotMetadata> snapshots)
    {
        foreach (var metadata in snapshots)
            GetSnapshotFileForWrite(metadata).Delete();
    }

    private List<SnapshotMetadata> Matching(string persistenceId, SnapshotSelectionCriteria criteria)
    {
        var escaped = Uri.EscapeDataString(persistenceId);
        var found = new List<SnapshotMetadata>();
        foreach (var file in _directory.EnumerateFiles("snapshot-*"))
        {
            var match = FileName().Match(file.Name);
            if (!match.Success || match.Groups["id"].Value != escaped)
                continue;

            var ticks = long.Parse(match.Groups["ticks"].ValueSpan, CultureInfo.InvariantCulture);
            var metadata = new SnapshotMetadata(
                persistenceId,
                long.Parse(match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture),
                new DateTime(ticks, DateTimeKind.Utc));
            if (criteria.IsMatch(metadata))
                found.Add(metadata);
        }

        found.Sort(SnapshotMetadata.Comparer);
        return found;
    }
}
