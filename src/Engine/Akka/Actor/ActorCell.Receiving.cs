using Akka.Actor.Internal;
using Akka.Dispatch;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

public partial class ActorCell
{
    public void Invoke(Envelope envelope)
    {
        var message = envelope.Message;
        var influencesReceiveTimeout = _receiveTimeout is null || message is not INotInfluenceReceiveTimeout;
        try
        {
            CurrentMessage = message;
            CurrentEnvelopeId++;
            _sender = envelope.Sender;
            if (_receiveTimeout is not null && influencesReceiveTimeout)
                CancelReceiveTimeout();
            if (message is IAutoReceivedMessage)
                AutoReceiveMessage(envelope);
            else
                ReceiveMessage(message);
            CurrentMessage = null;
        }
        catch (Exception cause)
        {
            HandleInvokeFailure(cause);
        }
        finally
        {
            if (_receiveTimeout is not null)
                CheckReceiveTimeout(influencesReceiveTimeout);
        }
    }

    /// <summary>Runs a message through the behaviour on the caller's thread, for test kits.</summary>
    public void ReceiveMessageForTest(Envelope envelope)
    {
        var message = envelope.Message;
        CurrentMessage = message;
        _sender = envelope.Sender;
        try
        {
            if (message is IAutoReceivedMessage)
                AutoReceiveMessage(envelope);
            else
                ReceiveMessage(message);
        }
        finally
        {
            CurrentMessage = null;
        }
    }

    protected virtual void ReceiveMessage(object message)
    {
        if (_timers is not null && message is TimerMessage timer)
        {
            if (_timers.Accept(timer) is not { } due)
                return;
            message = due;
            CurrentMessage = due;
            if (message is IAutoReceivedMessage)
            {
                AutoReceiveMessage(new Envelope(message, _sender));
                return;
            }
        }

        var handled = _actor!.AroundReceive(_behaviour, message);
        if (_logsWhatItReceives)
            LogReceived(message, handled);
    }

    protected virtual void AutoReceiveMessage(Envelope envelope)
    {
        var message = envelope.Message;
        if (_systemImpl.Settings.DebugAutoReceive)
            Publish(new Debug(_self.Path.ToString(), _actor?.GetType() ?? GetType(), "received AutoReceiveMessage " + message));

        switch (message)
        {
            case Terminated terminated:
                ReceivedTerminated(terminated);
                break;
            case AddressTerminated address:
                AddressTerminated(address.Address);
                break;
            case Kill:
                throw new ActorKilledException("Kill");
            case PoisonPill:
                _self.Stop();
                break;
            case ActorSelectionMessage selection:
                ReceiveSelection(selection);
                break;
            case Identify identify:
                Sender.Tell(new ActorIdentity(identify.MessageId, _self), _self);
                break;
            default:
                ReceiveMessage(message);
                break;
        }
    }

    private void ReceiveSelection(ActorSelectionMessage selection)
    {
        if (selection.Elements.Length == 0)
            Invoke(new Envelope(selection.Message, Sender, _systemImpl));
        else
            Akka.Actor.ActorSelection.DeliverSelection(_self, Sender, selection);
    }

    private void LogReceived(object message, bool handled)
    {
        var text = $"received {(handled ? "handled" : "unhandled")} message {message} from {Sender}";
        Publish(new Debug(_self.Path.ToString(), _actor!.GetType(), text));
    }

    /// <summary>
    /// Processes one system message. While this actor waits for children to end, or is suspended, some have to wait; they come back
    /// as soon as the state lets them through.
    /// </summary>
    internal void SystemInvoke(SystemMessage message)
    {
        var before = CurrentState();
        if (MustWait(message, before))
        {
            (_systemStash ??= new Queue<SystemMessage>()).Enqueue(message);
            return;
        }

        Handle(message);
        if (_systemStash is not null && (IsTerminated || CurrentState() < before))
            ReleaseStashed();
    }

    private enum ProcessingState
    {
        Default,
        Suspended,
        WaitingForChildren,
    }

    private Queue<SystemMessage>? _systemStash;

    private ProcessingState CurrentState() => _children.IsWaitingForChildren ? ProcessingState.WaitingForChildren
        : _mailbox.IsSuspended() ? ProcessingState.Suspended
        : ProcessingState.Default;

    private static bool MustWait(SystemMessage message, ProcessingState state) => state switch
    {
        ProcessingState.Default => false,
        ProcessingState.Suspended => message is Failed,
        _ => message is Failed or Recreate or Dispatch.SysMsg.Suspend or Dispatch.SysMsg.Resume,
    };

    private void ReleaseStashed()
    {
        // One pass over what waits now; what is stashed again keeps its order behind.
        var stash = _systemStash!;
        for (var left = stash.Count; left > 0 && !IsTerminated; left--)
        {
            var next = stash.Dequeue();
            if (MustWait(next, CurrentState()))
                stash.Enqueue(next);
            else
                Handle(next);
        }

        if (IsTerminated)
        {
            while (stash.TryDequeue(out var late))
                Dispatcher.Mailboxes.DeadLetterMailbox.SystemEnqueue(_self, late);
        }

        if (stash.Count == 0)
            _systemStash = null;
    }

    private void Handle(SystemMessage message)
    {
        try
        {
            switch (message)
            {
                case ActorTask task:
                    TaskScheduler.Execute(task.Task);
                    break;
                case ActorTaskCompleted completed:
                    HandleTaskCompleted(completed);
                    break;
                case Failed failed:
                    HandleFailed(failed);
                    break;
                case DeathWatchNotification death:
                    WatchedActorTerminated(death.Actor, death.ExistenceConfirmed, death.AddressTerminated);
                    break;
                case Create create:
                    HandleCreate(create.Failure);
                    break;
                case Watch watch:
                    AddWatcher(watch.Watchee, watch.Watcher);
                    break;
                case Unwatch unwatch:
                    RemWatcher(unwatch.Watchee, unwatch.Watcher);
                    break;
                case Recreate recreate:
                    FaultRecreate(recreate.Cause!);
                    break;
                case Dispatch.SysMsg.Suspend:
                    FaultSuspend();
                    break;
                case Dispatch.SysMsg.Resume resume:
                    FaultResume(resume.CausedByFailure);
                    break;
                case Terminate:
                    HandleTerminate();
                    break;
                case Supervise supervise:
                    HandleSupervise(supervise.Child);
                    break;
                case Dispatch.SysMsg.Stop:
                    Stop();
                    break;
                case Escalate escalate:
                    throw escalate.Reason;
            }
        }
        catch (Exception cause)
        {
            HandleInvokeFailure(cause);
        }
    }

    private void HandleTaskCompleted(ActorTaskCompleted completed)
    {
        _mailbox.Resume();
        TaskScheduler.Completed();
        var message = completed.Message;
        if (completed.Failure is { } failure)
        {
            // The restart hooks are told the message whose asynchronous handler failed.
            CurrentMessage = message;
            HandleInvokeFailure(failure);
        }
        else
        {
            CurrentMessage = null;
        }

        if (_receiveTimeout is not null)
            CheckReceiveTimeout(message is not INotInfluenceReceiveTimeout);
    }

    internal void SuspendForTask() => _mailbox.Suspend();

    /// <summary>Before a later step of an asynchronous handler: the message and its sender are still those that it began with.</summary>
    internal void RestoreMessage(object? message, IActorRef sender)
    {
        CurrentMessage = message;
        _sender = sender;
    }
}
