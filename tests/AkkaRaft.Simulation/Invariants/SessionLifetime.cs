using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>
/// Replicated time does not run ahead of real time as the clocks of leaders run, so no session expires that was used within its timeout.
/// </summary>
internal sealed class SessionLifetime : Invariant
{
    private readonly Dictionary<SessionId, Use> _uses = [];
    private readonly Dictionary<long, long> _writtenAt = [];
    private long _lastSeen;
    private TimeSpan _time;

    public override void AfterStep(SimulatedServer server, RaftInput input)
    {
        if (server.Change.FirstWritten == long.MaxValue || !server.IsLeader)
        {
            return;
        }

        for (var index = server.Change.FirstWritten; index <= server.Log.LastIndex; index++)
        {
            _writtenAt[index] = World.Now;
        }
    }

    public override void AfterApply(SimulatedServer server, LogEntry entry)
    {
        if (entry.Index.Value <= _lastSeen)
        {
            return;
        }

        _lastSeen = entry.Index.Value;
        switch (entry.Payload)
        {
            case OpenSession open:
                _uses[open.IdAt(entry.Index)] = new Use(open.Timeout, _writtenAt[entry.Index.Value]);
                break;
            case TimeEntry tick:
                OnTick(server, tick);
                break;
        }
    }

    /// <summary>A command in a session is used, or the session has expired.</summary>
    public void OnUse(SimulatedServer server, LogEntry entry, SessionCommand command, bool hasExpired)
    {
        if (entry.Index.Value <= _lastSeen || !_uses.TryGetValue(command.SessionId, out var use))
        {
            return;
        }

        if (!hasExpired)
        {
            _uses[command.SessionId] = new Use(use.Timeout, _writtenAt[entry.Index.Value]);
            return;
        }

        var idle = _writtenAt[entry.Index.Value] - use.At;
        Require(
            idle * LocalClock.FastestRate >= use.Timeout.Ticks,
            server,
            $"session {command.SessionId} of {use.Timeout} has expired, {TimeSpan.FromTicks(idle)} after it was used");
        _uses.Remove(command.SessionId);
    }

    private void OnTick(SimulatedServer server, TimeEntry tick)
    {
        _time += tick.Elapsed;
        Require(
            tick.Elapsed >= TimeSpan.Zero && _time.Ticks <= World.Now * LocalClock.FastestRate,
            server,
            $"replicated time is {_time} after {TimeSpan.FromTicks(World.Now)}");
    }

    /// <summary>The last use of a session.</summary>
    private readonly record struct Use(TimeSpan Timeout, long At);
}
