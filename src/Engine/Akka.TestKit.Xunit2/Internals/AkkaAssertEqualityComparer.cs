using System.Collections;

namespace Akka.TestKit.Xunit2.Internals;

/// <summary>Equality as tests mean it: sequences are equal when their items are.</summary>
public class AkkaAssertEqualityComparer<T> : IEqualityComparer<T>
{
    private readonly bool _skipTypeCheck;
    private readonly IEqualityComparer? _innerComparer;

    public AkkaAssertEqualityComparer(bool skipTypeCheck = false, IEqualityComparer? innerComparer = null)
    {
        _skipTypeCheck = skipTypeCheck;
        _innerComparer = innerComparer;
    }

    public bool Equals(T? x, T? y)
    {
        if (x is null || y is null) return x is null && y is null;
        if (ReferenceEquals(x, y)) return true;
        return x switch
        {
            IEquatable<T> equatable => equatable.Equals(y),
            IComparable<T> comparable => comparable.CompareTo(y) == 0,
            string => x.Equals(y),
            IEnumerable items when y is IEnumerable others => SameItems(items, others),
            _ when !_skipTypeCheck && x.GetType() != y.GetType() => false,
            _ => x.Equals(y),
        };
    }

    public int GetHashCode(T obj) =>
        throw new NotSupportedException("This comparer judges two values; it does not sort them into buckets.");

    private bool SameItems(IEnumerable items, IEnumerable others)
    {
        var left = items.GetEnumerator();
        var right = others.GetEnumerator();
        using var closing = new Closing(left, right);
        while (true)
        {
            var hasLeft = left.MoveNext();
            if (hasLeft != right.MoveNext()) return false;
            if (!hasLeft) return true;
            var same = _innerComparer is null
                ? new AkkaAssertEqualityComparer<object>().Equals(left.Current, right.Current)
                : _innerComparer.Equals(left.Current, right.Current);
            if (!same) return false;
        }
    }

    private readonly struct Closing(IEnumerator left, IEnumerator right) : IDisposable
    {
        public void Dispose()
        {
            (left as IDisposable)?.Dispose();
            (right as IDisposable)?.Dispose();
        }
    }
}
