using System.Buffers.Binary;

namespace Akka.Remote.Protocol;

/// <summary>
/// Reads protobuf fields from a span without allocating. Generated code would copy every payload and path into new
/// objects; the envelope of an ordinary message is read far too often for that.
/// </summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> data)
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int LengthDelimited = 2;
    private const int Fixed32 = 5;

    private ReadOnlySpan<byte> _rest = data;

    /// <summary>The tag as it stands on the wire, field number and wire type together; 0 at the end.</summary>
    public uint ReadTag()
    {
        if (_rest.IsEmpty)
            return 0;
        var tag = ReadVarint();
        if (tag is < 8 or > uint.MaxValue)
            throw new MalformedFrameException("a field without a number");
        return (uint)tag;
    }

    public ulong ReadVarint()
    {
        ulong value = 0;
        for (var i = 0; i < 10 && i < _rest.Length; i++)
        {
            var b = _rest[i];
            value |= (ulong)(b & 0x7F) << (7 * i);
            if (b < 0x80)
            {
                _rest = _rest[(i + 1)..];
                return value;
            }
        }

        throw new MalformedFrameException("an unfinished varint");
    }

    public ulong ReadFixed64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    public ReadOnlySpan<byte> ReadBytes()
    {
        var length = ReadVarint();
        if (length > int.MaxValue)
            throw new MalformedFrameException("a field longer than its frame");
        return Take((int)length);
    }

    public void Skip(uint tag)
    {
        switch (tag & 7)
        {
            case Varint: ReadVarint(); break;
            case Fixed64: Take(8); break;
            case LengthDelimited: ReadBytes(); break;
            case Fixed32: Take(4); break;
            default: throw new MalformedFrameException("an unknown wire type");
        }
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > _rest.Length)
            throw new MalformedFrameException("a field longer than its frame");
        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }
}
