using AkkaRaft.Core;
using AkkaRaft.Snapshots;

namespace AkkaRaft.Node.Hosting;

/// <summary>
/// The journal and the snapshots of a data directory, with every checksum checked, and the faults that were found. Nothing is written.
/// </summary>
internal sealed class DataDirectoryInspection
{
    private readonly List<string> _faults;
    private readonly List<InspectedSnapshot> _snapshots = [];

    private DataDirectoryInspection(string path, DataDirectory.Identity identity, JournalInspection journal)
    {
        Path = path;
        Identity = identity;
        Journal = journal;
        _faults = [.. journal.Faults];
    }

    public string Path { get; }

    /// <summary>The server and the cluster that the directory belongs to.</summary>
    public DataDirectory.Identity Identity { get; }

    public JournalInspection Journal { get; }

    public IReadOnlyList<InspectedSnapshot> Snapshots => _snapshots;

    /// <summary>What is wrong with the journal or a snapshot, and where.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>The last snapshot that the journal refers to and whose file is intact, or null.</summary>
    public (SnapshotMetadata Metadata, InspectedSnapshot File)? UsableSnapshot
    {
        get
        {
            foreach (var metadata in Journal.State.Snapshots.Reverse())
            {
                if (_snapshots.Find(file => file.Checksum == metadata.Checksum && file.Fault is null) is { } intact)
                {
                    return (metadata, intact);
                }
            }

            return null;
        }
    }

    /// <summary>Inspects a data directory.</summary>
    /// <param name="dataDirectory">The folder.</param>
    /// <param name="journal">The connection string of the PostgreSQL database with its journal; null for the journal in the folder.</param>
    /// <param name="isInUse">Whether a node runs on it.</param>
    /// <exception cref="NodeException">It is no data directory, or the journal cannot be opened.</exception>
    public static DataDirectoryInspection Of(string dataDirectory, string? journal = null, bool isInUse = false)
    {
        var path = System.IO.Path.GetFullPath(dataDirectory);
        var identity = DataDirectory.IdentityOf(path);
        var inspection = new DataDirectoryInspection(path, identity, InspectJournal(path, identity, journal, isInUse));
        inspection.ReadSnapshots();
        inspection.CompareSnapshotsWithJournal();
        return inspection;
    }

    private static JournalInspection InspectJournal(string path, DataDirectory.Identity identity, string? connectionString, bool isInUse)
    {
        using var journal = connectionString is null
            ? JournalFile.Open(JournalFile.PathIn(path), isInUse)
            : JournalFile.OpenDatabase(connectionString);
        return JournalInspection.Of(journal, identity);
    }

    private void ReadSnapshots()
    {
        var folder = System.IO.Path.Combine(Path, "snapshots");
        var files = Directory.Exists(folder) ? Directory.GetFiles(folder, $"*{SnapshotFolder.Ending}") : [];
        foreach (var file in files.Order(StringComparer.Ordinal))
        {
            var snapshot = InspectedSnapshot.Read(file);
            _snapshots.Add(snapshot);
            if (snapshot.Fault is { } fault)
            {
                _faults.Add($"{System.IO.Path.GetFileName(file)}: {fault}");
            }
            else if (snapshot.Header!.ClusterId != Identity.Cluster)
            {
                _faults.Add($"{System.IO.Path.GetFileName(file)}: it is of the cluster '{snapshot.Header.ClusterId}'");
            }
        }
    }

    private void CompareSnapshotsWithJournal()
    {
        foreach (var metadata in Journal.State.Snapshots)
        {
            var name = SnapshotFolder.NameOf(metadata);
            var found = _snapshots.Find(file => System.IO.Path.GetFileName(file.Path) == name);
            if (found is null)
            {
                _faults.Add($"{name}: the journal tells of it, and it is missing");
            }
            else if (found.Fault is null && found.Checksum != metadata.Checksum)
            {
                _faults.Add($"{name}: its SHA-256 is {found.Checksum}, and the journal says {metadata.Checksum}");
            }
        }
    }
}
