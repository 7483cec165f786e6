using System.Collections;
using System.Runtime.CompilerServices;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

public abstract partial class TestKitBase
{
    /// <summary>The next message, or null if none comes in time.</summary>
    public object ReceiveOne(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        ReceiveOneCore(Waiting.OnThread, max, cancellationToken).Result();

    public ValueTask<object> ReceiveOneAsync(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        ReceiveOneCore(Waiting.Async, max, cancellationToken);

    public bool TryReceiveOne(out MessageEnvelope envelope, TimeSpan? max = null, CancellationToken cancellationToken = default)
    {
        (var success, envelope) = TryReceive(Waiting.OnThread, GetTimeoutOrDefault(max), cancellationToken).Result();
        return success;
    }

    public ValueTask<(bool success, MessageEnvelope envelope)> TryReceiveOneAsync(
        TimeSpan? max, CancellationToken cancellationToken = default) =>
        TryReceive(Waiting.Async, GetTimeoutOrDefault(max), cancellationToken);

    /// <summary>As ReceiveOne, but the message stays there to be received.</summary>
    public object PeekOne(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        PeekOneCore(Waiting.OnThread, max, cancellationToken).Result();

    public object PeekOne(CancellationToken cancellationToken) => PeekOne(null, cancellationToken);

    public ValueTask<object> PeekOneAsync(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        PeekOneCore(Waiting.Async, max, cancellationToken);

    public ValueTask<object> PeekOneAsync(CancellationToken cancellationToken) => PeekOneAsync(null, cancellationToken);

    public bool TryPeekOne(out MessageEnvelope envelope, TimeSpan? max, CancellationToken cancellationToken)
    {
        (var success, envelope) = TryPeek(Waiting.OnThread, GetTimeoutOrDefault(max), cancellationToken).Result();
        return success;
    }

    public ValueTask<(bool success, MessageEnvelope envelope)> TryPeekOneAsync(TimeSpan? max, CancellationToken cancellationToken) =>
        TryPeek(Waiting.Async, GetTimeoutOrDefault(max), cancellationToken);

    public object FishForMessage(
        Predicate<object> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        FishForMessage<object>(isMessage, max, hint, cancellationToken);

    public ValueTask<object> FishForMessageAsync(
        Predicate<object> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        FishForMessageAsync<object>(isMessage, max, hint, cancellationToken);

    public T FishForMessage<T>(
        Predicate<T> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        FishForMessage(isMessage, null!, max, hint, cancellationToken);

    public ValueTask<T> FishForMessageAsync<T>(
        Predicate<T> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        FishForMessageAsync(isMessage, null!, max, hint, cancellationToken);

    public T FishForMessage<T>(
        Predicate<T> isMessage, ArrayList allMessages, TimeSpan? max = null, string hint = "",
        CancellationToken cancellationToken = default) =>
        FishCore(Waiting.OnThread, isMessage, allMessages, max, hint, cancellationToken).Result();

    public ValueTask<T> FishForMessageAsync<T>(
        Predicate<T> isMessage, ArrayList allMessages, TimeSpan? max = null, string hint = "",
        CancellationToken cancellationToken = default) =>
        FishCore(Waiting.Async, isMessage, allMessages, max, hint, cancellationToken);

    /// <summary>Receives all that comes before a message of the type, which stays there to be received.</summary>
    public async Task FishUntilMessageAsync<T>(TimeSpan? max = null, CancellationToken cancellationToken = default)
    {
        await foreach (var _ in ReceiveWhileAsync<object>(
            message => message is not T, max, cancellationToken: cancellationToken))
        {
        }
    }

    public async Task<ArrayList> WaitForRadioSilenceAsync(
        TimeSpan? max = null, uint? maxMessages = null, CancellationToken cancellationToken = default)
    {
        var messages = new ArrayList();
        while (await ReceiveOneAsync(max, cancellationToken) is { } message)
        {
            messages.Add(message);
            _assertions.AssertFalse(messages.Count > maxMessages, "Still no silence after {0} messages.", messages.Count);
        }

        return ArrayList.ReadOnly(messages);
    }

    public IReadOnlyList<T> ReceiveWhile<T>(
        TimeSpan? max, Func<object, T> filter, int msgs = int.MaxValue, CancellationToken cancellationToken = default) where T : class =>
        ReceiveWhile(filter, max, null, msgs, cancellationToken);

    public IReadOnlyList<T> ReceiveWhile<T>(
        TimeSpan? max, TimeSpan? idle, Func<object, T> filter, int msgs = int.MaxValue,
        CancellationToken cancellationToken = default) where T : class =>
        ReceiveWhile(filter, max, idle, msgs, cancellationToken);

    /// <summary>Receives as long as the filter makes something of the messages; the first that it does not stays there.</summary>
    public IReadOnlyList<T> ReceiveWhile<T>(
        Func<object, T> filter, TimeSpan? max = null, TimeSpan? idle = null, int msgs = int.MaxValue,
        CancellationToken cancellationToken = default) where T : class =>
        WhileCore(Waiting.OnThread, Sieve(filter), max, idle, msgs, cancellationToken).Result();

    public IReadOnlyList<T> ReceiveWhile<T>(
        Predicate<T> shouldContinue, TimeSpan? max = null, TimeSpan? idle = null, int msgs = int.MaxValue,
        bool shouldIgnoreOtherMessageTypes = true, CancellationToken cancellationToken = default) where T : class =>
        WhileCore(Waiting.OnThread, Sieve(shouldContinue, shouldIgnoreOtherMessageTypes), max, idle, msgs, cancellationToken).Result();

    public IAsyncEnumerable<T> ReceiveWhileAsync<T>(
        TimeSpan? max, Func<object, T> filter, int msgs = int.MaxValue, CancellationToken cancellationToken = default) where T : class =>
        ReceiveWhileAsync(filter, max, null, msgs, cancellationToken);

    public IAsyncEnumerable<T> ReceiveWhileAsync<T>(
        TimeSpan? max, TimeSpan? idle, Func<object, T> filter, int msgs = int.MaxValue,
        CancellationToken cancellationToken = default) where T : class =>
        ReceiveWhileAsync(filter, max, idle, msgs, cancellationToken);

    public IAsyncEnumerable<T> ReceiveWhileAsync<T>(
        Func<object, T> filter, TimeSpan? max = null, TimeSpan? idle = null, int msgs = int.MaxValue,
        CancellationToken cancellationToken = default) where T : class =>
        WhileCore(Waiting.Async, Sieve(filter), max, idle, msgs, cancellationToken);

    public IAsyncEnumerable<T> ReceiveWhileAsync<T>(
        Predicate<T> shouldContinue, TimeSpan? max = null, TimeSpan? idle = null, int msgs = int.MaxValue,
        bool shouldIgnoreOtherMessageTypes = true, CancellationToken cancellationToken = default) where T : class =>
        WhileCore(Waiting.Async, Sieve(shouldContinue, shouldIgnoreOtherMessageTypes), max, idle, msgs, cancellationToken);

    public IReadOnlyCollection<object> ReceiveN(int numberOfMessages, CancellationToken cancellationToken = default) =>
        ReceiveNCore(Waiting.OnThread, numberOfMessages, RemainingOrDefault, cancellationToken).Result();

    public IReadOnlyCollection<object> ReceiveN(
        int numberOfMessages, TimeSpan max, CancellationToken cancellationToken = default) =>
        ReceiveNCore(Waiting.OnThread, numberOfMessages, Limit(max), cancellationToken).Result();

    public IAsyncEnumerable<object> ReceiveNAsync(int numberOfMessages, CancellationToken cancellationToken = default) =>
        ReceiveNCore(Waiting.Async, numberOfMessages, RemainingOrDefault, cancellationToken);

    public IAsyncEnumerable<object> ReceiveNAsync(
        int numberOfMessages, TimeSpan max, CancellationToken cancellationToken = default) =>
        ReceiveNCore(Waiting.Async, numberOfMessages, Limit(max), cancellationToken);

    private static Func<object, (Verdict, T)> Sieve<T>(Func<object, T> filter) where T : class => message =>
        filter(message) is { } result ? (Verdict.Take, result) : (Verdict.Stop, null!);

    private static Func<object, (Verdict, T)> Sieve<T>(Predicate<T> shouldContinue, bool ignoreOthers) where T : class => message =>
        message is T expected
            ? (shouldContinue(expected) ? Verdict.Take : Verdict.Stop, expected)
            : (ignoreOthers ? Verdict.Skip : Verdict.Stop, null!);

    private TimeSpan Limit(TimeSpan max)
    {
        max.EnsureIsPositiveFinite(nameof(max));
        return Dilated(max);
    }

    private async ValueTask<object> ReceiveOneCore(Waiting waiting, TimeSpan? max, CancellationToken cancellationToken)
    {
        var (success, envelope) = await TryReceive(waiting, GetTimeoutOrDefault(max), cancellationToken);
        return success ? envelope.Message : null!;
    }

    private async ValueTask<object> PeekOneCore(Waiting waiting, TimeSpan? max, CancellationToken cancellationToken)
    {
        var (success, envelope) = await TryPeek(waiting, GetTimeoutOrDefault(max), cancellationToken);
        return success ? envelope.Message : null!;
    }

    private async ValueTask<(bool, MessageEnvelope)> TryReceive(
        Waiting waiting, TimeSpan timeout, CancellationToken cancellationToken)
    {
        _lastWasNoMsg = false;
        // Again when another reader was faster.
        do
        {
            if (!_received.TryTake(out var envelope)) continue;
            _lastMessage = envelope;
            return (true, envelope);
        }
        while (await HasMessageWithin(waiting, timeout, cancellationToken));

        _lastMessage = NullMessageEnvelope.Instance;
        return (false, NullMessageEnvelope.Instance);
    }

    private async ValueTask<(bool, MessageEnvelope)> TryPeek(Waiting waiting, TimeSpan timeout, CancellationToken cancellationToken)
    {
        do
        {
            if (_received.TryPeek(out var envelope)) return (true, envelope);
        }
        while (await HasMessageWithin(waiting, timeout, cancellationToken));

        return (false, NullMessageEnvelope.Instance);
    }

    private ValueTask<bool> HasMessageWithin(Waiting waiting, TimeSpan timeout, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return timeout > TimeSpan.Zero || timeout.IsInfiniteTimeout()
            ? waiting.ForMessage(_received, timeout, cancellationToken)
            : new ValueTask<bool>(false);
    }

    private async ValueTask<T> FishCore<T>(
        Waiting waiting, Predicate<T> isMessage, ArrayList? allMessages, TimeSpan? max, string hint,
        CancellationToken cancellationToken)
    {
        var limit = RemainingOrDilated(max);
        var end = Now + limit;
        allMessages?.Clear();
        while (true)
        {
            var (success, envelope) = await TryReceive(waiting, NotNegative(end - Now), cancellationToken);
            _assertions.AssertTrue(success, "Timeout ({0}) during FishForMessage.{1}", limit, Hint(hint));
            allMessages?.Add(envelope.Message);
            if (envelope.Message is T message && isMessage(message)) return message;
        }
    }

    private async IAsyncEnumerable<T> WhileCore<T>(
        Waiting waiting, Func<object, (Verdict, T)> sieve, TimeSpan? max, TimeSpan? idle, int msgs,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var stop = Now + RemainingOrDilated(max);
        var last = _lastMessage;
        for (var count = 0; count < msgs;)
        {
            var (success, envelope) = await TryPeek(waiting, NotNegative(stop - Now).Min(idle), cancellationToken);
            if (!success) break;
            var (verdict, result) = sieve(envelope.Message);
            if (verdict == Verdict.Stop) break;
            _received.TryTake(out _);
            if (verdict == Verdict.Skip) continue;
            count++;
            _lastMessage = last = envelope;
            yield return result;
        }

        _lastMessage = last;
        _lastWasNoMsg = true;
    }

    private async IAsyncEnumerable<object> ReceiveNCore(
        Waiting waiting, int count, TimeSpan max, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var start = Now;
        for (var i = 0; i < count; i++)
        {
            var (success, envelope) = await TryReceive(waiting, NotNegative(start + max - Now), cancellationToken);
            _assertions.AssertTrue(
                success, "Timeout ({0}) while expecting {1} messages. Only got {2} after {3}.", max, count, i, Now - start);
            yield return envelope.Message;
        }
    }

    private enum Verdict
    {
        Take,
        Skip,
        Stop,
    }
}
