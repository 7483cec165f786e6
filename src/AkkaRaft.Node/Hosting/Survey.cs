using System.Data.Common;
using System.Security.Cryptography;
using AkkaRaft.Core;
using AkkaRaft.Node.KeyValue;
using AkkaRaft.Server;
using AkkaRaft.Snapshots;

namespace AkkaRaft.Node.Hosting;

/// <summary>A snapshot's file.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="SizeBytes">How large it is.</param>
/// <param name="Checksum">SHA-256 of it.</param>
/// <param name="Header">What it says of itself, or null when that cannot be read.</param>
/// <param name="Digest">The digest of the store that it holds, or null when that cannot be read.</param>
/// <param name="Fault">What is wrong with it, or null.</param>
internal sealed record SurveyedSnapshot(
    string Path, long SizeBytes, string Checksum, SnapshotHeader? Header, string? Digest, string? Fault);

/// <summary>All that a data directory holds, every checksum checked, and what is wrong with it. Nothing is written.</summary>
internal sealed class Survey
{
    private readonly List<string> _faults = [];
    private readonly List<SurveyedSnapshot> _snapshots = [];
    private string _journalName = "";
    private long _trimmedUpTo;
    private long _lastDeleted;

    private Survey(string path, DataDirectory.Identity identity)
    {
        Path = path;
        Identity = identity;
    }

    public string Path { get; }

    /// <summary>Whose directory it is.</summary>
    public DataDirectory.Identity Identity { get; }

    /// <summary>What the journal's file is like, or null when it cannot be read so far.</summary>
    public JournalFileFacts? JournalFacts { get; private set; }

    /// <summary>The journal's latest word on whose it is, or null when there is none.</summary>
    public JournalOwner? Owner { get; private set; }

    /// <summary>What the records up to the first fault come to.</summary>
    public PersistentState State { get; } = new();

    public long FirstRecord { get; private set; }

    public long LastRecord { get; private set; }

    public long Records { get; private set; }

    public IReadOnlyList<SurveyedSnapshot> Snapshots => _snapshots;

    /// <summary>What is wrong, and where.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>Looks at a data directory.</summary>
    /// <param name="dataDirectory">The folder.</param>
    /// <param name="journal">The connection string of the PostgreSQL database that its journal is in; null for the folder's own.</param>
    /// <param name="isInUse">Whether a node runs on it.</param>
    /// <exception cref="NodeException">It is none, or the journal cannot be opened.</exception>
    public static Survey Of(string dataDirectory, string? journal = null, bool isInUse = false)
    {
        var path = System.IO.Path.GetFullPath(dataDirectory);
        var survey = new Survey(path, DataDirectory.IdentityOf(path));
        survey.ReadJournal(journal, isInUse);
        survey.ReadSnapshots();
        return survey;
    }

    /// <summary>Reads a snapshot or a backup from end to end.</summary>
    public static SurveyedSnapshot Read(string path)
    {
        SnapshotHeader? header = null;
        var (sizeBytes, checksum) = (0L, "");
        try
        {
            using (var file = SnapshotFolder.OpenToRead(path))
            {
                sizeBytes = file.Length;
                checksum = Convert.ToHexStringLower(SHA256.HashData(file));
            }

            using var source = SnapshotFolder.OpenToRead(path);
            var reader = new SnapshotFileReader(source);
            header = reader.Header;
            var store = new KeyValueStore();
            reader.ReadState(store.Restore);
            return new SurveyedSnapshot(path, sizeBytes, checksum, header, store.Digest, null);
        }
        catch (Exception fault)
        {
            // Whatever the file's bytes lead to, that is what is wrong with it.
            return new SurveyedSnapshot(path, sizeBytes, checksum, header, null, fault.Message);
        }
    }

    /// <summary>The last snapshot that the journal tells of and whose file is good, or null.</summary>
    public (SnapshotMetadata Metadata, SurveyedSnapshot File)? UsableSnapshot
    {
        get
        {
            foreach (var metadata in State.Snapshots.Reverse())
            {
                if (_snapshots.Find(file => file.Checksum == metadata.Checksum && file.Fault is null) is { } good)
                {
                    return (metadata, good);
                }
            }

            return null;
        }
    }

