namespace AkkaRaft.Core;

// Reads that the server answers from its own state, be it a follower or a learner: behind an index that it gets from the leader
// (dissertation, section 6.4.1), behind one that it got lately, behind one that the client names, or behind none.
public sealed partial class RaftServer
{
    /// <summary>Reads that came since the question to the leader went out: they need a later one.</summary>
    private readonly List<WaitingRead> _unasked = [];

    /// <summary>Reads that the question under way is for.</summary>
    private readonly List<WaitingRead> _asked = [];

    /// <summary>Reads that wait until an index is committed here.</summary>
    private readonly List<(LogIndex Index, WaitingRead Read)> _unapplied = [];

    /// <summary>
    /// Drawn at the start of a life and then counted up, so that no answer to a question of an earlier life in the same term is taken for
    /// one of this life.
    /// </summary>
    private long _question;
    private TimeSpan _questionSentAt;
    private bool _readsTimerIsSet;

    /// <summary>What the leader said last, and when it was asked: all that was committed then lies at or before this index.</summary>
    private (LogIndex Index, TimeSpan AskedAt)? _lastReadIndex;

    private readonly record struct WaitingRead(RequestId Request, TimeSpan Since);

    private int LocalReads => _unasked.Count + _asked.Count + _unapplied.Count;

    private void OnLocalRead(Read read)
    {
        if (read.Consistency == ReadConsistency.Local)
        {
            Emit(new Serve(read.Request, CommitIndex));
        }
        else if (Role == RaftRole.Leader && read.Consistency != ReadConsistency.AtIndex)
        {
            OnRead(new PendingRead(read.Request, null, 0));
        }
        else if (LocalReads >= Options.MaxLocalReads)
        {
            Reject(read.Request, RejectionReason.Overloaded);
        }
        else if (read.Consistency == ReadConsistency.AtIndex)
        {
            ServeBehind(read.Index, new WaitingRead(read.Request, _now));
        }
        else if (read.Consistency == ReadConsistency.Stale
            && _lastReadIndex is var (index, askedAt) && _now - askedAt <= read.MaxAge && CommitIndex >= index)
        {
            Emit(new Serve(read.Request, index));
        }
        else if (Leader is null)
        {
            Reject(read.Request, RejectionReason.NoLeaderKnown);
        }
        else if (_clusterVersion < ProtocolVersion.Second)
        {
            Reject(read.Request, RejectionReason.Unsupported, "a member does not know reads at followers");
        }
        else
        {
            _unasked.Add(new WaitingRead(read.Request, _now));
            AskForReadIndex();
        }

        SetReadsTimer();
    }

    /// <summary>One question at a time; the reads that come meanwhile share the next one.</summary>
    private void AskForReadIndex()
    {
        if (_asked.Count > 0 || _unasked.Count == 0 || Leader is not { } leader)
        {
            return;
        }

        _asked.AddRange(_unasked);
        _unasked.Clear();
        if (leader == Id)
        {
            foreach (var read in _asked)
            {
                OnRead(new PendingRead(read.Request, null, 0));
            }

            _asked.Clear();
            return;
        }

        _question++;
        _questionSentAt = _now;
        Post(new ReadIndexRequest(Id, leader, CurrentTerm, _question));
    }

    private void OnReadIndexReply(ReadIndexReply reply)
    {
        if (reply.ReadContext != _question || _asked.Count == 0)
        {
            return;
        }

        _lastReadIndex = (reply.ReadIndex, _questionSentAt);
        foreach (var read in _asked)
        {
            ServeBehind(reply.ReadIndex, read);
        }

        _asked.Clear();
        AskForReadIndex();
    }

    private void ServeBehind(LogIndex index, WaitingRead read)
    {
        if (index <= CommitIndex)
        {
            Emit(new Serve(read.Request, index));
        }
        else
        {
            _unapplied.Add((index, read));
        }
    }

    /// <summary>More is committed here: serves the reads that waited for it, behind the entries that were just handed out.</summary>
    private void ServeLocalReads()
    {
        if (_unapplied.Count == 0)
        {
            return;
        }

        foreach (var (index, read) in _unapplied)
        {
            if (index <= CommitIndex)
            {
                Emit(new Serve(read.Request, index));
            }
        }

        _unapplied.RemoveAll(waiting => waiting.Index <= CommitIndex);
    }

    private void SetReadsTimer()
    {
        if (!_readsTimerIsSet && LocalReads > 0)
        {
            _readsTimerIsSet = true;
            Emit(new SetTimer(RaftTimer.Reads, 2 * Options.HeartbeatInterval));
        }
    }

    /// <summary>A question or its answer may be lost, and the leader another by now; and nothing waits for ever.</summary>
    private void OnReadsTimer()
    {
        _readsTimerIsSet = false;
        var oldest = _now - (2 * Options.ElectionTimeoutMax);
        RejectOlderThan(oldest, _unasked);
        RejectOlderThan(oldest, _asked);
        foreach (var (_, read) in _unapplied)
        {
            if (read.Since < oldest)
            {
                Reject(read.Request, RejectionReason.NotCaughtUp, $"{CommitIndex} is the last entry that {Id} knows to be committed");
            }
        }

        _unapplied.RemoveAll(waiting => waiting.Read.Since < oldest);
        if (_asked.Count > 0 && _now - _questionSentAt >= 2 * Options.HeartbeatInterval)
        {
            AskAgain();
        }

        AskForReadIndex();
        SetReadsTimer();
    }

    /// <summary>
    /// The same question under the same number, so that an answer that is only slow still counts: whoever answered it in this term has
    /// done so after its reads came.
    /// </summary>
    private void AskAgain()
    {
        if (Leader is { } leader && leader != Id)
        {
            Post(new ReadIndexRequest(Id, leader, CurrentTerm, _question));
            return;
        }

        _unasked.InsertRange(0, _asked);
        _asked.Clear();
    }

    private void RejectOlderThan(TimeSpan oldest, List<WaitingRead> reads)
    {
        foreach (var read in reads)
        {
            if (read.Since < oldest && Leader is { } leader)
            {
                Reject(read.Request, RejectionReason.NotCaughtUp, $"{leader} has not said in time what is committed");
            }
            else if (read.Since < oldest)
            {
                Reject(read.Request, RejectionReason.NoLeaderKnown);
            }
        }

        reads.RemoveAll(read => read.Since < oldest);
    }
}
