using System.Buffers.Binary;

namespace Akka.Remote.Protocol;

/// <summary>An acknowledgement that found no message to ride on.</summary>
internal static class AckFrame
{
    public static byte[] Encode(Ack ack)
    {
        var ackSize = SizeOf(ack);
        var containerSize = EnvelopeFrame.SizeOfMessage(ackSize);
        var bodySize = EnvelopeFrame.SizeOfMessage(containerSize);
        var frame = new byte[EnvelopeFrame.LengthPrefix + bodySize];
        BinaryPrimitives.WriteInt32LittleEndian(frame, bodySize);
        var writer = new ProtoWriter(frame.AsSpan(EnvelopeFrame.LengthPrefix));
        writer.WriteLength(0x0A, containerSize);
        writer.WriteLength(0x0A, ackSize);
        Write(ref writer, ack);
        return frame;
    }

    public static int SizeOf(Ack ack) =>
        (ack.CumulativeAck == 0 ? 0 : 9) + (ack.Nacks.Length == 0 ? 0 : EnvelopeFrame.SizeOfMessage(8 * ack.Nacks.Length));

    public static void Write(ref ProtoWriter writer, Ack ack)
    {
        if (ack.CumulativeAck != 0)
            writer.WriteFixed64(0x09, ack.CumulativeAck);
        if (ack.Nacks.Length == 0)
            return;
        writer.WriteLength(0x12, 8 * ack.Nacks.Length);
        foreach (var nack in ack.Nacks)
            writer.WriteRawFixed64(nack);
    }
}
