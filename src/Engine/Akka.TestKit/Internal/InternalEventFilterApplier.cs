using Akka.Actor;
using Akka.Event;
using Akka.TestKit.TestEvent;

namespace Akka.TestKit.Internal;

public class InternalEventFilterApplier : IEventFilterApplier
{
    private readonly TestKitBase _testkit;
    private readonly ActorSystem _actorSystem;
    private readonly IReadOnlyList<EventFilterBase> _filters;

    public InternalEventFilterApplier(TestKitBase testkit, ActorSystem system, IReadOnlyList<EventFilterBase> filters)
    {
        _testkit = testkit;
        _actorSystem = system;
        _filters = filters;
    }

    public EventFilterFactory And => new(_testkit, _actorSystem, _filters);

    public void ExpectOne(Action action, CancellationToken cancellationToken = default) =>
        Run(Returning(action), null, 1, cancellationToken);

    public Task ExpectOneAsync(Func<Task> actionAsync, CancellationToken cancellationToken = default) =>
        RunAsync(Returning(actionAsync), null, 1, cancellationToken);

    public Task ExpectOneAsync(Action action, CancellationToken cancellationToken = default) =>
        RunAsync(ReturningTask(action), null, 1, cancellationToken);

    public void ExpectOne(TimeSpan timeout, Action action, CancellationToken cancellationToken = default) =>
        Run(Returning(action), timeout, 1, cancellationToken);

    public Task ExpectOneAsync(TimeSpan timeout, Func<Task> actionAsync, CancellationToken cancellationToken = default) =>
        RunAsync(Returning(actionAsync), timeout, 1, cancellationToken);

    public void Expect(int expectedCount, Action action, CancellationToken cancellationToken = default) =>
        Run(Returning(action), null, expectedCount, cancellationToken);

    public Task ExpectAsync(int expectedCount, Func<Task> actionAsync, CancellationToken cancellationToken = default) =>
        RunAsync(Returning(actionAsync), null, expectedCount, cancellationToken);

    public Task ExpectAsync(
        int expectedCount, Func<Task> actionAsync, TimeSpan? timeout, CancellationToken cancellationToken = default) =>
        RunAsync(Returning(actionAsync), timeout, expectedCount, cancellationToken);

    public void Expect(int expectedCount, TimeSpan timeout, Action action, CancellationToken cancellationToken = default) =>
        Run(Returning(action), timeout, expectedCount, cancellationToken);

    public Task ExpectAsync(int expectedCount, TimeSpan timeout, Action action, CancellationToken cancellationToken = default) =>
        RunAsync(ReturningTask(action), timeout, expectedCount, cancellationToken);

    public Task ExpectAsync(
        int expectedCount, TimeSpan timeout, Func<Task> actionAsync, CancellationToken cancellationToken = default) =>
        RunAsync(Returning(actionAsync), timeout, expectedCount, cancellationToken);

    public T ExpectOne<T>(Func<T> func, CancellationToken cancellationToken = default) => Run(func, null, 1, cancellationToken);

    public Task<T> ExpectOneAsync<T>(Func<Task<T>> funcAsync, CancellationToken cancellationToken = default) =>
        RunAsync(funcAsync, null, 1, cancellationToken);

    public T ExpectOne<T>(TimeSpan timeout, Func<T> func, CancellationToken cancellationToken = default) =>
        Run(func, timeout, 1, cancellationToken);

    public Task<T> ExpectOneAsync<T>(TimeSpan timeout, Func<Task<T>> funcAsync, CancellationToken cancellationToken = default) =>
        RunAsync(funcAsync, timeout, 1, cancellationToken);

    public T Expect<T>(int expectedCount, Func<T> func, CancellationToken cancellationToken = default) =>
        Run(func, null, expectedCount, cancellationToken);

    public Task<T> ExpectAsync<T>(int expectedCount, Func<Task<T>> funcAsync, CancellationToken cancellationToken = default) =>
        RunAsync(funcAsync, null, expectedCount, cancellationToken);

    public T Expect<T>(int expectedCount, TimeSpan timeout, Func<T> func, CancellationToken cancellationToken = default) =>
        Run(func, timeout, expectedCount, cancellationToken);

    public Task<T> ExpectAsync<T>(
        int expectedCount, TimeSpan timeout, Func<Task<T>> funcAsync, CancellationToken cancellationToken = default) =>
        RunAsync(funcAsync, timeout, expectedCount, cancellationToken);

