using System.Buffers;
using System.Buffers.Binary;

namespace Akka.Remote.Protocol;

/// <summary>Cuts a stream into frames: four bytes of little-endian length, not counting themselves, then that many bytes.</summary>
internal static class FrameReader
{
    /// <summary>
    /// Akka.NET measures a message before it wraps it up, so that a message of exactly the maximum size
    /// comes in a frame a few bytes larger.
    /// </summary>
    private const int WrappingAllowance = 32;

    /// <summary>Takes the next whole frame off the front of <paramref name="buffer"/>, or leaves it as it is.</summary>
    /// <exception cref="MalformedFrameException">The frame announces more than <paramref name="maximumFrameSize"/> bytes.</exception>
    public static bool TryRead(ref ReadOnlySequence<byte> buffer, int maximumFrameSize, out ReadOnlySequence<byte> frame)
    {
        frame = default;
        if (buffer.Length < EnvelopeFrame.LengthPrefix)
            return false;

        var length = ReadLength(buffer);
        if (length < 0 || length > maximumFrameSize + WrappingAllowance)
            throw new MalformedFrameException($"{length} bytes where at most {maximumFrameSize} are allowed");
        if (buffer.Length < EnvelopeFrame.LengthPrefix + length)
            return false;

        frame = buffer.Slice(EnvelopeFrame.LengthPrefix, length);
        buffer = buffer.Slice(frame.End);
        return true;
    }

    private static int ReadLength(in ReadOnlySequence<byte> buffer)
    {
        if (buffer.FirstSpan.Length >= EnvelopeFrame.LengthPrefix)
            return BinaryPrimitives.ReadInt32LittleEndian(buffer.FirstSpan);
        Span<byte> bytes = stackalloc byte[EnvelopeFrame.LengthPrefix];
        buffer.Slice(0, EnvelopeFrame.LengthPrefix).CopyTo(bytes);
        return BinaryPrimitives.ReadInt32LittleEndian(bytes);
    }
}
