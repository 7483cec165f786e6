using System.Data.Common;
using AkkaRaft.Core;
using AkkaRaft.Server;

namespace AkkaRaft.Node.Hosting;

/// <summary>The records of a server's journal, with every checksum checked, and the faults that were found. Nothing is written.</summary>
internal sealed class JournalInspection
{
    private readonly List<string> _faults = [];
    private readonly DataDirectory.Identity _identity;
    private readonly string _name;
    private long _trimmedUpTo;
    private long _lastDeleted;

    private JournalInspection(JournalFile journal, DataDirectory.Identity identity)
    {
        _identity = identity;
        _name = journal.Name;
        FileFacts = journal.Facts();
    }

    /// <summary>Size, modes and schema of the journal's file, or null where they cannot be read.</summary>
    public JournalFileFacts? FileFacts { get; }

    /// <summary>The latest record of the journal's owner, or null where there is none.</summary>
    public JournalOwner? Owner { get; private set; }

    /// <summary>The state that the records up to the first fault lead to.</summary>
    public PersistentState State { get; } = new();

    public long FirstRecord { get; private set; }

    public long LastRecord { get; private set; }

    public long Records { get; private set; }

    /// <summary>What is wrong, and where.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>Reads a journal to its end.</summary>
    /// <param name="journal">The journal.</param>
    /// <param name="identity">The identity of the data directory that it belongs to.</param>
    public static JournalInspection Of(JournalFile journal, DataDirectory.Identity identity)
    {
        var inspection = new JournalInspection(journal, identity);
        inspection.Read(journal);
        return inspection;
    }

    private void Read(JournalFile journal)
    {
        _faults.AddRange(journal.FaultsOfFile().Select(fault => $"{_name}: {fault}"));
        var isReadable = true;
        try
        {
            foreach (var row in journal.Rows(_identity.Server))
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
            _faults.Add($"{_name} behind record {LastRecord}: {fault.Message}");
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
            _faults.Add($"{_name}, record {row.SequenceNr}: {fault}");
            return false;
        }

        var expected = LastRecord + 1;
        FirstRecord = Records == 0 ? row.SequenceNr : FirstRecord;
        (Records, LastRecord) = (Records + 1, row.SequenceNr);
        if (row.SequenceNr != expected && Records > 1)
        {
            _faults.Add(row.SequenceNr > expected
                ? $"{_name}: records {expected} to {row.SequenceNr - 1} are missing"
                : $"{_name}: record {row.SequenceNr} stands where record {expected} is expected");
            return false;
        }

        return row.Content is JournalOwner owner ? TakeOwner(owner, row.SequenceNr) : !isReplayed || TryReplay(row);
    }

    private bool TakeOwner(JournalOwner owner, long sequenceNr)
    {
        Owner = owner;
        _trimmedUpTo = Math.Max(_trimmedUpTo, owner.TrimmedUpTo);
        if (owner.ClusterId != _identity.Cluster || owner.ServerId.Value != _identity.Server)
        {
            _faults.Add($"{_name}, record {sequenceNr}: it belongs to the server '{owner.ServerId}' of the cluster '{owner.ClusterId}'");
            return false;
        }

        if (owner.TrimmedUpTo >= sequenceNr)
        {
            _faults.Add($"{_name}, record {sequenceNr}: it says that the journal was trimmed up to {owner.TrimmedUpTo}");
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
            // A damaged record may cause any exception. Each one is a fault of the record.
            _faults.Add($"{_name}, record {row.SequenceNr}: {fault.Message}");
            return false;
        }
    }

    private void CheckEnds()
    {
        if (Owner is null)
        {
            _faults.Add($"{_name} does not say whose it is, and has no records of '{_identity.Server}' that do");
        }
        else if (FirstRecord - 1 > _trimmedUpTo)
        {
            _faults.Add($"{_name} begins with record {FirstRecord} and was trimmed up to {_trimmedUpTo} only: records are missing");
        }

        try
        {
            State.Complete();
        }
        catch (InvariantViolationException fault)
        {
            _faults.Add($"{_name}: {fault.Message}");
        }
    }

    private void CheckTail(JournalFile journal)
    {
        if (_lastDeleted > _trimmedUpTo)
        {
            _faults.Add($"{_name}: record {_lastDeleted} is marked as deleted, and the journal was trimmed up to {_trimmedUpTo} only");
        }

        if (journal.FaultOfTail(_identity.Server) is { } fault)
        {
            _faults.Add($"{_name}: {fault}");
        }
    }
}