    private void ReadJournal(string? connectionString, bool isInUse)
    {
        using var journal = connectionString is null
            ? JournalFile.Open(JournalFile.PathIn(Path), isInUse)
            : JournalFile.OpenDatabase(connectionString);
        _journalName = journal.Name;
        JournalFacts = journal.Facts();
        _faults.AddRange(journal.FaultsOfFile().Select(fault => $"{_journalName}: {fault}"));
        var isReadable = true;
        try
        {
            foreach (var row in journal.Rows(Identity.Server))
            {
                isReadable &= Take(row, isReadable);
            }

            if (isReadable)
            {
                CheckEnds();
            }

            CheckTail(journal);
        }
        catch (DbException fault)
        {
            _faults.Add($"{_journalName} behind record {LastRecord}: {fault.Message}");
        }
    }

    private bool Take(JournalRow row, bool isReplayed)
    {
        if (row.IsDeleted)
        {
            _lastDeleted = Math.Max(_lastDeleted, row.SequenceNr);
            return true;
        }

        if (row.Fault is { } fault)
        {
            LastRecord += row.SequenceNr == LastRecord + 1 ? 1 : 0;
            _faults.Add($"{_journalName}, record {row.SequenceNr}: {fault}");
            return false;
        }

        var expected = LastRecord + 1;
        FirstRecord = Records == 0 ? row.SequenceNr : FirstRecord;
        (Records, LastRecord) = (Records + 1, row.SequenceNr);
        if (row.SequenceNr != expected && Records > 1)
        {
            _faults.Add(row.SequenceNr > expected
                ? $"{_journalName}: records {expected} to {row.SequenceNr - 1} are missing"
                : $"{_journalName}: record {row.SequenceNr} stands where record {expected} is expected");
            return false;
        }

        return row.Content is JournalOwner owner ? TakeOwner(owner, row.SequenceNr) : !isReplayed || TryReplay(row);
    }

    private bool TakeOwner(JournalOwner owner, long sequenceNr)
    {
        Owner = owner;
        _trimmedUpTo = Math.Max(_trimmedUpTo, owner.TrimmedUpTo);
        if (owner.ClusterId != Identity.Cluster || owner.ServerId.Value != Identity.Server)
        {
            _faults.Add(
                $"{_journalName}, record {sequenceNr}: it belongs to the server '{owner.ServerId}' of the cluster '{owner.ClusterId}'");
            return false;
        }

        if (owner.TrimmedUpTo >= sequenceNr)
        {
            _faults.Add($"{_journalName}, record {sequenceNr}: it says that the journal was trimmed up to {owner.TrimmedUpTo}");
            return false;
        }

        return true;
    }

    private bool TryReplay(JournalRow row)
    {
        try
        {
            State.Replay((RaftEvent)row.Content!);
            return true;
        }
        catch (Exception fault)
        {
            // Whatever the record leads to, that is what is wrong with it.
            _faults.Add($"{_journalName}, record {row.SequenceNr}: {fault.Message}");
            return false;
        }
    }

    private void CheckEnds()
    {
        if (Owner is null)
        {
            _faults.Add($"{_journalName} does not say whose it is, and has no records of '{Identity.Server}' that do");
        }
        else if (FirstRecord - 1 > _trimmedUpTo)
        {
            _faults.Add(
                $"{_journalName} begins with record {FirstRecord} and was trimmed up to {_trimmedUpTo} only: records are missing");
        }

        try
        {
            State.Complete();
        }
        catch (InvariantViolationException fault)
        {
            _faults.Add($"{_journalName}: {fault.Message}");
        }
    }

    private void CheckTail(JournalFile journal)
    {
        if (_lastDeleted > _trimmedUpTo)
        {
            _faults.Add(
                $"{_journalName}: record {_lastDeleted} is marked as deleted, and the journal was trimmed up to {_trimmedUpTo} only");
        }

        if (journal.FaultOfTail(Identity.Server) is { } fault)
        {
            _faults.Add($"{_journalName}: {fault}");
        }
    }

    private void ReadSnapshots()
    {
        var folder = System.IO.Path.Combine(Path, "snapshots");
        var files = Directory.Exists(folder) ? Directory.GetFiles(folder, $"*{SnapshotFolder.Ending}") : [];
        foreach (var file in files.Order(StringComparer.Ordinal))
        {
            var snapshot = Read(file);
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

        foreach (var metadata in State.Snapshots)
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
