using Akka.Actor;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

public abstract partial class TestKitBase
{
    public T ExpectMsgAnyOf<T>(IEnumerable<T> messages, CancellationToken cancellationToken = default) =>
        AnyOf(Waiting.OnThread, messages, cancellationToken).Result();

    public ValueTask<T> ExpectMsgAnyOfAsync<T>(IEnumerable<T> messages, CancellationToken cancellationToken = default) =>
        AnyOf(Waiting.Async, messages, cancellationToken);

    /// <summary>Expects all these messages and no other between them, in any order.</summary>
    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(params T[] messages) => ExpectMsgAllOf((IReadOnlyCollection<T>)messages);

    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(TimeSpan max, params T[] messages) =>
        ExpectMsgAllOf(max, (IReadOnlyCollection<T>)messages);

    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default) =>
        AllOf(Waiting.OnThread, RemainingOrDefault, messages, cancellationToken).Result();

    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(
        TimeSpan max, IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default) =>
        AllOf(Waiting.OnThread, Limit(max), messages, cancellationToken).Result();

    public IAsyncEnumerable<T> ExpectMsgAllOfAsync<T>(
        IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default) =>
        AllOf(Waiting.Async, RemainingOrDefault, messages, cancellationToken);

    public IAsyncEnumerable<T> ExpectMsgAllOfAsync<T>(
        TimeSpan max, IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default) =>
        AllOf(Waiting.Async, Limit(max), messages, cancellationToken);

    public IReadOnlyCollection<object> ExpectMsgAllOfMatchingPredicates(params PredicateInfo[] predicates) =>
        AllMatching(Waiting.OnThread, RemainingOrDefault, predicates, default).Result();

    public IReadOnlyCollection<object> ExpectMsgAllOfMatchingPredicates(TimeSpan max, params PredicateInfo[] predicates) =>
        AllMatching(Waiting.OnThread, Limit(max), predicates, default).Result();

    public IReadOnlyCollection<object> ExpectMsgAllOfMatchingPredicates(
        IReadOnlyCollection<PredicateInfo> predicates, CancellationToken cancellationToken) =>
        AllMatching(Waiting.OnThread, RemainingOrDefault, predicates, cancellationToken).Result();

    public IReadOnlyCollection<object> ExpectMsgAllOfMatchingPredicates(
        TimeSpan max, IReadOnlyCollection<PredicateInfo> predicates, CancellationToken cancellationToken) =>
        AllMatching(Waiting.OnThread, Limit(max), predicates, cancellationToken).Result();

    public IAsyncEnumerable<object> ExpectMsgAllOfMatchingPredicatesAsync(
        IReadOnlyCollection<PredicateInfo> predicates, CancellationToken cancellationToken = default) =>
        AllMatching(Waiting.Async, RemainingOrDefault, predicates, cancellationToken);

    public IAsyncEnumerable<object> ExpectMsgAllOfMatchingPredicatesAsync(
        TimeSpan max, IReadOnlyCollection<PredicateInfo> predicates, CancellationToken cancellationToken = default) =>
        AllMatching(Waiting.Async, Limit(max), predicates, cancellationToken);

    public T ExpectMsgFrom<T>(
        IActorRef sender, TimeSpan? duration = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(Waiting.OnThread, From<T>(sender, hint), duration, hint, cancellationToken).Result();

    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender, TimeSpan? duration = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(Waiting.Async, From<T>(sender, hint), duration, hint, cancellationToken);

    public T ExpectMsgFrom<T>(
        IActorRef sender, T message, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(Waiting.OnThread, Equal(message, hint) + From<T>(sender, hint), timeout, hint, cancellationToken).Result();

    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender, T message, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(Waiting.Async, Equal(message, hint) + From<T>(sender, hint), timeout, hint, cancellationToken);

    public T ExpectMsgFrom<T>(
        IActorRef sender, Predicate<T> isMessage, TimeSpan? timeout = null, string? hint = null,
        CancellationToken cancellationToken = default) =>
        Expect(Waiting.OnThread, From<T>(sender, hint) + Fits(isMessage, hint), timeout, hint, cancellationToken).Result();

    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender, Predicate<T> isMessage, TimeSpan? timeout = null, string? hint = null,
        CancellationToken cancellationToken = default) =>
        Expect(Waiting.Async, From<T>(sender, hint) + Fits(isMessage, hint), timeout, hint, cancellationToken);

    public T ExpectMsgFrom<T>(
        Predicate<IActorRef> isSender, Predicate<T> isMessage, TimeSpan? timeout = null, string? hint = null,
        CancellationToken cancellationToken = default) =>
        Expect(Waiting.OnThread, From<T>(isSender, hint) + Fits(isMessage, hint), timeout, hint, cancellationToken).Result();

    public ValueTask<T> ExpectMsgFromAsync<T>(
        Predicate<IActorRef> isSender, Predicate<T> isMessage, TimeSpan? timeout = null, string? hint = null,
        CancellationToken cancellationToken = default) =>
        Expect(Waiting.Async, From<T>(isSender, hint) + Fits(isMessage, hint), timeout, hint, cancellationToken);

    public T ExpectMsgFrom<T>(
        IActorRef sender, Action<T> assertMessage, TimeSpan? timeout = null, string? hint = null,
        CancellationToken cancellationToken = default) =>
        Expect(Waiting.OnThread, From<T>(sender, hint) + Asserted(assertMessage), timeout, hint, cancellationToken).Result();

    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender, Action<T> assertMessage, TimeSpan? timeout = null, string? hint = null,
        CancellationToken cancellationToken = default) =>
        Expect(Waiting.Async, From<T>(sender, hint) + Asserted(assertMessage), timeout, hint, cancellationToken);

    public T ExpectMsgFrom<T>(
        Action<IActorRef> assertSender, Action<T> assertMessage, TimeSpan? timeout = null, string? hint = null,
        CancellationToken cancellationToken = default) =>
        Expect(Waiting.OnThread, AssertedFrom<T>(assertSender) + Asserted(assertMessage), timeout, hint, cancellationToken).Result();

    public ValueTask<T> ExpectMsgFromAsync<T>(
        Action<IActorRef> assertSender, Action<T> assertMessage, TimeSpan? timeout = null, string? hint = null,
        CancellationToken cancellationToken = default) =>
        Expect(Waiting.Async, AssertedFrom<T>(assertSender) + Asserted(assertMessage), timeout, hint, cancellationToken);

    private static Action<T, IActorRef> Asserted<T>(Action<T> assert) => (message, _) => assert(message);

    private static Action<T, IActorRef> AssertedFrom<T>(Action<IActorRef> assert) => (_, sender) => assert(sender);

    private Action<T, IActorRef> From<T>(IActorRef expected, string? hint) => (_, sender) => _assertions.AssertEqual(
        expected, sender, "Sender does not match. Got a message from {0}. But expected {1}.{2}", sender, expected, Hint(hint));

    private Action<T, IActorRef> From<T>(Predicate<IActorRef> isSender, string? hint) => (_, sender) => _assertions.AssertTrue(
        isSender(sender), "The sender does not match the predicate: {0}.{1}", sender, Hint(hint));

    private async ValueTask<T> AnyOf<T>(Waiting waiting, IEnumerable<T> messages, CancellationToken cancellationToken)
    {
        var expected = messages.ToList();
        var limit = RemainingOrDefault;
        var (success, envelope) = await TryReceive(waiting, limit, cancellationToken);
        _assertions.AssertTrue(success, "Timeout {0} while waiting for any of [{1}]", limit, string.Join(", ", expected));
        _assertions.AssertTrue(
            envelope.Message is T message && expected.Contains(message), "Found unexpected {0}, expected any of [{1}]",
            envelope.Message, string.Join(", ", expected));
        return (T)envelope.Message;
    }

    private async IAsyncEnumerable<T> AllOf<T>(
        Waiting waiting, TimeSpan max, IReadOnlyCollection<T> messages,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var received = new List<object>();
        await foreach (var message in ReceiveNCore(waiting, messages.Count, max, cancellationToken)) received.Add(message);

        var missing = messages.Where(expected => !received.Exists(message => Equals(expected, message))).ToList();
        var unexpected = received.Where(message => !messages.Any(expected => Equals(expected, message))).ToList();
        _assertions.AssertTrue(
            missing.Count == 0 && unexpected.Count == 0, "Not found [{0}], found unexpected [{1}]",
            string.Join(", ", missing), string.Join(", ", unexpected));
        foreach (var message in received) yield return (T)message;
    }

    private async IAsyncEnumerable<object> AllMatching(
        Waiting waiting, TimeSpan max, IReadOnlyCollection<PredicateInfo> predicates,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var received = new List<object>();
        await foreach (var message in ReceiveNCore(waiting, predicates.Count, max, cancellationToken)) received.Add(message);

        var unmet = predicates.Count(predicate => !received.Exists(predicate.Matches));
        var unexpected = received.Where(message => !predicates.Any(predicate => predicate.Matches(message))).ToList();
        _assertions.AssertTrue(
            unmet == 0 && unexpected.Count == 0, "No message fits {0} of the predicates, and unexpected is [{1}]", unmet,
            string.Join(", ", unexpected));
        foreach (var message in received) yield return message;
    }
}
