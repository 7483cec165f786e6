using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Unicode;

namespace AkkaRaft.KeyValue;

/// <summary>
/// Hashes a part of the state into 128 bits, the same on each machine. Each write computes it, so it is fast. It detects accidental
/// differences; it is not collision-resistant against an attacker.
/// </summary>
internal struct StateHash
{
    // Odd numbers without a pattern: the fractional parts of the square roots of 2, 3, 5 and 7.
    private const ulong First = 0x6a09e667f3bcc909;
    private const ulong Second = 0xbb67ae8584caa73b;
    private const ulong Third = 0x3c6ef372fe94f82b;
    private const ulong Fourth = 0xa54ff53a5f1d36f1;

    private const int BytesMixedAtOnce = 16;
    private const int CharactersMixedAtOnce = BytesMixedAtOnce / sizeof(char);
    private const int TextBuffer = 512;

    private ulong _low = Second;
    private ulong _high = Fourth;

    public StateHash()
    {
    }

    /// <summary>The hash of everything that was added, in this order.</summary>
    public readonly UInt128 Result => new(Fold(_high ^ First, _low ^ Fourth), Fold(_low ^ Third, _high ^ Second));

    public StateHash Add(long number)
    {
        Mix((ulong)number, (ulong)number ^ Fourth);
        return this;
    }

    public StateHash Add(string text)
    {
        Add(text.Length);
        Mix(MemoryMarshal.AsBytes(text.AsSpan()));
        return this;
    }

    /// <summary>
    /// Adds a value. Text is hashed as UTF-16, as in the first formats, whose values were all text: their digests stay valid. Other bytes
    /// are preceded by a negative length, so they never have the hash of a text.
    /// </summary>
    public StateHash Add(ValueBytes value)
    {
        if (!value.IsText)
        {
            Add(-1L - value.Length);
            Mix(value.Span);
            return this;
        }

        Add(value.Characters);
        Span<char> buffer = stackalloc char[TextBuffer];
        var left = value.Span;
        var held = 0;
        while (left.Length > 0)
        {
            Utf8.ToUtf16(left, buffer[held..], out var read, out var written);
            left = left[read..];
            held += written;
            var whole = held - (held % CharactersMixedAtOnce);
            Mix(MemoryMarshal.AsBytes(buffer[..whole]));
            buffer[whole..held].CopyTo(buffer);
            held -= whole;
        }

        Mix(MemoryMarshal.AsBytes(buffer[..held]));
        return this;
    }

    private void Mix(ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= BytesMixedAtOnce; bytes = bytes[BytesMixedAtOnce..])
        {
            Mix(BinaryPrimitives.ReadUInt64LittleEndian(bytes), BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]));
        }

        if (bytes.Length > 0)
        {
            Span<byte> rest = stackalloc byte[BytesMixedAtOnce];
            rest.Clear();
            bytes.CopyTo(rest);
            Mix(BinaryPrimitives.ReadUInt64LittleEndian(rest), BinaryPrimitives.ReadUInt64LittleEndian(rest[8..]));
        }
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
