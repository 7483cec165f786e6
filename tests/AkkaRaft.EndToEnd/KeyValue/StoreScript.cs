using AkkaRaft.Core;
using AkkaRaft.Node.KeyValue;

namespace AkkaRaft.EndToEnd.KeyValue;

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
            step(store);
        }
    }

    /// <summary>The next steps, each of which gives what the store answered.</summary>
    public IReadOnlyList<Func<KeyValueStore, object?>> Next(int steps) => [.. Enumerable.Range(0, steps).Select(_ => Step())];

    private Func<KeyValueStore, object?> Step()
    {
        var index = new LogIndex(_index += _random.Next(1, 3));
        if (_random.Next(10) == 0)
        {
            var now = _now += TimeSpan.FromMilliseconds(_random.Next(1_000));
            return store =>
            {
                store.Elapse(index, now);
                return null;
            };
        }

        var command = Command();
        return store => store.Apply(index, command);
    }

    private object Command()
    {
        var key = $"key{_random.Next(Keys)}";
        var value = new string((char)('a' + _random.Next(3)), _random.Next(20));
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
