using Akka.Actor;
using Akka.Dispatch;
using Akka.Event;

namespace Akka.Persistence;

/// <summary>Commands and the journal's replies to them, and the actor's life between start and stop.</summary>
public abstract partial class Eventsourced
{
    private int _runningTasks;

    // A task that the code just run has started ends that code, be it at once or later.
    private bool _taskStarted;

    private enum Phase
    {
        AwaitingPermit,
        LoadingSnapshot,
        Replaying,
        ProcessingCommands,
        PersistingEvents,
    }

    public override void AroundPreStart()
    {
        if (PersistenceId is null)
            throw new ArgumentNullException(nameof(PersistenceId), $"PersistenceId is [null] for PersistentActor [{Self.Path}]");

        // A plugin that is not configured is to be seen at the start, not at the first event.
        _ = Journal;
        _ = SnapshotStore;
        RequestRecoveryPermission();
        base.AroundPreStart();
    }

    public override void AroundPreRestart(Exception cause, object message)
    {
        try
        {
            ReturnStashedMessages();
        }
        finally
        {
            base.AroundPreRestart(cause, message switch
            {
                WriteMessageSuccess success => success.Persistent,
                LoopMessageSuccess loop => loop.Message,
                ReplayedMessage replayed => replayed.Persistent,
                _ => message,
            });
        }
    }

    public override void AroundPostRestart(Exception reason, object message)
    {
        RequestRecoveryPermission();
        base.AroundPostRestart(reason, message);
    }

    public override void AroundPostStop()
    {
        try
        {
            StopRecoveryTimer();
            ReturnStashedMessages();
        }
        finally
        {
            base.AroundPostStop();
        }
    }

    protected internal override bool AroundReceive(Receive receive, object message)
    {
        switch (_phase)
        {
            case Phase.ProcessingCommands:
                return HandleJournalReply(message) || ProcessCommand(receive, message);
            case Phase.PersistingEvents:
                if (!HandleJournalReply(message))
                    StashInternally(message);
                return true;
            case Phase.Replaying:
                Replay(message);
                return true;
            case Phase.LoadingSnapshot:
                AwaitSnapshot(message);
                return true;
            default:
                AwaitPermit(message);
                return true;
        }
    }

    protected override void Unhandled(object message)
    {
        switch (message)
        {
            case RecoveryCompleted:
                break;
            case SaveSnapshotFailure failure:
                Log.Warning("Failed to SaveSnapshot given metadata [{0}] due to: [{1}: {2}]",
                    failure.Metadata, failure.Cause.GetType().Name, failure.Cause.Message);
                break;
            case DeleteSnapshotFailure failure:
                Log.Warning("Failed to DeleteSnapshot given metadata [{0}] due to: [{1}: {2}]",
                    failure.Metadata, failure.Cause.GetType().Name, failure.Cause.Message);
                break;
            case DeleteSnapshotsFailure failure:
                Log.Warning("Failed to DeleteSnapshots given criteria [{0}] due to: [{1}: {2}]",
                    failure.Criteria, failure.Cause.GetType().Name, failure.Cause.Message);
                break;
            case DeleteMessagesFailure failure:
                Log.Warning("Failed to DeleteMessages ToSequenceNr [{0}] for PersistenceId [{1}] due to: [{2}: {3}]",
                    failure.ToSequenceNr, PersistenceId, failure.Cause.GetType().Name, failure.Cause.Message);
                break;
            default:
                base.Unhandled(message);
                break;
        }
    }

    /// <summary>Runs an asynchronous handler; the actor takes no message until it has ended.</summary>
    protected void RunTask(Func<Task> action)
    {
        _runningTasks++;
        _taskStarted = true;
        ActorTaskScheduler.RunTask(async () =>
        {
            var failed = true;
            try
            {
                await action();
                failed = false;
            }
            finally
            {
                _runningTasks--;
                if (_runningTasks == 0)
                    UserCodeEnded(failed);
            }
        });
    }

    private bool ProcessCommand(Receive receive, object message)
    {
        var failed = true;
        _taskStarted = false;
        try
        {
            var handled = base.AroundReceive(receive, message);
            failed = false;
            return handled;
        }
        finally
        {
            if (!_taskStarted)
                UserCodeEnded(failed);
        }
    }

