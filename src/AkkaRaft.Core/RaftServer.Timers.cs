namespace AkkaRaft.Core;

// The election timer is a deadline that moves; the shell's timer is only set when it would fire too late. One that fires before the
// deadline is set again for the rest, so that a heartbeat costs no timer.
public sealed partial class RaftServer
{
    /// <summary>Follower and candidates: when to campaign. Leader: when its lead is over unless a quorum has answered.</summary>
    private TimeSpan _electionDeadline;

    /// <summary>When the shell's election timer will fire; null when it is not set.</summary>
    private TimeSpan? _electionTimerDue;

    /// <summary>When this life began.</summary>
    private TimeSpan _startedAt;

    /// <summary>When the leader was heard last.</summary>
    private TimeSpan _lastLeaderContact;

    private void ResetElectionTimer() =>
        SetElectionDeadline(_now + _random.Between(Options.ElectionTimeoutMin, Options.ElectionTimeoutMax));

    private void SetElectionDeadline(TimeSpan deadline)
    {
        _electionDeadline = deadline;
        if (_electionTimerDue is null || _electionTimerDue > deadline)
        {
            _electionTimerDue = deadline;
            Emit(new SetTimer(RaftTimer.Election, deadline - _now));
        }
    }

    /// <summary>
    /// The shell's election timer has fired: whether the deadline is really there. If not, the timer is set for the rest.
    /// </summary>
    private bool ElectionDeadlineHasCome()
    {
        if (_now >= _electionDeadline)
        {
            return true;
        }

        SetElectionDeadline(_electionDeadline);
        return false;
    }

    /// <summary>
    /// Whether a leader that this server has heard, in this life or one just before it, may still rely on its lease (section 6.4.1).
    /// </summary>
    private bool MustHonourLease =>
        Options.LeaseReads
        && (_now - _startedAt < Options.ElectionTimeoutMin
            || (_lastLeaderContact > TimeSpan.Zero && _now - _lastLeaderContact < Options.ElectionTimeoutMin));

    /// <summary>
    /// Whether the server is sure enough of a leader to refuse to help another become one (dissertation, sections 4.2.3 and 6.2).
    /// </summary>
    private bool HearsLeader() =>
        Role == RaftRole.Leader
            ? _now - LastQuorumContact() < Options.ElectionTimeoutMin
            : Leader is not null && _now - _lastLeaderContact < Options.ElectionTimeoutMin;
}
