using Akka.Event;

namespace Akka.Actor;

/// <summary>An actor for those who are none: gathers messages until somebody asks for them.</summary>
public interface IInboxable : ICanWatch
{
    IActorRef Receiver { get; }

    object Receive();

    object Receive(TimeSpan timeout);

    Task<object> ReceiveAsync();

    Task<object> ReceiveAsync(TimeSpan timeout);

    object ReceiveWhere(Predicate<object> predicate);

    object ReceiveWhere(Predicate<object> predicate, TimeSpan timeout);

    void Send(IActorRef target, object message);
}

public class Inbox : IInboxable, IDisposable
{
    private static int s_number;

    private readonly ActorSystem _system;
    private readonly TimeSpan _defaultTimeout;
    private readonly InboxQueue _queue;

    internal Inbox(ActorSystem system, TimeSpan defaultTimeout, InboxQueue queue, IActorRef receiver)
    {
        _system = system;
        _defaultTimeout = defaultTimeout;
        _queue = queue;
        Receiver = receiver;
    }

    public IActorRef Receiver { get; }

    public static Inbox Create(ActorSystem system)
    {
        var config = system.Settings.Config.GetConfig("akka.actor.inbox");
        var queue = new InboxQueue(config.GetInt("inbox-size", 1000));
        var receiver = ((ExtendedActorSystem)system).SystemActorOf(
            Props.Create(() => new InboxActor(queue)), "inbox-" + Interlocked.Increment(ref s_number));
        return new Inbox(system, config.GetTimeSpan("default-timeout", TimeSpan.FromSeconds(5)), queue, receiver);
    }

    public IActorRef Watch(IActorRef subject)
    {
        Receiver.Tell(new InboxActor.StartWatch(subject, null), ActorRefs.NoSender);
        return subject;
    }

    public IActorRef WatchWith(IActorRef subject, object message)
    {
        Receiver.Tell(new InboxActor.StartWatch(subject, message), ActorRefs.NoSender);
        return subject;
    }

    public IActorRef Unwatch(IActorRef subject)
    {
        Receiver.Tell(new InboxActor.StopWatch(subject), ActorRefs.NoSender);
        return subject;
    }

    public void Send(IActorRef actorRef, object message) => actorRef.Tell(message, Receiver);

    /// <exception cref="TimeoutException">Nothing came in time.</exception>
    public object Receive() => Receive(_defaultTimeout);

    public object Receive(TimeSpan timeout) => ReceiveWhere(_ => true, timeout);

    public object ReceiveWhere(Predicate<object> predicate) => ReceiveWhere(predicate, _defaultTimeout);

    /// <summary>Takes the first message that fits; the others stay.</summary>
    /// <param name="predicate">What fits.</param>
    /// <param name="timeout">How long to wait for it.</param>
    /// <exception cref="TimeoutException">Nothing that fits came in time.</exception>
    public object ReceiveWhere(Predicate<object> predicate, TimeSpan timeout)
    {
        try
        {
            return _queue.Take(predicate, timeout).GetAwaiter().GetResult();
        }
        catch (TimeoutException)
        {
            throw new TimeoutException(LateMessage(timeout));
        }
    }

    public Task<object> ReceiveAsync() => ReceiveAsync(_defaultTimeout);

    /// <returns>The next message, or a <see cref="Status.Failure"/> when none came in time.</returns>
    public async Task<object> ReceiveAsync(TimeSpan timeout)
    {
        try
        {
            return await _queue.Take(_ => true, timeout).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return new Status.Failure(new TimeoutException(LateMessage(timeout)));
        }
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
            _system.Stop(Receiver);
    }

    private string LateMessage(TimeSpan timeout) =>
        $"Inbox {Receiver.Path} didn't receive a response message in specified timeout {timeout}";
}

/// <summary>The messages of an inbox, and those who wait for one.</summary>
internal sealed class InboxQueue(int capacity)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<object> _messages = new();
    private readonly LinkedList<Waiter> _waiters = new();

    /// <returns>False when the inbox is full.</returns>
    public bool Add(object message)
    {
        lock (_lock)
        {
            for (var node = _waiters.First; node is not null; node = node.Next)
            {
                if (!node.Value.Predicate(message))
                    continue;
                _waiters.Remove(node);
                node.Value.Result.SetResult(message);
                return true;
            }

            if (_messages.Count >= capacity)
                return false;
            _messages.AddLast(message);
            return true;
        }
    }

    public async Task<object> Take(Predicate<object> predicate, TimeSpan timeout)
    {
        if (timeout < TimeSpan.Zero)
            timeout = TimeSpan.Zero;
        var waiter = new Waiter(predicate, new TaskCompletionSource<object>(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_lock)
        {
            for (var node = _messages.First; node is not null; node = node.Next)
            {
                if (!predicate(node.Value))
                    continue;
                _messages.Remove(node);
                return node.Value;
            }

            _waiters.AddLast(waiter);
        }

        try
        {
            return await waiter.Result.Task.WaitAsync(timeout).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // It may have come in the very moment that the wait ended.
            lock (_lock)
            {
                if (!_waiters.Remove(waiter))
                    return waiter.Result.Task.Result;
            }

            throw;
        }
    }

    private sealed record Waiter(Predicate<object> Predicate, TaskCompletionSource<object> Result);
}

internal sealed class InboxActor(InboxQueue queue) : ActorBase
{
    private bool _warned;

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case StartWatch { Message: { } custom } start:
                Context.WatchWith(start.Target, custom);
                break;
            case StartWatch start:
                Context.Watch(start.Target);
                break;
            case StopWatch stop:
                Context.Unwatch(stop.Target);
                break;
            default:
                Keep(message);
                break;
        }

        return true;
    }

    private void Keep(object message)
    {
        if (queue.Add(message))
        {
            _warned = false;
        }
        else if (!_warned)
        {
            // Once for each time that it fills up.
            _warned = true;
            Context.System.EventStream.Publish(new Warning(
                Self.ToString()!, GetType(),
                "Dropping message: Inbox size has been exceeded,"
                + " use akka.actor.inbox.inbox-size to increase maximum allowed inbox size."));
        }
    }

    public sealed record StartWatch(IActorRef Target, object? Message);

    public sealed record StopWatch(IActorRef Target);
}
