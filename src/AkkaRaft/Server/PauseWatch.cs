using AkkaRaft.Core;

namespace AkkaRaft.Server;

/// <summary>
/// Notes when a leader's heartbeats are late by its own process: the timer that sends them comes late when the process stands still, for a
/// garbage collection or because it gets no processor. Followers then elect another, and it looks like the network's fault.
/// </summary>
/// <param name="log">Takes the warnings.</param>
/// <param name="limit">Heartbeats that are later than this are told.</param>
internal sealed class PauseWatch(RaftServerLogger log, TimeSpan limit)
{
    /// <summary>Warnings are apart by this at least; pauses between them are told by the next.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private TimeSpan? _warnedAt;
    private TimeSpan _collected;
    private int _pauses;
    private TimeSpan _longest;
    private TimeSpan _collectedInLongest;

    /// <summary>Notes that a server began to lead, and that its heartbeats are timed from now on.</summary>
    public void Begin() => _collected = GC.GetTotalPauseDuration();

    /// <summary>Notes a heartbeat's timer.</summary>
    public void Note(TimeSpan lateness, Term term, TimeSpan now)
    {
        var collected = GC.GetTotalPauseDuration();
        if (lateness > limit)
        {
            _pauses++;
            if (lateness > _longest)
            {
                (_longest, _collectedInLongest) = (lateness, collected - _collected);
            }
        }

        _collected = collected;
        if (_pauses > 0 && !(now - _warnedAt < Interval))
        {
            log.HeartbeatsLate(term, _pauses, _longest, _collectedInLongest);
            (_warnedAt, _pauses, _longest) = (now, 0, TimeSpan.Zero);
        }
    }
}
