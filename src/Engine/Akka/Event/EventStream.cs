using Akka.Actor;
using Akka.Actor.Internal;
using Akka.Util.Internal;

namespace Akka.Event;

/// <summary>A system's bus for log events, dead letters and whatever users publish, by type.</summary>
public class EventStream : LoggingBus
{
    private readonly bool _debug;
    private readonly Lock _unsubscriberGate = new();
    private readonly HashSet<IActorRef> _subscribedBeforeUnsubscriber = [];
    private IActorRef? _unsubscriber;

    public EventStream(bool debug)
    {
        _debug = debug;
    }

    public override bool Subscribe(IActorRef subscriber, Type channel)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        RegisterWithUnsubscriber(subscriber);
        Report($"subscribing {subscriber} to channel {channel}");
        return base.Subscribe(subscriber, channel);
    }

    public override bool Unsubscribe(IActorRef subscriber, Type channel)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        var changed = base.Unsubscribe(subscriber, channel);
        Report($"unsubscribing {subscriber} from channel {channel}");
        _unsubscriber?.Tell(new EventStreamUnsubscriber.Forget(subscriber));
        return changed;
    }

    public override bool Unsubscribe(IActorRef subscriber)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        var changed = base.Unsubscribe(subscriber);
        Report($"unsubscribing {subscriber} from all channels");
        _unsubscriber?.Tell(new EventStreamUnsubscriber.Forget(subscriber));
        return changed;
    }

    /// <summary>From now on, subscribers that stop are unsubscribed.</summary>
    public void StartUnsubscriber(ActorSystemImpl system)
    {
        lock (_unsubscriberGate)
        {
            if (_unsubscriber is not null) return;
            var unsubscriber = system.SystemActorOf(
                Props.Create(() => new EventStreamUnsubscriber(this)).WithDispatcher(Dispatch.Dispatchers.InternalDispatcherId),
                EventStreamUnsubscriber.NextName());
            foreach (var subscriber in _subscribedBeforeUnsubscriber)
                unsubscriber.Tell(new EventStreamUnsubscriber.Register(subscriber));
            _subscribedBeforeUnsubscriber.Clear();
            _unsubscriber = unsubscriber;
        }
    }

    private void RegisterWithUnsubscriber(IActorRef subscriber)
    {
        // What has no actor behind it never stops.
        if (subscriber is MinimalLogger) return;
        lock (_unsubscriberGate)
        {
            if (_unsubscriber is null) _subscribedBeforeUnsubscriber.Add(subscriber);
            else _unsubscriber.Tell(new EventStreamUnsubscriber.Register(subscriber));
        }
    }

    private void Report(string what)
    {
        if (_debug) Publish(new Debug(SimpleName(this), GetType(), what));
    }
}

public static class EventStreamExtensions
{
    public static bool Subscribe<TChannel>(this EventStream eventStream, IActorRef subscriber) =>
        eventStream.Subscribe(subscriber, typeof(TChannel));

    public static bool Unsubscribe<TChannel>(this EventStream eventStream, IActorRef subscriber) =>
        eventStream.Unsubscribe(subscriber, typeof(TChannel));
}

/// <summary>Watches the subscribers of an event stream, and unsubscribes those that have stopped.</summary>
internal sealed class EventStreamUnsubscriber(EventStream eventStream) : ActorBase
{
    private static readonly AtomicCounter Names = new(0);

    public static string NextName() => $"EventStreamUnsubscriber-{Names.IncrementAndGet()}";

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case Register register:
                Context.Watch(register.Actor);
                return true;
            case Forget forget:
                if (!eventStream.HasSubscriptions(forget.Actor)) Context.Unwatch(forget.Actor);
                return true;
            case Terminated terminated:
                eventStream.Unsubscribe(terminated.ActorRef);
                return true;
            default:
                return false;
        }
    }

    internal sealed record Register(IActorRef Actor) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    internal sealed record Forget(IActorRef Actor) : INoSerializationVerificationNeeded, IDeadLetterSuppression;
}

/// <summary>Logs what actors left unhandled, where <c>akka.actor.debug.unhandled</c> is on.</summary>
internal sealed class UnhandledMessageForwarder : ActorBase
{
    protected override bool Receive(object message)
    {
        if (message is not UnhandledMessage unhandled) return false;
        Context.System.EventStream.Publish(new Debug(
            LogSource.FromActorRef(unhandled.Recipient, Context.System), unhandled.Recipient.GetType(),
            $"Unhandled message from {unhandled.Sender} : {unhandled.Message}"));
        return true;
    }
}
