using System.Collections.Concurrent;

namespace Akka.Util;

/// <summary>A map from a key to a set of values, for use by several threads.</summary>
public class Index<TKey, TValue> where TKey : notnull where TValue : notnull
{
    private readonly ConcurrentDictionary<TKey, HashSet<TValue>> _sets = new();

    public IEnumerable<TValue> this[TKey index] => _sets.TryGetValue(index, out var set) ? Copy(set) : [];

    public ICollection<TKey> Keys => _sets.Keys;

    public HashSet<TValue> Values => [.. _sets.Values.SelectMany(Copy)];

    public bool IsEmpty => _sets.IsEmpty;

    public bool Put(TKey key, TValue value)
    {
        while (true)
        {
            var set = _sets.GetOrAdd(key, _ => []);
            lock (set)
            {
                // A set that was emptied and taken out meanwhile is not to be filled again.
                if (_sets.TryGetValue(key, out var current) && ReferenceEquals(current, set)) return set.Add(value);
            }
        }
    }

    public bool Remove(TKey key, TValue value)
    {
        if (!_sets.TryGetValue(key, out var set)) return false;
        lock (set)
        {
            var removed = set.Remove(value);
            if (set.Count == 0) _sets.TryRemove(new KeyValuePair<TKey, HashSet<TValue>>(key, set));
            return removed;
        }
    }

    public IEnumerable<TValue> Remove(TKey key)
    {
        if (!_sets.TryGetValue(key, out var set)) return [];
        lock (set)
        {
            return _sets.TryRemove(new KeyValuePair<TKey, HashSet<TValue>>(key, set)) ? set.ToArray() : [];
        }
    }

    public void RemoveValue(TValue value)
    {
        foreach (var key in _sets.Keys) Remove(key, value);
    }

    public TValue FindValue(TKey key, Func<TValue, bool> predicate) => this[key].FirstOrDefault(predicate)!;

    public void ForEach(Action<TKey, TValue> fun)
    {
        foreach (var (key, set) in _sets)
            foreach (var value in Copy(set))
                fun(key, value);
    }

    public void Clear() => _sets.Clear();

    private static TValue[] Copy(HashSet<TValue> set)
    {
        lock (set) return [.. set];
    }
}
