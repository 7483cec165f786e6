using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Akka.Remote.Protocol;

/// <summary>
/// One message on its way out: lays out a whole frame (length, <c>AkkaProtocolMessage</c>, <c>AckAndEnvelopeContainer</c>,
/// <c>RemoteEnvelope</c>) in a single pass over the destination. The bytes are those of the generated classes.
/// </summary>
internal readonly ref struct EnvelopeFrame
{
    public const ulong NoSequence = ulong.MaxValue;
    public const int LengthPrefix = 4;

    private readonly ReadOnlySpan<byte> _recipient;
    private readonly ReadOnlySpan<byte> _sender;
    private readonly ReadOnlySpan<byte> _message;
    private readonly string _manifest;
    private readonly int _serializerId;
    private readonly ulong _sequence;
    private readonly Ack? _ack;

    private readonly int _manifestSize;
    private readonly int _payloadSize;
    private readonly int _ackSize;
    private readonly int _envelopeSize;
    private readonly int _containerSize;

    public EnvelopeFrame(ReadOnlySpan<byte> recipient, ReadOnlySpan<byte> sender, ReadOnlySpan<byte> message, int serializerId,
        string manifest, ulong sequence, Ack? ack)
    {
        _recipient = recipient;
        _sender = sender;
        _message = message;
        _serializerId = serializerId;
        _manifest = manifest;
        _sequence = sequence;
        _ack = ack;

        _manifestSize = Encoding.UTF8.GetByteCount(manifest);
        _payloadSize = SizeOfBytes(message.Length) + SizeOfBytes(_manifestSize)
            + (serializerId == 0 ? 0 : 1 + SizeOfVarint((ulong)(long)serializerId));
        _envelopeSize = SizeOfMessage(SizeOfBytes(recipient.Length)) + SizeOfMessage(_payloadSize)
            + (sender.IsEmpty ? 0 : SizeOfMessage(SizeOfBytes(sender.Length)))
            + (sequence == 0 ? 0 : 9);
        _ackSize = ack is null ? 0 : AckFrame.SizeOf(ack);
        _containerSize = (ack is null ? 0 : SizeOfMessage(_ackSize)) + SizeOfMessage(_envelopeSize);
    }

    /// <summary>Size of the whole frame in bytes, its length prefix included.</summary>
    public int Size => LengthPrefix + SizeOfMessage(_containerSize);

    /// <summary>Writes <see cref="Size"/> bytes.</summary>
    public void WriteTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteInt32LittleEndian(destination, Size - LengthPrefix);
        var writer = new ProtoWriter(destination[LengthPrefix..]);
        writer.WriteLength(0x0A, _containerSize);
        if (_ack is not null)
        {
            writer.WriteLength(0x0A, _ackSize);
            AckFrame.Write(ref writer, _ack);
        }

        writer.WriteLength(0x12, _envelopeSize);
        WriteReference(ref writer, 0x0A, _recipient);
        writer.WriteLength(0x12, _payloadSize);
        writer.WriteBytes(0x0A, _message);
        if (_serializerId != 0)
            writer.WriteVarint(0x10, (ulong)(long)_serializerId);
        writer.WriteText(0x1A, _manifest, _manifestSize);
        if (!_sender.IsEmpty)
            WriteReference(ref writer, 0x22, _sender);
        if (_sequence != 0)
            writer.WriteFixed64(0x29, _sequence);
    }

    private static void WriteReference(ref ProtoWriter writer, byte tag, ReadOnlySpan<byte> path)
    {
        writer.WriteLength(tag, SizeOfBytes(path.Length));
        writer.WriteBytes(0x0A, path);
    }

    internal static int SizeOfVarint(ulong value) => (BitOperations.Log2(value | 1) / 7) + 1;

    internal static int SizeOfMessage(int size) => 1 + SizeOfVarint((ulong)size) + size;

    private static int SizeOfBytes(int length) => length == 0 ? 0 : SizeOfMessage(length);
}
