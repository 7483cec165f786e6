using AkkaRaft.Core;
using AkkaRaft.TestKit.Linearizability;

namespace AkkaRaft.Simulation;

/// <summary>
/// In each life every entry is applied once and in order. A bare command is in the log once, as the network delivers a request at most
/// once; a command in a session may be there several times, takes effect once, at the same entry on all servers, and is answered as then.
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
        if (entry.Payload is not Command || World.AttemptOf(entry.Payload) is not { } attempt)
        {
            return;
        }

        Require(attempt.CommittedAt == 0, server, $"{attempt} is committed at {entry.Index} and at {attempt.CommittedAt}");
        attempt.CommittedAt = entry.Index.Value;
    }

    /// <summary>A command in a session takes effect on a server.</summary>
    public void OnEffect(SimulatedServer server, Attempt attempt, LogEntry entry, RegisterOutput output)
    {
        if (attempt.CommittedAt == 0)
        {
            attempt.CommittedAt = entry.Index.Value;
            attempt.Output = output;
        }

        Require(
            attempt.CommittedAt == entry.Index.Value,
            server,
            $"{attempt} takes effect at {entry.Index}, and did so before at {attempt.CommittedAt}");
    }

    /// <summary>A command in a session is answered, from the log or from what was kept.</summary>
    public void OnSessionAnswer(SimulatedServer server, Attempt attempt, RegisterOutput output) => Require(
        output == attempt.First.Output,
        server,
        $"{attempt} is answered with {output}, and took effect with {attempt.First.Output}");
}