    /// <summary>Answers whether the message was meant for this class rather than for the actor's own code.</summary>
    private bool HandleJournalReply(object message)
    {
        switch (message)
        {
            case WriteMessageSuccess success:
                if (success.ActorInstanceId == _instanceId)
                {
                    UpdateLastSequenceNr(success.Persistent);
                    RunPendingHandler(success.Persistent.Payload);
                }

                return true;
            case LoopMessageSuccess loop:
                if (loop.ActorInstanceId == _instanceId)
                    RunPendingHandler(loop.Message);
                return true;
            case WriteMessagesSuccessful:
            case WriteMessagesFailed { WriteCount: 0 }:
                _writeInFlight = false;
                SendBatch();
                return true;
            case WriteMessagesFailed:
                // The failure of the first event, next to come, stops this actor. What it emits until then must not be
                // written: there would be a gap before it.
                return true;
            case WriteMessageRejected rejected:
                if (rejected.ActorInstanceId == _instanceId)
                    Rejected(rejected);
                return true;
            case WriteMessageFailure failure:
                if (failure.ActorInstanceId == _instanceId)
                    Failed(failure);
                return true;
            case RecoveryTick:
            case RecoveryPermitGranted:
                return true;
            default:
                return false;
        }
    }

    private void RunPendingHandler(object payload)
    {
        var failed = true;
        _taskStarted = false;
        try
        {
            _pendingHandlers.Peek().Invoke(payload);
            failed = false;
        }
        finally
        {
            PopPendingHandler();
            if (!_taskStarted)
                UserCodeEnded(failed);
        }
    }

    private void Rejected(WriteMessageRejected rejected)
    {
        var failed = true;
        _taskStarted = false;
        try
        {
            UpdateLastSequenceNr(rejected.Persistent);
            PopPendingHandler();
            OnPersistRejected(rejected.Cause, rejected.Persistent.Payload, rejected.Persistent.SequenceNr);
            failed = false;
        }
        finally
        {
            if (!_taskStarted)
                UserCodeEnded(failed);
        }
    }

    private void Failed(WriteMessageFailure failure)
    {
        PopPendingHandler();
        try
        {
            OnPersistFailure(failure.Cause, failure.Persistent.Payload, failure.Persistent.SequenceNr);
        }
        finally
        {
            Context.Stop(Self);
        }
    }

    private void PopPendingHandler()
    {
        if (_pendingHandlers.Dequeue().Stashing)
            _pendingStashingHandlers--;
    }

    /// <summary>After a command or a handler: sends what it emitted, and takes the next command unless it must wait.</summary>
    private void UserCodeEnded(bool unstashAll)
    {
        if (IsRecovering)
            return;

        if (!_writeInFlight)
            SendBatch();

        if (_pendingStashingHandlers > 0)
        {
            _phase = Phase.PersistingEvents;
        }
        else
        {
            _phase = Phase.ProcessingCommands;
            if (unstashAll)
                _internalStash.UnstashAll();
            else if (_internalStash.NonEmpty)
                _internalStash.Unstash();
        }
    }

    private void SendBatch()
    {
        if (_batch.Count == 0)
            return;

        var messages = _batch;
        _batch = new List<IPersistentEnvelope>(messages.Count);
        _writeInFlight = true;
        Journal.Tell(new WriteMessages(messages, Self, _instanceId), Self);
    }

    private void UpdateLastSequenceNr(IPersistentRepresentation persistent)
    {
        if (persistent.SequenceNr > LastSequenceNr)
            LastSequenceNr = persistent.SequenceNr;
    }

    private void StashInternally(object message)
    {
        try
        {
            _internalStash.Stash();
        }
        catch (StashOverflowException)
        {
            switch (InternalStashOverflowStrategy)
            {
                case DiscardToDeadLetterStrategy:
                    Context.System.DeadLetters.Tell(new DeadLetter(message, Sender, Self), Sender);
                    break;
                case ReplyToStrategy reply:
                    Sender.Tell(reply.Response, Self);
                    break;
                default:
                    throw;
            }
        }
    }

    private void ReturnStashedMessages()
    {
        _internalStash.UnstashAll();
        _userStash?.UnstashAll(UnstashFilterPredicate);
    }
}
