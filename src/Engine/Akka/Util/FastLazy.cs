namespace Akka.Util;

/// <summary>A value made once, on first use; a failed attempt is remembered and thrown again to everyone.</summary>
public sealed class FastLazy<T>(Func<T> producer)
{
    private readonly Lazy<T> _value = new(producer, LazyThreadSafetyMode.ExecutionAndPublication);

    public T Value => _value.Value;

    public bool IsValueCreated() => _value.IsValueCreated;
}
