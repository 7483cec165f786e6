using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>What is committed was asked for by a client, as it is, and nobody has promised that client that it never would be.</summary>
internal sealed class NoPhantom : Invariant
{
    public override void OnFirstCommitted(SimulatedServer server, LogEntry entry)
    {
        if (World.AttemptOf(entry.Payload) is not { } attempt)
        {
            Require(entry.Payload is not (Command or SessionCommand), server, $"it commits a command at {entry.Index} from nowhere");
            return;
        }

        Require(attempt.Payload!.Equals(entry.Payload), server, $"it commits a command at {entry.Index} that nobody asked for");
        attempt.Commits++;
        RequireNotRejected(server, attempt);
    }

    public override void OnRejected(SimulatedServer server, Attempt attempt)
    {
        attempt.First.Rejections++;
        RequireNotRejected(server, attempt.First);
    }

    private void RequireNotRejected(SimulatedServer server, Attempt first) => Require(
        first.Commits <= first.Tries - first.Rejections,
        server,
        $"{first} was tried {first.Tries} times, rejected {first.Rejections} times, and is committed {first.Commits} times");
}
