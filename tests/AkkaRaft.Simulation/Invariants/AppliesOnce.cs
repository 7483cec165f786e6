using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>
/// In each life every entry is applied once and in order, and no command is in the log twice: the network delivers a request at most once.
/// </summary>
internal sealed class AppliesOnce : Invariant
{
    public override void BeforeApply(SimulatedServer server, LogEntry entry)
    {
        var expected = server.StateMachine.LastIndex + 1;
        Require(entry.Index.Value == expected, server, $"it applies entry {entry.Index} where {expected} is due");
    }

    public override void OnFirstCommitted(SimulatedServer server, LogEntry entry)
    {
        if (entry.Payload is not Command command || World.AttemptOf(command) is not { } attempt)
        {
            return;
        }

        Require(attempt.CommittedAt == 0, server, $"{attempt} is committed at {entry.Index} and at {attempt.CommittedAt}");
        attempt.CommittedAt = entry.Index.Value;
    }
}
