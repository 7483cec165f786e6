namespace AkkaRaft.Core;

/// <summary>How a leader replicates to a follower.</summary>
internal enum ProgressState
{
    /// <summary>Where the logs agree is not known: one request at a time, until the follower says.</summary>
    Probe,

    /// <summary>The logs agree up to the next index: requests are sent ahead of their answers, up to a bound.</summary>
    Replicate,

    /// <summary>The follower is behind the leader's log, or so far behind that a snapshot costs less than the entries.</summary>
    Snapshot,
}

/// <summary>What a leader knows of a follower (Raft paper, figure 2, "volatile state on leaders").</summary>
/// <param name="id">The follower.</param>
/// <param name="nextIndex">The first entry to be tried.</param>
/// <param name="sequence">
/// A heartbeat sequence that no request has had yet. Replies to earlier ones are of an earlier configuration, or of another data
/// directory, and say nothing.
/// </param>
/// <param name="now">The time.</param>
internal sealed class Progress(ServerId id, LogIndex nextIndex, long sequence, TimeSpan now)
{
    /// <summary>
    /// The last index of each unanswered request with entries, and its bytes. Only in <see cref="ProgressState.Replicate"/>.
    /// </summary>
    private readonly Queue<(LogIndex Last, long Bytes)> _inFlight = new();

    private long _inFlightBytes;

    /// <summary>Requests of an earlier sequence were sent before the current probe; their rejections say nothing new.</summary>
    private long _probeSinceSequence = sequence;

    /// <summary>A request with entries was sent in this probe, and nothing has been answered since.</summary>
    private bool _probeIsOut;

    /// <summary>A part of the snapshot was sent again for want of news: the next answer is believed, even if it says less.</summary>
    private bool _isResent;

    /// <summary>The follower.</summary>
    public ServerId Id { get; } = id;

    /// <summary>From this sequence on replies are of this configuration: earlier ones were sent before the server was added again.</summary>
    public long SinceSequence { get; } = sequence;

    /// <summary>Probe, Replicate or Snapshot.</summary>
    public ProgressState State { get; private set; } = ProgressState.Probe;

    /// <summary>
    /// Up to here the follower's durable log is the leader's. It never falls, and is always less than <see cref="NextIndex"/>.
    /// </summary>
    public LogIndex MatchIndex { get; private set; }

    /// <summary>The next entry to send.</summary>
    public LogIndex NextIndex { get; private set; } = nextIndex;

    /// <summary>The latest heartbeat sequence that the follower has answered.</summary>
    public long AnsweredSequence { get; private set; }

    /// <summary>When the follower was heard last, or was added if it has not been.</summary>
    public TimeSpan LastContact { get; private set; } = now;

    /// <summary>Whether the follower has answered since it was added or since the leadership began.</summary>
    public bool HasAnswered { get; private set; }

    /// <summary>The highest commit index that was sent in a request which also showed that the follower has the entry.</summary>
    public LogIndex SentCommit { get; private set; }

    /// <summary>The follower's <see cref="RaftOptions.Priority"/>, as it said last.</summary>
    public int Priority { get; set; }

    /// <summary>The version that the follower speaks; the first until it is heard.</summary>
    public int Version { get; set; } = ProtocolVersion.First;

    /// <summary>The incarnation that the follower speaks as; 0 until it is heard.</summary>
    public long Incarnation { get; set; }

    /// <summary>It speaks as another incarnation than the one that was admitted under its name.</summary>
    public bool HasStaleIncarnation { get; set; }

    /// <summary>The snapshot that is on its way to the follower, or null.</summary>
    public SnapshotMetadata? Installing { get; private set; }

    /// <summary>So many bytes of <see cref="Installing"/> are known to be stored.</summary>
    public long StoredBytes { get; private set; }

    /// <summary>So many bytes of <see cref="Installing"/> were sent.</summary>
    public long SentBytes { get; private set; }

    /// <summary>When <see cref="StoredBytes"/> rose last, or the rest was sent again.</summary>
    public TimeSpan LastInstallProgress { get; private set; }

    /// <summary>A learner's catching up: the round under way ends when it has this entry (dissertation, section 4.2.1).</summary>
    public LogIndex CatchUpTo { get; set; }

    /// <summary>When the catching-up round under way began.</summary>
    public TimeSpan CatchUpSince { get; set; }

    /// <summary>Whether every request with entries has been answered.</summary>
    public bool IsIdle => State == ProgressState.Replicate && _inFlight.Count == 0;

    /// <summary>Whether a request with entries may be sent now.</summary>
    public bool MaySendEntries(int maxInFlight, long maxInFlightBytes) => State switch
    {
        ProgressState.Probe => !_probeIsOut,
        ProgressState.Replicate => _inFlight.Count < maxInFlight && (_inFlightBytes < maxInFlightBytes || _inFlight.Count == 0),
        _ => false,
    };

