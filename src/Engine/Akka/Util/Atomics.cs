namespace Akka.Util;

public class AtomicBoolean
{
    private volatile int _value;

    public AtomicBoolean(bool initialValue = false)
    {
        _value = Encode(initialValue);
    }

    public bool Value
    {
        get => _value != 0;
        set => _value = Encode(value);
    }

    public static implicit operator bool(AtomicBoolean atomicBoolean) => atomicBoolean.Value;

    public bool CompareAndSet(bool expected, bool newValue) =>
        Interlocked.CompareExchange(ref _value, Encode(newValue), Encode(expected)) == Encode(expected);

    public bool GetAndSet(bool newValue) => Interlocked.Exchange(ref _value, Encode(newValue)) != 0;

    private static int Encode(bool value) => value ? 1 : 0;
}

public class AtomicReference<T> where T : class
{
    protected T atomicValue;

    public AtomicReference(T originalValue)
    {
        atomicValue = originalValue;
    }

    public AtomicReference()
    {
        atomicValue = null!;
    }

    public T Value
    {
        get => Volatile.Read(ref atomicValue);
        set => Volatile.Write(ref atomicValue, value);
    }

    public static implicit operator T(AtomicReference<T> atomicReference) => atomicReference.Value;

    public bool CompareAndSet(T expected, T newValue) =>
        ReferenceEquals(Interlocked.CompareExchange(ref atomicValue, newValue, expected), expected);

    public T GetAndSet(T newValue) => Interlocked.Exchange(ref atomicValue, newValue);
}
