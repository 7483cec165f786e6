using Akka.Actor;
using AkkaRaft.Client;
using AkkaRaft.Core;
using AkkaRaft.Core.Sessions;
using AkkaRaft.Snapshots;

namespace AkkaRaft.Server;

// The state on its way into snapshots and out of them. A capture is cheap and made here; files are written and read on threads of their
// own.
internal sealed partial class StateMachineActor : IWithUnboundedStash
{
    private readonly StopSignal _stopped = new();

    private Term _lastTerm;
    private ClusterConfiguration _configuration = ClusterConfiguration.Empty;

    /// <inheritdoc />
    public IStash Stash { get; set; } = null!;

    /// <inheritdoc />
    protected override void PostStop()
    {
        _stopped.Stop();
        _backup?.Dispose();
        base.PostStop();
    }

    private void MindsSnapshots()
    {
        Receive<StateBegins>(begins => NoteConfiguration(begins.Configuration));
        Receive<CaptureState>(OnCapture);
        Receive<RestoreState>(OnRestore);
    }

    /// <summary>Takes note of what a snapshot says of the last entry in it.</summary>
    private void NoteApplied(LogEntry entry)
    {
        _lastTerm = entry.Term;
        if (entry.Payload is ConfigurationChange change)
        {
            var former = _configuration.History;
            NoteConfiguration(change.Configuration);
            if (former != 0 && change.Configuration.History > 0 && change.Configuration.History != former)
            {
                (_stateMachine as IHistoryStateMachine)?.BeginHistory(entry.Index);
            }
        }
    }

    private void NoteConfiguration(ClusterConfiguration configuration)
    {
        _configuration = configuration;
        _answers.History = Math.Max(0, configuration.History);
    }

    private void OnCapture(CaptureState request)
    {
        if (_stateMachine is not ISnapshotStateMachine machine)
        {
            Context.Parent.Tell(StateNotCaptured.Instance);
            return;
        }

        if (_lastApplied < request.AtLeast)
        {
            throw new InvariantViolationException($"The state of {request.AtLeast} is to be captured, and {_lastApplied} was applied.");
        }

        var header = new SnapshotHeader(_settings.ClusterId, _lastApplied, _lastTerm, _configuration);
        request.Store.Tell(new WriteSnapshot(header, _sessions.Capture(), machine.Capture()), Context.Parent);
    }

    private void OnRestore(RestoreState request)
    {
        var self = Self;
        var stopped = _stopped;
        CrashPoint.Reached(CrashPoint.BeforeRestore);
        Task.Factory.StartNew(
            () => self.Tell(Restore(request.Snapshot, stopped), ActorRefs.NoSender),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        BecomeStacked(() =>
        {
            Receive<StateRestored>(OnRestored);
            Receive<StateNotRestored>(failed => throw new InvalidDataException(failed.Why, failed.Cause));
            ReceiveAny(_ => Stash.Stash());
        });
    }

    private object Restore(SnapshotMetadata snapshot, StopSignal stopped)
    {
        var path = Path.Combine(_settings.SnapshotDirectory, SnapshotFolder.NameOf(snapshot));
        try
        {
            if (_newStateMachine() is not ISnapshotStateMachine machine)
            {
                return new StateNotRestored($"A {snapshot} came, and the state machine has no snapshots.", null);
            }

            using var file = SnapshotFolder.OpenToRead(path);
            using var stoppable = new StoppableStream(file, stopped);
            var reader = new SnapshotFileReader(stoppable);
            reader.ReadState(machine.Restore);
            return new StateRestored(snapshot, machine, reader.Sessions);
        }
        catch (Exception cause)
        {
            return new StateNotRestored($"The snapshot {path} cannot be restored: {cause.Message}", cause);
        }
    }

    private void OnRestored(StateRestored restored)
    {
        _stateMachine = restored.Machine;
        _sessions = new SessionTable<Answer>(restored.Sessions);
        _lastApplied = restored.Snapshot.LastIncludedIndex;
        _lastTerm = restored.Snapshot.LastIncludedTerm;
        NoteConfiguration(restored.Snapshot.Configuration);
        CrashPoint.Reached(CrashPoint.AfterRestore);
        UnbecomeStacked();
        Stash.UnstashAll();
        AskAgain();
        _answers.Flush(_term, Context.Parent);
        TellApplied();
    }

    /// <summary>A snapshot's state is in memory.</summary>
    private sealed record StateRestored(SnapshotMetadata Snapshot, IStateMachine Machine, SessionsCapture<Answer> Sessions);

    /// <summary>A snapshot's state cannot be had.</summary>
    private sealed record StateNotRestored(string Why, Exception? Cause);
}
