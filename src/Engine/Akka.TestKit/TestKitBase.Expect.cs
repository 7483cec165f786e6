using Akka.Actor;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

public abstract partial class TestKitBase
{
    public T ExpectMsg<T>(TimeSpan? duration = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect<T>(Waiting.OnThread, null, duration, hint, cancellationToken).Result();

    public ValueTask<T> ExpectMsgAsync<T>(
        TimeSpan? duration = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect<T>(Waiting.Async, null, duration, hint, cancellationToken);

    public T ExpectMsg<T>(
        T message, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(Waiting.OnThread, Equal(message, hint), timeout, hint, cancellationToken).Result();

    public ValueTask<T> ExpectMsgAsync<T>(
        T message, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(Waiting.Async, Equal(message, hint), timeout, hint, cancellationToken);

    public T ExpectMsg<T>(
        T expected, Func<T, T, bool> comparer, TimeSpan? timeout = null, string? hint = null,
        CancellationToken cancellationToken = default) =>
        Expect(Waiting.OnThread, Equal(expected, comparer, hint), timeout, hint, cancellationToken).Result();

    public ValueTask<T> ExpectMsgAsync<T>(
        T expected, Func<T, T, bool> comparer, TimeSpan? timeout = null, string? hint = null,
        CancellationToken cancellationToken = default) =>
        Expect(Waiting.Async, Equal(expected, comparer, hint), timeout, hint, cancellationToken);

    public T ExpectMsg<T>(
        Predicate<T> isMessage, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(Waiting.OnThread, Fits(isMessage, hint), timeout, hint, cancellationToken).Result();

    public ValueTask<T> ExpectMsgAsync<T>(
        Predicate<T> isMessage, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(Waiting.Async, Fits(isMessage, hint), timeout, hint, cancellationToken);

    public T ExpectMsg<T>(
        Func<T, IActorRef, bool> isMessageAndSender, TimeSpan? timeout = null, string? hint = null,
        CancellationToken cancellationToken = default) =>
        Expect(Waiting.OnThread, Fits(isMessageAndSender, hint), timeout, hint, cancellationToken).Result();

    public ValueTask<T> ExpectMsgAsync<T>(
        Func<T, IActorRef, bool> isMessageAndSender, TimeSpan? timeout = null, string? hint = null,
        CancellationToken cancellationToken = default) =>
        Expect(Waiting.Async, Fits(isMessageAndSender, hint), timeout, hint, cancellationToken);

    public T ExpectMsg<T>(
        Action<T> assert, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect<T>(Waiting.OnThread, (message, _) => assert(message), timeout, hint, cancellationToken).Result();

    public ValueTask<T> ExpectMsgAsync<T>(
        Action<T> assert, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect<T>(Waiting.Async, (message, _) => assert(message), timeout, hint, cancellationToken);

    public T ExpectMsg<T>(
        Action<T, IActorRef> assert, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(Waiting.OnThread, assert, timeout, hint, cancellationToken).Result();

    public ValueTask<T> ExpectMsgAsync<T>(
        Action<T, IActorRef> assert, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(Waiting.Async, assert, timeout, hint, cancellationToken);

    public Terminated ExpectTerminated(
        IActorRef target, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(Waiting.OnThread, IsTerminationOf(target, hint), timeout, hint, cancellationToken).Result();

    public ValueTask<Terminated> ExpectTerminatedAsync(
        IActorRef target, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(Waiting.Async, IsTerminationOf(target, hint), timeout, hint, cancellationToken);

    public void ExpectNoMsg(CancellationToken cancellationToken = default) => ExpectNoMsg(RemainingOrDefault, cancellationToken);

    public void ExpectNoMsg(TimeSpan duration, CancellationToken cancellationToken = default) =>
        ExpectNone(Waiting.OnThread, duration, cancellationToken).Result();

    public void ExpectNoMsg(int milliseconds, CancellationToken cancellationToken = default) =>
        ExpectNoMsg(TimeSpan.FromMilliseconds(milliseconds), cancellationToken);

    public ValueTask ExpectNoMsgAsync(CancellationToken cancellationToken = default) =>
        ExpectNone(Waiting.Async, RemainingOrDefault, cancellationToken);

    public ValueTask ExpectNoMsgAsync(TimeSpan duration, CancellationToken cancellationToken = default) =>
        ExpectNone(Waiting.Async, duration, cancellationToken);

    public ValueTask ExpectNoMsgAsync(int milliseconds, CancellationToken cancellationToken = default) =>
        ExpectNone(Waiting.Async, TimeSpan.FromMilliseconds(milliseconds), cancellationToken);

    private Action<T, IActorRef> Equal<T>(T expected, string? hint) => (message, sender) => _assertions.AssertEqual(
        expected, message, "Expected message {0}, but received {1} instead from {2}.{3}", expected!, message!, sender, Hint(hint));

    private Action<T, IActorRef> Equal<T>(T expected, Func<T, T, bool> comparer, string? hint) => (message, sender) =>
        _assertions.AssertEqual(
            expected, message, comparer, "Expected message {0}, but received {1} instead from {2}.{3}", expected!, message!, sender,
            Hint(hint));

    private Action<T, IActorRef> Fits<T>(Predicate<T> predicate, string? hint) => (message, sender) => _assertions.AssertTrue(
        predicate(message), "Got a message of the expected type <{0}> from {1}. Also expected {2} but the message {{{3}}} did not match.",
        typeof(T), sender, string.IsNullOrEmpty(hint) ? "the predicate to return true" : hint, message!);

    private Action<T, IActorRef> Fits<T>(Func<T, IActorRef, bool> predicate, string? hint) => (message, sender) =>
        Fits<T>(candidate => predicate(candidate, sender), hint)(message, sender);

    private Action<Terminated, IActorRef> IsTerminationOf(IActorRef target, string? hint) => (terminated, _) =>
        _assertions.AssertEqual(
            target, terminated.ActorRef, "Expected that {0} has terminated, but {1} has.{2}", target, terminated.ActorRef, Hint(hint));

    private async ValueTask<T> Expect<T>(
        Waiting waiting, Action<T, IActorRef>? assert, TimeSpan? timeout, string? hint, CancellationToken cancellationToken)
    {
        var envelope = await ExpectEnvelope<T>(waiting, timeout, hint, cancellationToken);
        var message = (T)envelope.Message;
        assert?.Invoke(message, envelope.Sender);
        return message;
    }

    private async ValueTask<MessageEnvelope> ExpectEnvelope<T>(
        Waiting waiting, TimeSpan? timeout, string? hint, CancellationToken cancellationToken)
    {
        var limit = RemainingOrDilated(timeout);
        var (success, envelope) = await TryReceive(waiting, limit, cancellationToken);
        _assertions.AssertTrue(success, "Failed: Timeout {0} while waiting for a message of type {1}{2}", limit, typeof(T), Hint(hint));
        _assertions.AssertTrue(
            envelope.Message is T, "Failed: Expected a message of type {0}, but received {{{2}}} (type {1}) instead from {3}.{4}",
            typeof(T), envelope.Message?.GetType()!, envelope.Message!, envelope.Sender, Hint(hint));
        return envelope;
    }

    private async ValueTask ExpectNone(Waiting waiting, TimeSpan duration, CancellationToken cancellationToken)
    {
        var (received, envelope) = await TryReceive(waiting, duration, cancellationToken);
        _assertions.AssertFalse(
            received, "Failed: Expected no messages during {0}, instead we received {1}", duration, envelope);
        _lastWasNoMsg = true;
    }
}
