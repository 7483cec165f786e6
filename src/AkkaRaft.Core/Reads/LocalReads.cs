namespace AkkaRaft.Core;

/// <summary>
/// Reads that the server answers from its own state, be it a follower or a learner: behind a read index that it gets from the leader
/// (dissertation, section 6.4), behind one that it got lately, behind one that the client names, or behind none.
/// </summary>
/// <param name="state">What all roles share.</param>
/// <param name="firstReadContext">
/// A number drawn at the start. Read contexts count up from it, so that no reply to an earlier incarnation's request in the same term is
/// taken for one of this incarnation's.
/// </param>
internal sealed class LocalReads(ServerState state, long firstReadContext)
{
    /// <summary>Reads that came after the request to the leader was sent. They need a later one.</summary>
    private readonly List<WaitingRead> _unasked = [];

    /// <summary>Reads that the outstanding request is for.</summary>
    private readonly List<WaitingRead> _asked = [];

    private long _readContext = firstReadContext;
    private TimeSpan _requestSentAt;
    private bool _timerIsSet;

    /// <summary>The leader's last read index, and when it was asked for: all that was committed then lies at or before it.</summary>
    private (LogIndex Index, TimeSpan AskedAt)? _lastReadIndex;

    private int Count => _unasked.Count + _asked.Count + state.Commits.WaitingReads;

    /// <summary>A client asks for a read that this server may answer itself.</summary>
    public void OnRead(Read read, RoleState role)
    {
        if (read.Consistency == ReadConsistency.Local)
        {
            state.Step.Emit(new Serve(read.Request, state.Commits.CommitIndex));
        }
        else if (read.Consistency != ReadConsistency.AtIndex && role.TryRead(read.Request))
        {
            // The leader needs to ask nobody where its log ends.
        }
        else if (Count >= state.Options.MaxLocalReads)
        {
            state.Reject(read.Request, RejectionReason.Overloaded);
        }
        else if (read.Consistency == ReadConsistency.AtIndex)
        {
            state.Commits.ServeBehind(read.Index, new WaitingRead(read.Request, state.Now));
        }
        else if (read.Consistency == ReadConsistency.Stale
            && _lastReadIndex is var (index, askedAt)
            && state.Now - askedAt <= read.MaxAge
            && state.Commits.CommitIndex >= index)
        {
            state.Step.Emit(new Serve(read.Request, index));
        }
        else if (state.Term.Leader is null)
        {
            state.Reject(read.Request, RejectionReason.NoLeaderKnown);
        }
        else if (state.Versions.ClusterVersion < ProtocolVersion.Second)
        {
            state.Reject(read.Request, RejectionReason.Unsupported, "a member does not know reads at followers");
        }
        else
        {
            _unasked.Add(new WaitingRead(read.Request, state.Now));
            RequestReadIndex(role);
        }

        SetTimer();
    }

    /// <summary>The leader has said up to where this server must have applied the log.</summary>
    public void OnReadIndexReply(ReadIndexReply reply, RoleState role)
    {
        if (reply.ReadContext != _readContext || _asked.Count == 0)
        {
            return;
        }

        _lastReadIndex = (reply.ReadIndex, _requestSentAt);
        foreach (var read in _asked)
        {
            state.Commits.ServeBehind(reply.ReadIndex, read);
        }

        _asked.Clear();
        RequestReadIndex(role);
    }

    /// <summary>A request or its reply may be lost, and the leader may be another by now; and nothing waits for ever.</summary>
    public void OnTimer(RoleState role)
    {
        _timerIsSet = false;
        var oldest = state.Now - (2 * state.Options.ElectionTimeoutMax);
        RejectOlderThan(oldest, _unasked);
        RejectOlderThan(oldest, _asked);
        state.Commits.RejectReadsBefore(oldest);
        if (_asked.Count > 0 && state.Now - _requestSentAt >= 2 * state.Options.HeartbeatInterval)
        {
            RequestAgain();
        }

        RequestReadIndex(role);
        SetTimer();
    }

    /// <summary>One request at a time. The reads that come meanwhile share the next one.</summary>
    private void RequestReadIndex(RoleState role)
    {
        if (_asked.Count > 0 || _unasked.Count == 0 || state.Term.Leader is not { } leader)
        {
            return;
        }

        _asked.AddRange(_unasked);
        _unasked.Clear();
        if (leader == state.Id)
        {
            foreach (var read in _asked)
            {
                role.TryRead(read.Request);
            }

            _asked.Clear();
            return;
        }

        _readContext++;
        _requestSentAt = state.Now;
        state.Outbox.Post(new ReadIndexRequest(state.Id, leader, state.Term.CurrentTerm, _readContext));
    }

    /// <summary>
    /// Sends the request again with the same read context, so that a slow reply still counts: whoever sent it in this term has done so after
    /// the reads came.
    /// </summary>
    private void RequestAgain()
    {
        if (state.Term.Leader is { } leader && leader != state.Id)
        {
            state.Outbox.Post(new ReadIndexRequest(state.Id, leader, state.Term.CurrentTerm, _readContext));
            return;
        }

        CoverageMark.Hit("LocalReadTests.A_server_that_has_become_leader_answers_itself_what_it_had_not_been_told");
        _unasked.InsertRange(0, _asked);
        _asked.Clear();
    }

    private void SetTimer()
    {
        if (!_timerIsSet && Count > 0)
        {
            _timerIsSet = true;
            state.Step.Emit(new SetTimer(RaftTimer.Reads, 2 * state.Options.HeartbeatInterval));
        }
    }

    private void RejectOlderThan(TimeSpan oldest, List<WaitingRead> reads)
    {
        foreach (var read in reads)
        {
            if (read.Since < oldest && state.Term.Leader is { } leader)
            {
                state.Reject(read.Request, RejectionReason.NotCaughtUp, $"{leader} has not said in time what is committed");
            }
            else if (read.Since < oldest)
            {
                state.Reject(read.Request, RejectionReason.NoLeaderKnown);
            }
        }

        reads.RemoveAll(read => read.Since < oldest);
    }
}
