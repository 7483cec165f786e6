using System.Buffers.Binary;
using Akka.Actor;
using Akka.Remote.Serialization.Proto.Msg;
using Google.Protobuf;

namespace Akka.Remote.Protocol;

/// <summary>The frames that manage a connection: the handshake, heartbeats and the ways to say goodbye.</summary>
internal static class ControlFrames
{
    /// <summary>An address is <c>akka.tcp</c> to its users, but plain <c>tcp</c> in a handshake.</summary>
    private const string SchemePrefix = RemoteSettings.AkkaSchemeName + ".";

    public static readonly byte[] Heartbeat = Simple(CommandType.Heartbeat);
    public static readonly byte[] Disassociate = Simple(CommandType.Disassociate);
    public static readonly byte[] ShuttingDown = Simple(CommandType.DisassociateShuttingDown);
    public static readonly byte[] Quarantined = Simple(CommandType.DisassociateQuarantined);

    public static byte[] Associate(Address origin, int uid) => Frame(new AkkaControlMessage
    {
        CommandType = CommandType.Associate,
        HandshakeInfo = new AkkaHandshakeInfo
        {
            Origin = new AddressData
            {
                System = origin.System,
                Hostname = origin.Host,
                Port = (uint)(origin.Port ?? 0),
                Protocol = origin.Protocol.StartsWith(SchemePrefix, StringComparison.Ordinal)
                    ? origin.Protocol[SchemePrefix.Length..]
                    : origin.Protocol,
            },
            Uid = (ulong)(long)uid,
        },
    });

    /// <exception cref="MalformedFrameException">These are not the bytes of an instruction.</exception>
    public static ControlMessage Parse(ReadOnlySpan<byte> instruction)
    {
        AkkaControlMessage message;
        try
        {
            message = AkkaControlMessage.Parser.ParseFrom(instruction);
        }
        catch (InvalidProtocolBufferException)
        {
            throw new MalformedFrameException("an unreadable instruction");
        }

        if (message.CommandType != CommandType.Associate)
            return new ControlMessage(message.CommandType, null, 0);
        if (message.HandshakeInfo?.Origin is not { } origin || origin.Port > ushort.MaxValue
            || string.IsNullOrEmpty(origin.System) || string.IsNullOrEmpty(origin.Hostname))
            throw new MalformedFrameException("a handshake without its origin");
        var address = new Address(SchemePrefix + origin.Protocol, origin.System, origin.Hostname, (int)origin.Port);
        return new ControlMessage(CommandType.Associate, address, (int)message.HandshakeInfo.Uid);
    }

    private static byte[] Simple(CommandType command) => Frame(new AkkaControlMessage { CommandType = command });

    private static byte[] Frame(AkkaControlMessage instruction)
    {
        var message = new AkkaProtocolMessage { Instruction = instruction };
        var size = message.CalculateSize();
        var frame = new byte[EnvelopeFrame.LengthPrefix + size];
        BinaryPrimitives.WriteInt32LittleEndian(frame, size);
        message.WriteTo(frame.AsSpan(EnvelopeFrame.LengthPrefix));
        return frame;
    }
}

/// <summary>A parsed instruction; origin and uid are those of an ASSOCIATE.</summary>
internal readonly record struct ControlMessage(CommandType Command, Address? Origin, int Uid);
