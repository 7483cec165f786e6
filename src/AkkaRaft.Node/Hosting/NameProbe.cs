using System.Buffers.Binary;
using System.Net.Sockets;
using Akka.Actor;
using Google.Protobuf;

namespace AkkaRaft.Node.Hosting;

/// <summary>
/// Finds out whether a node does not answer because the client uses another address than the node's own. Akka.Remote drops a message to any
/// other address, and logs nothing. The first frame of a connection has each side's own address.
/// </summary>
internal static class NameProbe
{
    private const int LengthBytes = 4;
    private const int LargestFrame = 64 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Finds out why a node does not answer.</summary>
    /// <param name="contact">The path of its server.</param>
    /// <returns>A sentence, or null when the name is not the reason, as far as this side can know.</returns>
    public static async Task<string?> WhyUnresponsiveAsync(string contact)
    {
        if (ActorPath.Parse(contact).Address is not { Host: { } host, Port: { } port } address)
        {
            return null;
        }

        using var deadline = new CancellationTokenSource(Patience);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(host.Trim('[', ']'), port, deadline.Token);
            var stream = client.GetStream();
            await stream.WriteAsync(Hello(), deadline.Token);
            var own = await OwnAddressAsync(stream, deadline.Token);
            await stream.WriteAsync(Goodbye(), deadline.Token);
            return own is null || own == address ? null
                : own.System == address.System
                ? Words($"{own.Host}:{own.Port}")
                : Words($"{own}");
        }
        catch (Exception failure) when (failure
            is SocketException or IOException or OperationCanceledException or InvalidProtocolBufferException)
        {
            return null;
        }

        string Words(string own) => $"The node at {ContactPoint.ShortName(contact)} calls itself {own}: write --contact {own}.";
    }

    /// <summary>
    /// An ASSOCIATE of a system that listens nowhere: AkkaProtocolMessage.instruction (2), in it handshakeInfo (2) with origin (1).
    /// </summary>
    private static byte[] Hello()
    {
        var origin = Message(output =>
        {
            Text(output, 1, $"{ContactPoint.SystemName}-probe");
            Text(output, 2, "127.0.0.1");
            output.WriteTag(3, WireFormat.WireType.Varint);
            output.WriteUInt32(1);
            Text(output, 4, "tcp");
        });
        var handshake = Message(output =>
        {
            Bytes(output, 1, origin);
            output.WriteTag(2, WireFormat.WireType.Fixed64);
            output.WriteFixed64((ulong)Environment.ProcessId);
        });
        var control = Message(output =>
        {
            output.WriteTag(1, WireFormat.WireType.Varint);
            output.WriteEnum(1);
            Bytes(output, 2, handshake);
        });
        return Frame(control);
    }

    /// <summary>A DISASSOCIATE_SHUTTING_DOWN, so that the node logs no error when the connection ends.</summary>
    private static byte[] Goodbye() => Frame(Message(output =>
    {
        output.WriteTag(1, WireFormat.WireType.Varint);
        output.WriteEnum(4);
    }));

    private static byte[] Frame(byte[] control)
    {
        var message = Message(output => Bytes(output, 2, control));
        var frame = new byte[LengthBytes + message.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, message.Length);
        message.CopyTo(frame, LengthBytes);
        return frame;
    }

    private static async Task<Address?> OwnAddressAsync(NetworkStream stream, CancellationToken deadline)
    {
        var prefix = new byte[LengthBytes];
        await stream.ReadExactlyAsync(prefix, deadline);
        var length = BinaryPrimitives.ReadInt32LittleEndian(prefix);
        if (length is <= 0 or > LargestFrame)
        {
            return null;
        }

        var frame = new byte[length];
        await stream.ReadExactlyAsync(frame, deadline);
        var (system, host, port, protocol) = ("", "", 0, "");
        Each(frame, 2, control => Each(control, 2, handshake => Each(handshake, 1, origin =>
        {
            var input = new CodedInputStream(origin);
            while (input.ReadTag() is var tag and not 0)
            {
                switch (WireFormat.GetTagFieldNumber(tag))
                {
                    case 1: system = input.ReadString(); break;
                    case 2: host = input.ReadString(); break;
                    case 3: port = (int)input.ReadUInt32(); break;
                    case 4: protocol = input.ReadString(); break;
                    default: input.SkipLastField(); break;
                }
            }
        })));
        return system.Length > 0 && host.Length > 0 ? new Address($"akka.{protocol}", system, host, port) : null;
    }

    private static void Each(byte[] message, int number, Action<byte[]> read)
    {
        var input = new CodedInputStream(message);
        while (input.ReadTag() is var tag and not 0)
        {
            if (WireFormat.GetTagFieldNumber(tag) == number && WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited)
            {
                read(input.ReadBytes().ToByteArray());
            }
            else
            {
                input.SkipLastField();
            }
        }
    }

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var bytes = new MemoryStream();
        using (var output = new CodedOutputStream(bytes, leaveOpen: true))
        {
            write(output);
        }

        return bytes.ToArray();
    }

    private static void Text(CodedOutputStream output, int number, string text)
    {
        output.WriteTag(number, WireFormat.WireType.LengthDelimited);
        output.WriteString(text);
    }

    private static void Bytes(CodedOutputStream output, int number, byte[] bytes)
    {
        output.WriteTag(number, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(bytes));
    }
}
