using System.Buffers.Binary;
using System.Text;

namespace Akka.Remote.Protocol;

/// <summary>Writes protobuf fields into a span that is known to be large enough; empty fields are left out, as proto3 does.</summary>
internal ref struct ProtoWriter(Span<byte> destination)
{
    private Span<byte> _rest = destination;

    public void WriteLength(byte tag, int length)
    {
        _rest[0] = tag;
        _rest = _rest[1..];
        WriteRawVarint((ulong)length);
    }

    public void WriteVarint(byte tag, ulong value)
    {
        _rest[0] = tag;
        _rest = _rest[1..];
        WriteRawVarint(value);
    }

    public void WriteFixed64(byte tag, ulong value)
    {
        _rest[0] = tag;
        BinaryPrimitives.WriteUInt64LittleEndian(_rest[1..], value);
        _rest = _rest[9..];
    }

    public void WriteRawFixed64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_rest, value);
        _rest = _rest[8..];
    }

    public void WriteBytes(byte tag, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return;
        WriteLength(tag, bytes.Length);
        bytes.CopyTo(_rest);
        _rest = _rest[bytes.Length..];
    }

    public void WriteText(byte tag, string text, int sizeBytes)
    {
        if (sizeBytes == 0)
            return;
        WriteLength(tag, sizeBytes);
        Encoding.UTF8.GetBytes(text, _rest);
        _rest = _rest[sizeBytes..];
    }

    private void WriteRawVarint(ulong value)
    {
        var i = 0;
        for (; value >= 0x80; value >>= 7)
            _rest[i++] = (byte)(value | 0x80);
        _rest[i++] = (byte)value;
        _rest = _rest[i..];
    }
}
