namespace Akka.Remote.Protocol;

/// <summary>
/// Remembers what UTF-8 strings stand for, so that the few paths and manifests that make up most of the traffic are decoded
/// once. A slot holds one entry and the latest wins: bounded, and no bookkeeping on a hit. For one thread at a time.
/// </summary>
internal sealed class Utf8Cache<T>
    where T : class
{
    private const int Slots = 1024;
    private const int LongestKey = 512;

    private readonly (byte[] Key, T Value)[] _slots = new (byte[], T)[Slots];

    public T? Find(ReadOnlySpan<byte> key)
    {
        ref readonly var slot = ref _slots[SlotOf(key)];
        return slot.Value is not null && key.SequenceEqual(slot.Key) ? slot.Value : null;
    }

    public void Store(ReadOnlySpan<byte> key, T value)
    {
        if (key.Length <= LongestKey)
            _slots[SlotOf(key)] = (key.ToArray(), value);
    }

    public void Forget(ReadOnlySpan<byte> key) => _slots[SlotOf(key)] = default;

    private static int SlotOf(ReadOnlySpan<byte> key)
    {
        var hash = default(HashCode);
        hash.AddBytes(key);
        return hash.ToHashCode() & (Slots - 1);
    }
}
