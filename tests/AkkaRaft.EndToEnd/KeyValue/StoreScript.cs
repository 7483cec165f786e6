using AkkaRaft.Core;
using AkkaRaft.KeyValue;

namespace AkkaRaft.EndToEnd.KeyValue;

/// <summary>A command at its index, or, without one, time that has passed.</summary>
internal sealed record StoreStep(LogIndex Index, object? Command, TimeSpan Now)
{
    public object? RunOn(KeyValueStore store)
    {
        if (Command is not null)
        {
            return store.Apply(Index, Command);
        }

        store.AdvanceTime(Index, Now);
        return null;
    }

    public object? RunOn(StoreModel model)
    {
        if (Command is not null)
        {
            return model.Apply(Index.Value, Command);
        }

        model.AdvanceTime(Index.Value, Now);
        return null;
    }
}

/// <summary>Commands and passing time, drawn from a seed: the same seed gives the same steps.</summary>
internal sealed class StoreScript(int seed)
{
    private const int Keys = 200;
    private readonly Random _random = new(seed);
    private readonly List<long> _leases = [0];
    private long _index;
    private TimeSpan _now;

    public void Run(KeyValueStore store, int steps)
    {
        foreach (var step in Next(steps))
        {
            step.RunOn(store);
        }
    }

    public IReadOnlyList<StoreStep> Next(int steps) => [.. Enumerable.Range(0, steps).Select(_ => Step())];

    private StoreStep Step()
    {
        var index = new LogIndex(_index += _random.Next(1, 3));
        return _random.Next(10) == 0
            ? new StoreStep(index, null, _now += TimeSpan.FromMilliseconds(_random.Next(1_000)))
            : new StoreStep(index, Command(), _now);
    }

    // A third of the values are no text.
    private ValueBytes Value()
    {
        var bytes = new byte[_random.Next(20)];
        Array.Fill(bytes, (byte)(_random.Next(3) is var kind and < 2 ? 'a' + kind : 0xff));
        return bytes;
    }

    private object Command()
    {
        var key = $"key{_random.Next(Keys)}";
        var value = Value();
        var lease = _random.Next(3) == 0 ? _leases[_random.Next(_leases.Count)] : 0;
        switch (_random.Next(12))
        {
            case 0:
                _leases.Add(_index);
                return new GrantLease(TimeSpan.FromSeconds(_random.Next(1, 60)));
            case 1:
                return new KeepLeaseAlive(_leases[_random.Next(_leases.Count)]);
            case 2:
                return new RevokeLease(_leases[_random.Next(_leases.Count)]);
            case 3:
            case 4:
                return new DeleteKey(key);
            case 5:
                return new CompareAndSetKey(key, _random.Next(2) == 0 ? null : value, value, Lease: lease);
            case 6:
                return new CompareAndSetKey(key, null, _random.Next(2) == 0 ? null : value, _random.NextInt64(_index), lease);
            default:
                return new SetKey(key, value, lease);
        }
    }
}
