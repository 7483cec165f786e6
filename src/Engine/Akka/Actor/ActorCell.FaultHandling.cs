using Akka.Actor.Internal;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

public partial class ActorCell
{
    // Whom the current failure is put down to: this actor, or the child whose failure it escalated. Null when all is well.
    private IActorRef? _failure;

    // The fresh instance of a restart failed too: its hooks must not run again, and it cannot be resumed.
    private bool _failedFatally;

    private void HandleCreate(ActorInitializationException? failure)
    {
        if (failure is not null)
            throw failure;
        ActorBase? created = null;
        try
        {
            created = NewActor();
            _actor = created;
            created.AroundPreStart();
            CheckReceiveTimeout();
            DebugLifecycle($"Started ({created})");
            if (_systemImpl.Settings.EmitActorTelemetry)
                _systemImpl.EventStream.Publish(new ActorStarted(_self, _props.Type));
        }
        catch (Exception e)
        {
            _timers?.CancelAll();
            if (created is not null)
            {
                ClearActor(created);
                _actor = null;
            }

            throw e is ActorInitializationException initialization
                ? initialization
                : new ActorInitializationException(_self, "Exception during creation", e);
        }
    }

    private void FaultRecreate(Exception cause)
    {
        if (_actor is null)
        {
            Publish(new Error(null, _self.Path.ToString(), GetType(), "changing Recreate into Create after " + cause));
            FaultCreate();
            return;
        }

        if (!_children.IsNormal)
        {
            // Already restarting or stopping; only the count of suspensions has to stay balanced.
            FaultResume(null);
            return;
        }

        var failed = _actor;
        DebugLifecycle("Restarting");
        _timers?.CancelAll();
        try
        {
            if (!_failedFatally)
                failed.AroundPreRestart(cause, CurrentMessage!);
        }
        catch (Exception e)
        {
            Publish(new Error(
                new PreRestartException(_self, e, cause, CurrentMessage), _self.Path.ToString(), failed.GetType(), e.Message));
        }
        finally
        {
            _timers?.CancelAll();
            ClearActor(failed);
        }

        if (!_children.SetTerminationReason(new SuspendReason.Recreation(cause)))
            FinishRecreate(cause);
    }

    private void FaultSuspend()
    {
        _mailbox.Suspend();
        SuspendChildren(exceptFor: null);
    }

    private void FaultResume(Exception? causedByFailure)
    {
        if (_actor is null)
        {
            Publish(new Error(null, _self.Path.ToString(), GetType(), "changing Resume into Create after " + causedByFailure));
            FaultCreate();
            return;
        }

        if (_failedFatally && causedByFailure is not null)
        {
            Publish(new Error(null, _self.Path.ToString(), GetType(), "changing Resume into Restart after " + causedByFailure));
            FaultRecreate(causedByFailure);
            return;
        }

        var perpetrator = _failure;
        try
        {
            _mailbox.Resume();
        }
        finally
        {
            if (causedByFailure is not null)
                ClearFailed();
        }

        ResumeChildren(causedByFailure, perpetrator);
    }

    private void FaultCreate()
    {
        SetReceiveTimeout(null);
        CancelReceiveTimeout();
        foreach (var child in _children.Refs)
            Stop(child);
        if (!_children.SetTerminationReason(new SuspendReason.Creation()))
            FinishCreate();
    }

    private void FinishCreate()
    {
        _mailbox.Resume();
        ClearFailed();
        HandleCreate(null);
    }

    private void FinishRecreate(Exception cause)
    {
        var failed = _actor;
        // The new instance may make children of its own; only the old ones are restarted with it.
        var survivors = _children.Refs;
        try
        {
            _mailbox.Resume();
            ClearFailed();
            var fresh = NewActor();
            _actor = fresh;
            if (ReferenceEquals(fresh, failed))
                fresh.Unclear();
            fresh.AroundPostRestart(cause, null!);
            CheckReceiveTimeout();
            DebugLifecycle($"Restarted ({fresh})");
            if (_systemImpl.Settings.EmitActorTelemetry)
                _systemImpl.EventStream.Publish(new ActorRestarted(_self, _props.Type, cause));
            foreach (var child in survivors)
                child.Restart(cause);
        }
        catch (Exception e)
        {
            _failedFatally = true;
            if (_actor is not null)
                ClearActor(_actor);
            HandleInvokeFailure(new PostRestartException(_self, e, cause), survivors);
        }
    }

