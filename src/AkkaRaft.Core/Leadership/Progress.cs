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
    private readonly InFlightRequests _inFlight = new();

    /// <summary>Requests of an earlier sequence were sent before the current probe; their rejections say nothing new.</summary>
    private long _probeSinceSequence = sequence;

    /// <summary>The follower.</summary>
    public ServerId Id { get; } = id;

    /// <summary>From this sequence on replies are of this configuration: earlier ones were sent before the server was added again.</summary>
    public long SinceSequence { get; } = sequence;

    /// <summary>What the follower has said of itself.</summary>
    public MemberContact Contact { get; } = new(now);

    /// <summary>Probe, Replicate or Snapshot.</summary>
    public ProgressState State { get; private set; } = ProgressState.Probe;

    /// <summary>
    /// Up to here the follower's durable log is the leader's. It never falls, and is always less than <see cref="NextIndex"/>.
    /// </summary>
    public LogIndex MatchIndex { get; private set; }

    /// <summary>The next entry to send.</summary>
    public LogIndex NextIndex { get; private set; } = nextIndex;

    /// <summary>The highest commit index that was sent in a request which also showed that the follower has the entry.</summary>
    public LogIndex SentCommit { get; private set; }

    /// <summary>The snapshot that is on its way to the follower, as far as it has come, or null.</summary>
    public SnapshotInstall? Install { get; private set; }

    /// <summary>The snapshot that is on its way to the follower, or null.</summary>
    public SnapshotMetadata? Installing => Install?.Snapshot;

    /// <summary>
    /// A learner's catching up: the round under way ends when it has this entry, and when it began (dissertation, section 4.2.1).
    /// </summary>
    public (LogIndex UpTo, TimeSpan Since) CatchUp { get; set; }

    /// <summary>Whether every request with entries has been answered.</summary>
    public bool IsIdle => State == ProgressState.Replicate && _inFlight.IsEmpty;

    /// <summary>Whether a request with entries may be sent now.</summary>
    public bool MaySendEntries(int maxInFlight, long maxInFlightBytes) => State switch
    {
        ProgressState.Probe => !_inFlight.HasProbe,
        ProgressState.Replicate => _inFlight.HasRoom(maxInFlight, maxInFlightBytes),
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
            _inFlight.HasProbe = true;
            return;
        }

        NextIndex = last.Next;
        _inFlight.Add(last, bytes);
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
        _inFlight.AnsweredUpTo(MatchIndex);

        if (State == ProgressState.Probe && sequence >= _probeSinceSequence)
        {
            State = ProgressState.Replicate;
        }
        else if (Installing is { } installing && MatchIndex >= installing.LastIncludedIndex)
        {
            Install = null;
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
        _inFlight.Clear();
        _probeSinceSequence = newSequence;
    }

    /// <summary>Begins to send a snapshot in place of entries.</summary>
    public void BeginInstall(SnapshotMetadata snapshot, TimeSpan time)
    {
        State = ProgressState.Snapshot;
        Install = new SnapshotInstall(snapshot, time);
        _inFlight.Clear();
    }

    /// <summary>Gives up sending a snapshot, and asks again where the logs agree.</summary>
    /// <param name="newSequence">A heartbeat sequence that no request has had yet.</param>
    public void CancelInstall(long newSequence)
    {
        Install = null;
        Probe(NextIndex.Previous, newSequence);
    }

    /// <summary>For a simulation's fault alone: <see cref="ProtocolRules.AfterMatch"/>.</summary>
    public void LetMatchFall(LogIndex matchIndex) => MatchIndex = matchIndex;
}
