using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;
using Google.Protobuf;

namespace AkkaRaft.KeyValue;

/// <summary>
/// A value of the key-value store: any bytes, compared byte by byte. Text is stored as UTF-8. Reading other bytes as text throws
/// <see cref="ValueNotTextException"/>; no character is ever replaced.
/// </summary>
public sealed class ValueBytes : IEquatable<ValueBytes>
{
    /// <summary>The value without bytes, which is the empty text.</summary>
    public static readonly ValueBytes Empty = new(ReadOnlyMemory<byte>.Empty);

    /// <summary>Creates a value from bytes.</summary>
    /// <param name="bytes">The bytes. They are not copied, so they must not change afterwards.</param>
    public ValueBytes(ReadOnlyMemory<byte> bytes) => Memory = bytes;

    /// <summary>Creates a value from text.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="ArgumentException">The text has half a surrogate pair, which has no UTF-8.</exception>
    public ValueBytes(string text) => Memory = KeyValueText.Encode(text, nameof(text));

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Memory { get; }

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Span => Memory.Span;

    /// <summary>How many bytes there are.</summary>
    public int Length => Memory.Length;

    /// <summary>Whether the bytes are UTF-8.</summary>
    public bool IsText => Utf8.IsValid(Span);

    /// <summary>The text.</summary>
    /// <exception cref="ValueNotTextException">The bytes are not UTF-8.</exception>
    public string Text => TryGetText(out var text) ? text : throw new ValueNotTextException(Length);

    /// <summary>The value's UTF-16 characters, or its bytes where it is not text. The watch history's limit counts them.</summary>
    internal int Characters => IsText ? Encoding.UTF8.GetCharCount(Span) : Length;

    /// <summary>Compares bytes.</summary>
    public static bool operator ==(ValueBytes? left, ValueBytes? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Compares bytes.</summary>
    public static bool operator !=(ValueBytes? left, ValueBytes? right) => !(left == right);

    /// <summary>Text as a value; null stays null.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static implicit operator ValueBytes?(string? text) => text is null ? null : new ValueBytes(text);

    /// <summary>Bytes as a value, not copied; null stays null.</summary>
    [return: NotNullIfNotNull(nameof(bytes))]
    public static implicit operator ValueBytes?(byte[]? bytes) => bytes is null ? null : new ValueBytes(bytes.AsMemory());

    /// <summary>Bytes as a value, not copied.</summary>
    public static implicit operator ValueBytes(ReadOnlyMemory<byte> bytes) => new(bytes);

    /// <summary>Reads the value as text.</summary>
    /// <returns>Whether the bytes are UTF-8.</returns>
    public bool TryGetText([NotNullWhen(true)] out string? text)
    {
        text = IsText ? Encoding.UTF8.GetString(Span) : null;
        return text is not null;
    }

    /// <summary>Copies the bytes.</summary>
    public byte[] ToArray() => Memory.ToArray();

    /// <inheritdoc />
    public bool Equals(ValueBytes? other) => other is not null && Span.SequenceEqual(other.Span);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as ValueBytes);

    /// <inheritdoc />
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Span);
        return hash.ToHashCode();
    }

    /// <summary>The text, or the word <c>base64</c> and the bytes in base64. For people to read.</summary>
    public override string ToString() => TryGetText(out var text) ? text : $"base64 {Convert.ToBase64String(Span)}";

    internal static ValueBytes Of(ByteString bytes) => bytes.IsEmpty ? Empty : new ValueBytes(bytes.Memory);

    internal ByteString ToByteString() => UnsafeByteOperations.UnsafeWrap(Memory);
}