    public T Mute<T>(Func<T> func, CancellationToken cancellationToken = default) => Run(func, null, null, cancellationToken);

    public Task<T> MuteAsync<T>(Func<Task<T>> funcAsync, CancellationToken cancellationToken = default) =>
        RunAsync(funcAsync, null, null, cancellationToken);

    public void Mute(Action action, CancellationToken cancellationToken = default) =>
        Run(Returning(action), null, null, cancellationToken);

    public Task MuteAsync(Func<Task> actionAsync, CancellationToken cancellationToken = default) =>
        RunAsync(Returning(actionAsync), null, null, cancellationToken);

    public Task MuteAsync(Action action, CancellationToken cancellationToken = default) =>
        RunAsync(ReturningTask(action), null, null, cancellationToken);

    public IUnmutableFilter Mute() => new InternalUnmutableFilter(_filters, _actorSystem);

    protected static string GetMessageString(int number) => number == 1 ? "message" : "messages";

    private static Func<bool> Returning(Action action) => () =>
    {
        action();
        return true;
    };

    private static Func<Task<bool>> Returning(Func<Task> actionAsync) => async () =>
    {
        await actionAsync();
        return true;
    };

    private static Func<Task<bool>> ReturningTask(Action action) => () =>
    {
        action();
        return Task.FromResult(true);
    };

    private T Run<T>(Func<T> func, TimeSpan? timeout, int? expected, CancellationToken cancellationToken) =>
        Intercept(Waiting.OnThread, () => new ValueTask<T>(func()), timeout, expected, cancellationToken).Result();

    private Task<T> RunAsync<T>(Func<Task<T>> func, TimeSpan? timeout, int? expected, CancellationToken cancellationToken) =>
        Intercept(Waiting.Async, () => new ValueTask<T>(func()), timeout, expected, cancellationToken).AsTask();

    private async ValueTask<T> Intercept<T>(
        Waiting waiting, Func<ValueTask<T>> func, TimeSpan? timeout, int? expected, CancellationToken cancellationToken)
    {
        var handler = new MatchedEventHandler();
        var limit = timeout is { } given ? _testkit.Dilated(given) : _testkit.EventFilterLeeway;
        foreach (var filter in _filters) filter.EventMatched += handler.HandleEvent;
        _actorSystem.EventStream.Publish(new Mute(_filters));
        try
        {
            var result = await func();
            if (expected is { } count) await Verify(waiting, handler, count, limit, cancellationToken);
            return result;
        }
        finally
        {
            foreach (var filter in _filters) filter.EventMatched -= handler.HandleEvent;
            _actorSystem.EventStream.Publish(new Unmute(_filters));
        }
    }

    private async ValueTask Verify(
        Waiting waiting, MatchedEventHandler handler, int expected, TimeSpan limit, CancellationToken cancellationToken)
    {
        // That nothing comes can only be said when the time is over.
        var end = TestKitBase.Now + limit;
        while (handler.ReceivedCount < Math.Max(expected, 1) && TestKitBase.Now < end)
            await waiting.For(TimeSpan.FromMilliseconds(10).Min(limit), cancellationToken);

        var actual = handler.ReceivedCount;
        if (actual == expected) return;
        var filters = _filters.Count == 1 ? $"filter [{_filters[0]}]" : $"filters [{string.Join("], [", _filters)}]";
        var text = actual < expected
            ? $"Timeout ({limit}) while waiting for {expected} {GetMessageString(expected)}: received {actual} that fit {filters}."
            : $"Received {actual - expected} {GetMessageString(actual - expected)} too many: {expected} expected that fit {filters}.";
        _testkit.TestAssertions.Fail("{0}", text);
    }

    protected class MatchedEventHandler
    {
        private int _count;

        public int ReceivedCount => Volatile.Read(ref _count);

        public virtual void HandleEvent(EventFilterBase eventFilter, LogEvent logEvent) => Interlocked.Increment(ref _count);
    }

    protected class InternalUnmutableFilter : IUnmutableFilter
    {
        private readonly IReadOnlyCollection<EventFilterBase> _filters;
        private readonly ActorSystem _system;
        private int _undone;

        public InternalUnmutableFilter(IReadOnlyCollection<EventFilterBase> filters, ActorSystem system)
        {
            _filters = filters;
            _system = system;
            _system.EventStream.Publish(new Mute(_filters));
        }

        public void Unmute() => Dispose();

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            if (disposing && Interlocked.Exchange(ref _undone, 1) == 0) _system.EventStream.Publish(new Unmute(_filters));
        }
    }
}
