using Akka.Persistence;
using AkkaRaft.Core;

namespace AkkaRaft.Server;

/// <summary>
/// Deletes the journal's records that a snapshot has made superfluous, in small steps: the journal's writes wait for a deletion.
/// </summary>
internal sealed class JournalTrimmer(
    JournalPort journal, JournalWriter writer, JournalIdentity identity, JournalExtent extent, IServerPort server, RaftServerLogger log)
{
    private const int RecordsAtATime = 256;

    private const long BytesAtATime = 4 * 1024 * 1024;

    private long _trimTo;
    private bool _isTrimming;
    private int _announcing;

    /// <summary>How many steps are under way.</summary>
    public int Work => _announcing + (_isTrimming ? 1 : 0);

    /// <summary>Frees what the core needs no more. The journal says so before records go: else they would count as lost.</summary>
    public void Free(Compact compact)
    {
        var upTo = extent.TrimmableUpTo(compact.UpTo, compact.OldestBase);
        if (upTo <= extent.TrimmedUpTo)
        {
            return;
        }

        CrashPoint.Reached(CrashPoint.BeforeJournalTrim);
        _announcing++;
        writer.WriteOwner(identity.Record(upTo), written =>
        {
            _announcing--;
            extent.Note(journal.LastSequenceNr(), written);
            Trim(upTo);
        });
    }

    /// <summary>Resumes a trimming that a crash interrupted.</summary>
    /// <param name="firstRecord">The journal's first record; 0 when it is empty.</param>
    public void Resume(long firstRecord)
    {
        if (firstRecord > 0 && firstRecord <= extent.TrimmedUpTo)
        {
            Trim(extent.TrimmedUpTo);
        }
    }

    /// <summary>The journal has deleted the records of the last step.</summary>
    public void OnTrimmed()
    {
        CrashPoint.Reached(CrashPoint.AfterJournalTrim);
        if (extent.TakeStep(_trimTo, RecordsAtATime, BytesAtATime) is { } step)
        {
            journal.Delete(step);
        }
        else
        {
            _isTrimming = false;
        }
    }

    /// <summary>The journal has not deleted them. Nothing is lost: the next trimming deletes them too.</summary>
    public void OnNotTrimmed(DeleteMessagesFailure failure)
    {
        _isTrimming = false;
        log.NotTrimmed(server.CurrentTerm, failure.ToSequenceNr, failure.Cause);
    }

    private void Trim(long upTo)
    {
        _trimTo = Math.Max(_trimTo, upTo);
        if (!_isTrimming)
        {
            _isTrimming = true;
            OnTrimmed();
        }
    }
}
