namespace Akka.Remote.Protocol;

/// <summary>What one frame says: an instruction, or an acknowledgement, an envelope, or both. The spans point into the frame.</summary>
internal readonly ref struct InboundFrame
{
    /// <summary>An <c>AkkaControlMessage</c>, still encoded; empty for a frame with a payload.</summary>
    public ReadOnlySpan<byte> Instruction { get; private init; }

    public Ack? Ack { get; private init; }

    public bool HasEnvelope { get; private init; }

    public ReadOnlySpan<byte> Recipient { get; private init; }

    /// <summary>Empty where a message was sent without a sender.</summary>
    public ReadOnlySpan<byte> Sender { get; private init; }

    public ReadOnlySpan<byte> Message { get; private init; }

    public ReadOnlySpan<byte> Manifest { get; private init; }

    public int SerializerId { get; private init; }

    /// <summary>Position among the peer's system messages, or <see cref="EnvelopeFrame.NoSequence"/>.</summary>
    public ulong Sequence { get; private init; }

    /// <exception cref="MalformedFrameException">The frame is not an AkkaProtocolMessage with one of its two fields.</exception>
    public static InboundFrame Parse(ReadOnlySpan<byte> frame)
    {
        var reader = new ProtoReader(frame);
        ReadOnlySpan<byte> payload = default, instruction = default;
        for (var tag = reader.ReadTag(); tag != 0; tag = reader.ReadTag())
        {
            switch (tag)
            {
                case 0x0A: payload = reader.ReadBytes(); break;
                case 0x12: instruction = reader.ReadBytes(); break;
                default: reader.Skip(tag); break;
            }
        }

        if (!payload.IsEmpty)
            return ParseContainer(payload);
        if (!instruction.IsEmpty)
            return new InboundFrame { Instruction = instruction };
        throw new MalformedFrameException("neither a payload nor an instruction");
    }

    private static InboundFrame ParseContainer(ReadOnlySpan<byte> container)
    {
        var reader = new ProtoReader(container);
        Ack? ack = null;
        var hasEnvelope = false;
        ReadOnlySpan<byte> envelope = default;
        for (var tag = reader.ReadTag(); tag != 0; tag = reader.ReadTag())
        {
            switch (tag)
            {
                case 0x0A: ack = ParseAck(reader.ReadBytes()); break;
                case 0x12: envelope = reader.ReadBytes(); hasEnvelope = true; break;
                default: reader.Skip(tag); break;
            }
        }

        return hasEnvelope ? ParseEnvelope(envelope, ack) : new InboundFrame { Ack = ack };
    }

    private static InboundFrame ParseEnvelope(ReadOnlySpan<byte> envelope, Ack? ack)
    {
        var reader = new ProtoReader(envelope);
        ReadOnlySpan<byte> recipient = default, sender = default, payload = default;
        ulong sequence = 0;
        for (var tag = reader.ReadTag(); tag != 0; tag = reader.ReadTag())
        {
            switch (tag)
            {
                case 0x0A: recipient = ParsePath(reader.ReadBytes()); break;
                case 0x12: payload = reader.ReadBytes(); break;
                case 0x22: sender = ParsePath(reader.ReadBytes()); break;
                case 0x29: sequence = reader.ReadFixed64(); break;
                default: reader.Skip(tag); break;
            }
        }

        if (recipient.IsEmpty)
            throw new MalformedFrameException("an envelope without a recipient");

        reader = new ProtoReader(payload);
        ReadOnlySpan<byte> message = default, manifest = default;
        var serializerId = 0;
        for (var tag = reader.ReadTag(); tag != 0; tag = reader.ReadTag())
        {
            switch (tag)
            {
                case 0x0A: message = reader.ReadBytes(); break;
                case 0x10: serializerId = (int)reader.ReadVarint(); break;
                case 0x1A: manifest = reader.ReadBytes(); break;
                default: reader.Skip(tag); break;
            }
        }

        return new InboundFrame
        {
            Ack = ack,
            HasEnvelope = true,
            Recipient = recipient,
            Sender = sender,
            Message = message,
            Manifest = manifest,
            SerializerId = serializerId,
            Sequence = sequence,
        };
    }

    private static ReadOnlySpan<byte> ParsePath(ReadOnlySpan<byte> reference)
    {
        var reader = new ProtoReader(reference);
        ReadOnlySpan<byte> path = default;
        for (var tag = reader.ReadTag(); tag != 0; tag = reader.ReadTag())
        {
            if (tag == 0x0A)
                path = reader.ReadBytes();
            else
                reader.Skip(tag);
        }

        return path;
    }

    private static Ack ParseAck(ReadOnlySpan<byte> bytes)
    {
        var reader = new ProtoReader(bytes);
        ulong cumulative = 0;
        List<ulong>? nacks = null;
        for (var tag = reader.ReadTag(); tag != 0; tag = reader.ReadTag())
        {
            switch (tag)
            {
                case 0x09: cumulative = reader.ReadFixed64(); break;
                case 0x11: (nacks ??= []).Add(reader.ReadFixed64()); break;
                case 0x12: ReadPacked(reader.ReadBytes(), nacks ??= []); break;
                default: reader.Skip(tag); break;
            }
        }

        return new Ack(cumulative, nacks is null ? Ack.NoNacks : [.. nacks]);
    }

    private static void ReadPacked(ReadOnlySpan<byte> packed, List<ulong> into)
    {
        if (packed.Length % 8 != 0)
            throw new MalformedFrameException("a torn list of numbers");
        var reader = new ProtoReader(packed);
        for (var i = 0; i < packed.Length; i += 8)
            into.Add(reader.ReadFixed64());
    }
}
