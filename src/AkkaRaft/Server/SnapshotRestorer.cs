using Akka.Actor;
using AkkaRaft.Client;
using AkkaRaft.Core;
using AkkaRaft.Core.Sessions;
using AkkaRaft.Snapshots;

namespace AkkaRaft.Server;

/// <summary>Reads a snapshot's state into a new state machine, on a thread of its own.</summary>
/// <param name="settings">The settings.</param>
/// <param name="newStateMachine">Makes the state machine.</param>
/// <param name="receiver">Gets a <see cref="StateRestored"/> or a <see cref="StateNotRestored"/>.</param>
internal sealed class SnapshotRestorer(RaftSettings settings, Func<IStateMachine> newStateMachine, IActorRef receiver)
{
    private readonly StopSignal _stopped = new();

    public void Begin(SnapshotMetadata snapshot)
    {
        CrashPoint.Reached(CrashPoint.BeforeRestore);
        Task.Factory.StartNew(
            () => receiver.Tell(Restore(snapshot), ActorRefs.NoSender),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
    }

    /// <summary>Ends a restore that is under way.</summary>
    public void Stop() => _stopped.Stop();

    private object Restore(SnapshotMetadata snapshot)
    {
        var path = Path.Combine(settings.SnapshotDirectory, SnapshotFolder.NameOf(snapshot));
        try
        {
            if (newStateMachine() is not ISnapshotStateMachine machine)
            {
                return new StateNotRestored($"A {snapshot} came, and the state machine has no snapshots.", null);
            }

            using var file = SnapshotFolder.OpenToRead(path);
            using var stoppable = new StoppableStream(file, _stopped);
            var reader = new SnapshotFileReader(stoppable);
            reader.ReadState(machine.Restore);
            return new StateRestored(snapshot, machine, reader.Sessions);
        }
        catch (Exception cause)
        {
            return new StateNotRestored($"The snapshot {path} cannot be restored: {cause.Message}", cause);
        }
    }
}

/// <summary>A snapshot's state is in memory.</summary>
internal sealed record StateRestored(SnapshotMetadata Snapshot, IStateMachine Machine, SessionsCapture<Answer> Sessions);

/// <summary>A snapshot's state cannot be had.</summary>
internal sealed record StateNotRestored(string Why, Exception? Cause);