    /// <summary>Takes note of a request that was sent behind <see cref="NextIndex"/>.</summary>
    /// <param name="count">The number of its entries.</param>
    /// <param name="bytes">Their bytes.</param>
    /// <param name="leaderCommit">The commit index in it.</param>
    public void Sent(int count, long bytes, LogIndex leaderCommit)
    {
        var last = NextIndex.Previous + count;
        SentCommit = LogIndex.Max(SentCommit, LogIndex.Min(leaderCommit, last));
        if (count == 0)
        {
            return;
        }

        if (State == ProgressState.Probe)
        {
            _probeIsOut = true;
            return;
        }

        NextIndex = last.Next;
        _inFlight.Enqueue((last, bytes));
        _inFlightBytes += bytes;
    }

    /// <summary>Takes note of an answer, whatever it says.</summary>
    public void Heard(long sequence, TimeSpan now)
    {
        AnsweredSequence = Math.Max(AnsweredSequence, sequence);
        LastContact = now;
        HasAnswered = true;
    }

    /// <summary>Takes a success; gives whether the match index has risen.</summary>
    /// <remarks>
    /// A success in a probe ends it, even if nothing more is durable than before: the follower's log holds the entry ahead of the next
    /// index. What it has not written yet it acknowledges when it has. An install ends when the follower has what it would install.
    /// </remarks>
    public bool Accepted(long sequence, LogIndex matchIndex)
    {
        var risen = matchIndex > MatchIndex;
        MatchIndex = LogIndex.Max(MatchIndex, matchIndex);
        NextIndex = LogIndex.Max(NextIndex, MatchIndex.Next);
        while (_inFlight.TryPeek(out var oldest) && oldest.Last <= MatchIndex)
        {
            _inFlightBytes -= _inFlight.Dequeue().Bytes;
        }

        if (State == ProgressState.Probe && sequence >= _probeSinceSequence)
        {
            State = ProgressState.Replicate;
        }
        else if (Installing is { } installing && MatchIndex >= installing.LastIncludedIndex)
        {
            Installing = null;
            State = ProgressState.Replicate;
        }

        return risen;
    }

    /// <summary>Whether a rejection is stale: it came late, or a later reply has overtaken the request that it answers.</summary>
    public bool IsStaleReply(long sequence, LogIndex rejectedIndex) =>
        State == ProgressState.Snapshot
        || rejectedIndex <= MatchIndex
        || sequence < _probeSinceSequence
        || (State == ProgressState.Probe && rejectedIndex != NextIndex.Previous);

    /// <summary>Goes back after a refusal and looks for the place where the logs agree.</summary>
    /// <param name="prevIndex">Where they may agree next.</param>
    /// <param name="newSequence">A heartbeat sequence that no request has had yet.</param>
    public void Probe(LogIndex prevIndex, long newSequence)
    {
        State = ProgressState.Probe;
        NextIndex = LogIndex.Max(prevIndex, MatchIndex).Next;
        ForgetRequests();
        _probeSinceSequence = newSequence;
    }

    /// <summary>Begins to send a snapshot in place of entries.</summary>
    public void Install(SnapshotMetadata snapshot, TimeSpan time)
    {
        State = ProgressState.Snapshot;
        Installing = snapshot;
        StoredBytes = 0;
        SentBytes = 0;
        LastInstallProgress = time;
        _isResent = false;
        ForgetRequests();
    }

    /// <summary>Gives up sending a snapshot, and asks again where the logs agree.</summary>
    /// <param name="newSequence">A heartbeat sequence that no request has had yet.</param>
    public void CancelInstall(long newSequence)
    {
        Installing = null;
        Probe(NextIndex.Previous, newSequence);
    }

    /// <summary>Takes note of how much of the snapshot is stored; what was lost on the way is sent again when nothing moves.</summary>
    public void Stored(long bytes, TimeSpan time)
    {
        if (bytes > StoredBytes)
        {
            StoredBytes = bytes;
            SentBytes = Math.Max(SentBytes, bytes);
            LastInstallProgress = time;
            _isResent = false;
        }
        else if (bytes < StoredBytes && (bytes == 0 || _isResent))
        {
            // It begins anew, as it was restarted or what it had was of no use; or less is there than a late answer once said.
            SendAgainFrom(bytes, time);
            _isResent = false;
        }
    }

    /// <summary>Takes note of a part that was sent.</summary>
    public void SentChunk(int bytes) => SentBytes += bytes;

    /// <summary>Has what is not known to be stored sent again; where all is, the last part, as a probe.</summary>
    public void Resend(int chunkBytes, TimeSpan time)
    {
        var size = Installing!.SizeBytes;
        SendAgainFrom(StoredBytes < size ? StoredBytes : Math.Max(0, size - chunkBytes), time);
        _isResent = true;
    }

    private void SendAgainFrom(long offset, TimeSpan time)
    {
        StoredBytes = offset;
        SentBytes = offset;
        LastInstallProgress = time;
    }

    /// <summary>For a simulation's fault alone: <see cref="ProtocolRules.AfterMatch"/>.</summary>
    public void LetMatchFall(LogIndex matchIndex) => MatchIndex = matchIndex;

    private void ForgetRequests()
    {
        _inFlight.Clear();
        _inFlightBytes = 0;
        _probeIsOut = false;
    }
}
