using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>What is committed was asked for by a client, as it is, and nobody has promised that client that it never would be.</summary>
internal sealed class NoPhantom : Invariant
{
    public override void OnFirstCommitted(SimulatedServer server, LogEntry entry)
    {
        if (entry.Payload is not Command command)
        {
            return;
        }

        var attempt = World.AttemptOf(command);
        Require(attempt?.Command is { } asked && asked == command, server, $"it commits a command at {entry.Index} that nobody asked for");
        Require(!attempt!.IsRejected, server, $"it commits {attempt}, which was rejected");
    }

    public override void OnRejected(SimulatedServer server, Attempt attempt) =>
        Require(attempt.CommittedAt == 0, server, $"it rejects {attempt}, which is committed at {attempt.CommittedAt}");
}
