namespace AkkaRaft.Core;

/// <summary>
/// The election timer: a deadline that moves. The shell's timer is set only when it would fire too late. One that fires before the
/// deadline is set again for the rest, so that a heartbeat costs no timer.
/// </summary>
internal sealed class ElectionTimer(StepContext step, RaftOptions options, SeededRandom random)
{
    /// <summary>When the shell's timer will fire; null when it is not set.</summary>
    private TimeSpan? _due;

    /// <summary>
    /// Follower and candidates: when to campaign. Leader: when its leadership is over unless a quorum has answered.
    /// </summary>
    public TimeSpan Deadline { get; private set; }

    /// <summary>Draws a new election timeout, which begins now (Raft paper, section 5.2).</summary>
    public void Reset() => SetDeadline(step.Now + random.Between(options.ElectionTimeoutMin, options.ElectionTimeoutMax));

    /// <summary>Sets the deadline, and the shell's timer if that would fire too late.</summary>
    public void SetDeadline(TimeSpan deadline)
    {
        Deadline = deadline;
        if (_due is null || _due > deadline)
        {
            _due = deadline;
            step.Emit(new SetTimer(RaftTimer.Election, deadline - step.Now));
        }
    }

    /// <summary>Moves the deadline to a later time than the shell's timer, which will be set again when it fires.</summary>
    public void Postpone(TimeSpan deadline) => Deadline = deadline;

    /// <summary>The shell's timer has fired.</summary>
    public void Fired() => _due = null;

    /// <summary>Whether the deadline has come. If not, the timer is set for the rest.</summary>
    public bool DeadlineHasCome()
    {
        if (step.Now >= Deadline)
        {
            return true;
        }

        SetDeadline(Deadline);
        return false;
    }
}