    private void HandleTerminate()
    {
        SetReceiveTimeout(null);
        CancelReceiveTimeout();
        _timers?.CancelAll();
        // What this actor watches must not send it anything any more.
        UnwatchWatchedActors(_actor);
        foreach (var child in _children.Refs)
            Stop(child);

        if (_systemImpl.Aborting)
        {
            // Nobody is left to wait for the answers of actors elsewhere.
            foreach (var child in _children.Refs.Where(c => !c.IsLocal))
                _self.SendSystemMessage(new DeathWatchNotification(child, true, false));
        }

        var wasTerminating = _children.IsTerminating;
        if (!_children.SetTerminationReason(SuspendReason.Termination.Instance))
        {
            SetTerminated();
            FinishTerminate();
        }
        else if (!wasTerminating)
        {
            _mailbox.Suspend();
            // Failures during the shutdown are nobody's business any more.
            _failure ??= _self;
            DebugLifecycle("Stopping");
        }
    }

    private void HandleInvokeFailure(Exception cause, IReadOnlyCollection<IInternalActorRef>? childrenNotToSuspend = null)
    {
        if (IsFailed)
            return;
        try
        {
            _mailbox.Suspend();
            var culprit = CurrentMessage is Failed failed ? failed.Child : _self;
            _failure = culprit;
            SuspendChildren(child => !child.Equals(culprit) && childrenNotToSuspend?.Contains(child) != true);
            Parent.SendSystemMessage(new Failed(_self, cause, _self.Path.Uid));
        }
        catch (Exception e)
        {
            Publish(new Error(
                e, _self.Path.ToString(), _actor?.GetType() ?? GetType(),
                $"Emergency stop: exception in failure handling for {cause.GetType()} {cause}"));
            foreach (var child in _children.Refs)
                Stop(child);
            FinishTerminate();
        }
    }

    private void FinishTerminate()
    {
        var actor = _actor;
        try
        {
            actor?.AroundPostStop();
        }
        catch (Exception e)
        {
            Publish(new Error(e, _self.Path.ToString(), actor!.GetType(), e.Message));
        }

        try
        {
            Dispatcher.Detach(this);
        }
        finally
        {
            Parent.SendSystemMessage(new DeathWatchNotification(_self, true, false));
            TellWatchersWeDied();
            UnwatchWatchedActors(actor);
            DebugLifecycle("Stopped");
            if (actor is not null)
            {
                if (_systemImpl.Settings.EmitActorTelemetry)
                    _systemImpl.EventStream.Publish(new ActorStopped(_self, _props.Type));
                ClearActor(actor);
            }

            ClearActorCell();
            _actor = null;
        }
    }

    private void HandleFailed(Failed failed)
    {
        var previous = CurrentMessage;
        var previousSender = _sender;
        CurrentMessage = failed;
        _sender = failed.Child;
        if (!TryGetChildStatsByRef(failed.Child, out var stats))
        {
            DebugDropped(failed, "an unknown child");
        }
        else if (stats.Uid != failed.Uid)
        {
            DebugDropped(failed, $"an old child (uid {stats.Uid} != {failed.Uid})");
        }
        else if (_actor is null || !Strategy.HandleFailure(this, failed.Child, failed.Cause, stats, _children.Stats))
        {
            // Escalated: this actor fails with its child's failure.
            throw failed.Cause;
        }

        CurrentMessage = previous;
        _sender = previousSender;
    }

    private void HandleChildTerminated(IActorRef child)
    {
        var reason = _children.RemoveAndGetReason(child);
        if (_actor is not null)
        {
            try
            {
                Strategy.HandleChildTerminated(this, child, _children.RefsWhenAsked());
            }
            catch (Exception e)
            {
                Publish(new Error(e, _self.Path.ToString(), _actor.GetType(), "HandleChildTerminated failed"));
                HandleInvokeFailure(e);
            }
        }

        switch (reason)
        {
            case SuspendReason.Recreation recreation:
                FinishRecreate(recreation.Cause);
                break;
            case SuspendReason.Creation:
                FinishCreate();
                break;
            case SuspendReason.Termination:
                SetTerminated();
                FinishTerminate();
                break;
        }
    }

    private SupervisorStrategy Strategy =>
        _strategy ??= _props.SupervisorStrategy ?? _actor!.GetSupervisorStrategy() ?? SupervisorStrategy.DefaultStrategy;

    private SupervisorStrategy? _strategy;

    private void ClearFailed()
    {
        _failure = null;
        _failedFatally = false;
    }

    private void DebugDropped(Failed failed, string from)
    {
        if (_systemImpl.Settings.DebugLifecycle)
            Publish(new Debug(_self.Path.ToString(), _actor?.GetType() ?? GetType(), $"Dropping {failed} from {from}"));
    }
}
