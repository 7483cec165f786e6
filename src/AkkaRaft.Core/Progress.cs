namespace AkkaRaft.Core;

/// <summary>How a leader replicates to a follower.</summary>
internal enum ProgressState
{
    /// <summary>Where the logs agree is not known: one request at a time, until the follower says.</summary>
    Probe,

    /// <summary>The logs agree up to the next index: requests are sent ahead of their answers, up to a bound.</summary>
    Replicate,
}

/// <summary>What a leader knows of a follower (Raft paper, figure 2, "volatile state on leaders").</summary>
internal sealed class Progress(ServerId id, LogIndex nextIndex, long round, TimeSpan now)
{
    /// <summary>The last index of each unanswered request with entries, in order. Only in <see cref="ProgressState.Replicate"/>.</summary>
    private readonly Queue<LogIndex> _inFlight = new();

    /// <summary>Requests of an earlier round were sent before the current probe; their refusals say nothing new.</summary>
    private long _probeSinceRound = round;

    /// <summary>A request with entries was sent in this probe, and nothing has been answered since.</summary>
    private bool _probeIsOut;

    /// <summary>The follower.</summary>
    public ServerId Id { get; } = id;

    /// <summary>Probe or Replicate.</summary>
    public ProgressState State { get; private set; } = ProgressState.Probe;

    /// <summary>
    /// Up to here the follower's durable log is the leader's. It never falls, and is always less than <see cref="NextIndex"/>.
    /// </summary>
    public LogIndex MatchIndex { get; private set; }

    /// <summary>The next entry to send.</summary>
    public LogIndex NextIndex { get; private set; } = nextIndex;

    /// <summary>The latest round that the follower has answered.</summary>
    public long AnsweredRound { get; private set; }

    /// <summary>When the follower was heard last.</summary>
    public TimeSpan LastContact { get; private set; } = now;

    /// <summary>The highest commit index that was sent in a request which also showed that the follower has the entry.</summary>
    public LogIndex SentCommit { get; private set; }

    /// <summary>Whether every request with entries has been answered.</summary>
    public bool IsIdle => State == ProgressState.Replicate && _inFlight.Count == 0;

    /// <summary>Whether a request with entries may be sent now.</summary>
    public bool MaySendEntries(int maxInFlight) => State == ProgressState.Probe ? !_probeIsOut : _inFlight.Count < maxInFlight;

    /// <summary>Takes note of a request that was sent.</summary>
    /// <param name="count">The number of its entries.</param>
    /// <param name="leaderCommit">The commit index in it.</param>
    public void Sent(int count, LogIndex leaderCommit)
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
        _inFlight.Enqueue(last);
    }

    /// <summary>Takes note of an answer, whatever it says.</summary>
    public void Heard(long round, TimeSpan now)
    {
        AnsweredRound = Math.Max(AnsweredRound, round);
        LastContact = now;
    }

    /// <summary>Takes a success; gives whether the match index has risen.</summary>
    /// <remarks>
    /// A success in a probe ends it, even if nothing more is durable than before: the follower's log holds the entry ahead of the next
    /// index. What it has not written yet it acknowledges when it has.
    /// </remarks>
    public bool Accepted(long round, LogIndex matchIndex)
    {
        var risen = matchIndex > MatchIndex;
        MatchIndex = LogIndex.Max(MatchIndex, matchIndex);
        NextIndex = LogIndex.Max(NextIndex, MatchIndex.Next);
        while (_inFlight.TryPeek(out var last) && last <= MatchIndex)
        {
            _inFlight.Dequeue();
        }

        if (State == ProgressState.Probe && round >= _probeSinceRound)
        {
            State = ProgressState.Replicate;
        }

        return risen;
    }

    /// <summary>Whether a refusal is news: not late, and not of a request that a later answer has overtaken.</summary>
    public bool IsNews(long round, LogIndex rejectedIndex) =>
        rejectedIndex > MatchIndex
        && round >= _probeSinceRound
        && (State == ProgressState.Replicate || rejectedIndex == NextIndex.Previous);

    /// <summary>Goes back after a refusal and looks for the place where the logs agree.</summary>
    /// <param name="prevIndex">Where they may agree next.</param>
    /// <param name="newRound">A round that no request has had yet.</param>
    public void Probe(LogIndex prevIndex, long newRound)
    {
        State = ProgressState.Probe;
        NextIndex = LogIndex.Max(prevIndex, MatchIndex).Next;
        _inFlight.Clear();
        _probeIsOut = false;
        _probeSinceRound = newRound;
    }

    /// <summary>For <see cref="RaftFault.LetMatchFall"/> alone.</summary>
    public void LetMatchFall(LogIndex matchIndex) => MatchIndex = matchIndex;
}
