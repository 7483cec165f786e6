using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace AkkaRaft.Node.KeyValue;

/// <summary>
/// Hashes a part of the state into 128 bits, the same on each machine. It finds accidents, and is fast as each write pays for it; it does
/// not withstand somebody who looks for two states with one hash.
/// </summary>
internal struct StateHash
{
    // Odd numbers without a pattern: the fractional parts of the square roots of 2, 3, 5 and 7.
    private const ulong First = 0x6a09e667f3bcc909;
    private const ulong Second = 0xbb67ae8584caa73b;
    private const ulong Third = 0x3c6ef372fe94f82b;
    private const ulong Fourth = 0xa54ff53a5f1d36f1;

    private ulong _low = Second;
    private ulong _high = Fourth;

    public StateHash()
    {
    }

    /// <summary>The hash of all that was added, in its order.</summary>
    public readonly UInt128 Result => new(Fold(_high ^ First, _low ^ Fourth), Fold(_low ^ Third, _high ^ Second));

    public StateHash Add(long number)
    {
        Mix((ulong)number, (ulong)number ^ Fourth);
        return this;
    }

    public StateHash Add(string text)
    {
        Add(text.Length);
        var bytes = MemoryMarshal.AsBytes(text.AsSpan());
        for (; bytes.Length >= 16; bytes = bytes[16..])
        {
            Mix(BinaryPrimitives.ReadUInt64LittleEndian(bytes), BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]));
        }

        if (bytes.Length > 0)
        {
            Span<byte> rest = stackalloc byte[16];
            rest.Clear();
            bytes.CopyTo(rest);
            Mix(BinaryPrimitives.ReadUInt64LittleEndian(rest), BinaryPrimitives.ReadUInt64LittleEndian(rest[8..]));
        }

        return this;
    }

    private void Mix(ulong left, ulong right)
    {
        var low = Fold(_low ^ left ^ First, right ^ _high);
        _high = Fold(_high ^ right ^ Third, left ^ Second) + _low;
        _low = low;
    }

    private static ulong Fold(ulong left, ulong right)
    {
        var high = Math.BigMul(left, right, out var low);
        return high ^ low;
    }
}
