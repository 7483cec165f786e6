namespace Akka.Util;

/// <summary>
/// Tokens arrive one every so many ticks, and at most <c>capacity</c> of them are kept. Times may wrap over; only differences count.
/// </summary>
public abstract class TokenBucket
{
    private readonly long _capacity;
    private readonly long _ticksBetweenTokens;
    private long _availableTokens;

    /// <summary>When the last counted token arrived: every arrival is a whole number of periods from it.</summary>
    private long _lastArrival;

    protected TokenBucket(long capacity, long ticksBetweenTokens)
    {
        if (capacity < 0) throw new ArgumentException("The capacity must not be negative.", nameof(capacity));
        if (ticksBetweenTokens <= 0)
            throw new ArgumentException("The time between tokens must be more than zero ticks.", nameof(ticksBetweenTokens));
        _capacity = capacity;
        _ticksBetweenTokens = ticksBetweenTokens;
    }

    public abstract long CurrentTime { get; }

    public void Init()
    {
        _availableTokens = _capacity;
        _lastArrival = CurrentTime;
    }

    /// <summary>Takes the tokens, and returns after how many ticks they will be there.</summary>
    public long Offer(long cost)
    {
        if (cost < 0) throw new ArgumentException("The cost must not be negative.", nameof(cost));

        unchecked
        {
            var now = CurrentTime;
            var elapsed = now - _lastArrival;
            if (elapsed >= _ticksBetweenTokens)
            {
                var arrived = elapsed / _ticksBetweenTokens;
                _availableTokens = arrived >= _capacity ? _capacity : Math.Min(_availableTokens + arrived, _capacity);
                _lastArrival += arrived * _ticksBetweenTokens;
            }

            if (cost <= _availableTokens)
            {
                _availableTokens -= cost;
                return 0;
            }

            var missing = cost - _availableTokens;
            var untilNextToken = _ticksBetweenTokens - (now - _lastArrival);
            var delay = untilNextToken + (missing - 1) * _ticksBetweenTokens;
            _availableTokens = 0;
            _lastArrival = now + delay;
            return delay;
        }
    }
}

public sealed class TickTimeTokenBucket(long capacity, long ticksBetweenTokens) : TokenBucket(capacity, ticksBetweenTokens)
{
    public override long CurrentTime => DateTime.UtcNow.Ticks;
}
