namespace AkkaRaft.Core;

/// <summary>A snapshot on its way to a follower.</summary>
internal sealed class SnapshotInstall(SnapshotMetadata snapshot, TimeSpan now)
{
    /// <summary>A part was sent again because nothing was heard: the next reply is believed, even if it says less.</summary>
    private bool _isResent;

    /// <summary>Which snapshot.</summary>
    public SnapshotMetadata Snapshot => snapshot;

    /// <summary>So many bytes are known to be stored.</summary>
    public long StoredBytes { get; private set; }

    /// <summary>So many bytes were sent.</summary>
    public long SentBytes { get; private set; }

    /// <summary>When <see cref="StoredBytes"/> rose last, or the rest was sent again.</summary>
    public TimeSpan LastProgress { get; private set; } = now;

    /// <summary>Notes how much is stored; what was lost on the way is sent again when nothing moves.</summary>
    public void Stored(long bytes, TimeSpan time)
    {
        if (bytes > StoredBytes)
        {
            StoredBytes = bytes;
            SentBytes = Math.Max(SentBytes, bytes);
            LastProgress = time;
            _isResent = false;
        }
        else if (bytes < StoredBytes && (bytes == 0 || _isResent))
        {
            // It begins anew, as it was restarted or what it had was of no use; or less is there than a late reply once said.
            CoverageMark.Hit("InstallTests.A_follower_that_was_restarted_in_the_middle_gets_it_from_the_beginning");
            SendAgainFrom(bytes, time);
            _isResent = false;
        }
    }

    /// <summary>Notes a part that was sent.</summary>
    public void SentChunk(int bytes) => SentBytes += bytes;

    /// <summary>Has what is not known to be stored sent again; where all is, the last part, as a probe.</summary>
    public void Resend(int chunkBytes, TimeSpan time)
    {
        SendAgainFrom(StoredBytes < snapshot.SizeBytes ? StoredBytes : Math.Max(0, snapshot.SizeBytes - chunkBytes), time);
        _isResent = true;
    }

    private void SendAgainFrom(long offset, TimeSpan time)
    {
        StoredBytes = offset;
        SentBytes = offset;
        LastProgress = time;
    }
}
