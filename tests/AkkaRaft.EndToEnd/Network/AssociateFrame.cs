using System.Buffers.Binary;
using System.Net.Sockets;
using Google.Protobuf;

namespace AkkaRaft.EndToEnd.Network;

/// <summary>
/// The first frame of a connection, in which the connecting system names its own address. Only the way to that address is read:
/// AkkaProtocolMessage.instruction (2) → AkkaControlMessage.handshakeInfo (2) → AkkaHandshakeInfo.origin (1) → AddressData.port (3).
/// </summary>
internal static class AssociateFrame
{
    private const int LengthBytes = 4;
    private const int LargestHandshake = 64 * 1024;

    /// <summary>Reads the frame, its length included, or null when the connection ends or does not begin with one.</summary>
    public static async Task<byte[]?> ReadAsync(Socket socket, CancellationToken cancellationToken)
    {
        var prefix = new byte[LengthBytes];
        if (!await FillAsync(socket, prefix, cancellationToken))
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(prefix);
        if (length is <= 0 or > LargestHandshake)
        {
            return null;
        }

        var frame = new byte[LengthBytes + length];
        prefix.CopyTo(frame, 0);
        return await FillAsync(socket, frame.AsMemory(LengthBytes), cancellationToken) ? frame : null;
    }

    /// <summary>The port of the system that connects, or null when the frame names none.</summary>
    public static int? OriginPort(byte[] frame)
    {
        try
        {
            return Field(frame.AsSpan(LengthBytes).ToArray(), 2) is { } control
                && Field(control, 2) is { } handshake
                && Field(handshake, 1) is { } origin
                ? Number(origin, 3)
                : null;
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static byte[]? Field(byte[] message, int number)
    {
        var input = new CodedInputStream(message);
        while (input.ReadTag() is var tag and not 0)
        {
            if (WireFormat.GetTagFieldNumber(tag) == number && WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited)
            {
                return input.ReadBytes().ToByteArray();
            }

            input.SkipLastField();
        }

        return null;
    }

    private static int? Number(byte[] message, int number)
    {
        var input = new CodedInputStream(message);
        while (input.ReadTag() is var tag and not 0)
        {
            if (WireFormat.GetTagFieldNumber(tag) == number)
            {
                return (int)input.ReadUInt32();
            }

            input.SkipLastField();
        }

        return null;
    }

    private static async Task<bool> FillAsync(Socket socket, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (buffer.Length > 0)
        {
            var read = await socket.ReceiveAsync(buffer, cancellationToken);
            if (read == 0)
            {
                return false;
            }

            buffer = buffer[read..];
        }

        return true;
    }
}
