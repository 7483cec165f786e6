using Akka.Actor;

namespace Akka.Persistence;

/// <summary>Recovery: a permit, then a snapshot if there is one, then the events after it. Commands are stashed meanwhile.</summary>
public abstract partial class Eventsourced
{
    private Phase _phase = Phase.AwaitingPermit;
    private Receive? _recover;
    private ICancelable? _recoveryTimer;
    private TimeSpan _recoveryEventTimeout;
    private bool _eventSeenSinceTick;

    public bool IsRecovering => _phase is Phase.AwaitingPermit or Phase.LoadingSnapshot or Phase.Replaying;

    public bool IsRecoveryFinished => !IsRecovering;

    private void RequestRecoveryPermission() => Extension.RecoveryPermitter().Tell(RequestRecoveryPermit.Instance, Self);

    private void AwaitPermit(object message)
    {
        if (message is not RecoveryPermitGranted)
        {
            StashInternally(message);
            return;
        }

        _recover = ReceiveRecover;
        _phase = Phase.LoadingSnapshot;
        _recoveryEventTimeout = Extension.JournalConfigFor(JournalPluginId)
            .GetTimeSpan("recovery-event-timeout", TimeSpan.FromSeconds(30), false);
        _recoveryTimer = Context.System.Scheduler.ScheduleTellOnceCancelable(
            _recoveryEventTimeout, Self, new RecoveryTick(snapshot: true), Self);
        LoadSnapshot(SnapshotterId, Recovery.FromSnapshot, Recovery.ToSequenceNr);
    }

    private void AwaitSnapshot(object message)
    {
        switch (message)
        {
            case LoadSnapshotResult result:
                StopRecoveryTimer();
                if (OfferSnapshot(result.Snapshot))
                    StartReplay(result.ToSequenceNr);
                break;
            case LoadSnapshotFailed failed:
                FailRecovery(failed.Cause, null);
                break;
            case RecoveryTick { Snapshot: true }:
                FailRecovery(new RecoveryTimedOutException(
                    $"Recovery timed out, didn't get snapshot within {_recoveryEventTimeout.TotalSeconds}s."), null);
                break;
            default:
                StashInternally(message);
                break;
        }
    }

    /// <summary>Answers false when the recovery has failed. A snapshot that the actor does not handle counts as none.</summary>
    private bool OfferSnapshot(SelectedSnapshot? snapshot)
    {
        if (snapshot is null)
            return true;

        LastSequenceNr = snapshot.Metadata.SequenceNr;
        try
        {
            if (!base.AroundReceive(_recover!, new SnapshotOffer(snapshot.Metadata, snapshot.Snapshot)))
                LastSequenceNr = 0;
            return true;
        }
        catch (Exception e)
        {
            FailRecovery(e, null);
            return false;
        }
    }

    private void StartReplay(long toSequenceNr)
    {
        _phase = Phase.Replaying;
        _eventSeenSinceTick = false;
        _recoveryTimer = Context.System.Scheduler.ScheduleTellRepeatedlyCancelable(
            _recoveryEventTimeout, _recoveryEventTimeout, Self, new RecoveryTick(snapshot: false), Self);
        Journal.Tell(new ReplayMessages(LastSequenceNr + 1, toSequenceNr, Recovery.ReplayMax, PersistenceId, Self), Self);
    }

    private void Replay(object message)
    {
        switch (message)
        {
            case ReplayedMessage replayed:
                _eventSeenSinceTick = true;
                UpdateLastSequenceNr(replayed.Persistent);
                RecoverEvent(replayed.Persistent.Payload);
                break;
            case RecoverySuccess success:
                CompleteRecovery(success.HighestSequenceNr);
                break;
            case ReplayMessagesFailure failure:
                FailRecovery(failure.Cause, null);
                break;
            case RecoveryTick { Snapshot: false }:
                if (!_eventSeenSinceTick)
                {
                    FailRecovery(new RecoveryTimedOutException(
                        $"Recovery timed out, didn't get event within {_recoveryEventTimeout.TotalSeconds}s, "
                        + $"highest sequence number seen {LastSequenceNr}."), null);
                }

                _eventSeenSinceTick = false;
                break;
            case RecoveryTick:
                break;
            default:
                StashInternally(message);
                break;
        }
    }

    private void RecoverEvent(object payload)
    {
        try
        {
            base.AroundReceive(_recover!, payload);
        }
        catch (Exception e)
        {
            FailRecovery(e, payload);
        }
    }

    private void CompleteRecovery(long highestSequenceNr)
    {
        StopRecoveryTimer();
        ReturnRecoveryPermission();
        OnReplaySuccess();

        // The journal may hold fewer events than the snapshot tells of, when those before it were deleted.
        LastSequenceNr = Math.Max(highestSequenceNr, LastSequenceNr);
        _sequenceNr = LastSequenceNr;
        _phase = Phase.ProcessingCommands;
        _taskStarted = false;
        try
        {
            base.AroundReceive(_recover!, RecoveryCompleted.Instance);
        }
        finally
        {
            if (!_taskStarted)
                UserCodeEnded(unstashAll: true);
        }
    }

    private void FailRecovery(Exception cause, object? message)
    {
        StopRecoveryTimer();
        ReturnRecoveryPermission();
        try
        {
            OnRecoveryFailure(cause, message);
        }
        finally
        {
            Context.Stop(Self);
        }
    }

    private void ReturnRecoveryPermission() => Extension.RecoveryPermitter().Tell(ReturnRecoveryPermit.Instance, Self);

    private void StopRecoveryTimer() => _recoveryTimer?.Cancel();
}
