using System.Buffers.Binary;
using System.Text;
using Akka.Remote.Protocol;
using Akka.Remote.Serialization.Proto.Msg;
using Google.Protobuf;

namespace Engine.Tests.Remote;

/// <summary>Envelopes are written and read by hand; these tests hold that against the classes generated from the schema.</summary>
public class EnvelopeFrameTests
{
    private const string Recipient = "akka.tcp://left@127.0.0.1:4100/user/echo#1234";
    private const string Sender = "akka.tcp://right@127.0.0.1:4200/temp/$a";

    public static TheoryData<int, string, bool, ulong, int, int[]> Envelopes => new()
    {
        { 8, "", true, ulong.MaxValue, 101, [] },
        { 8, "E", true, ulong.MaxValue, 17, [] },
        { 0, "PP", false, ulong.MaxValue, 16, [] },
        { 1, "System.String, System.Private.CoreLib", true, ulong.MaxValue, 17, [] },
        { 200, "Akka.Dispatch.SysMsg.Watch, Akka", false, 0, 22, [0] },
        { 20_000, "áé", true, 7, 300, [5, 2, 3] },
        { 100_000, "m", true, 1UL << 40, -4, [9] },
        { 5, "m", true, ulong.MaxValue, 0, [1] },
    };

    [Theory]
    [MemberData(nameof(Envelopes))]
    public void An_envelope_has_the_bytes_that_generated_code_would_write(int size, string manifest, bool hasSender, ulong sequence,
        int serializerId, int[] ackAndNacks)
    {
        var payload = Payload(size);
        var ack = AckOf(ackAndNacks);

        var frame = Encode(payload, manifest, hasSender, sequence, serializerId, ack);

        Assert.Equal(Framed(Generated(payload, manifest, hasSender, sequence, serializerId, ack)), frame);
    }

    [Theory]
    [MemberData(nameof(Envelopes))]
    public void An_envelope_is_read_back_as_it_was_written(int size, string manifest, bool hasSender, ulong sequence, int serializerId,
        int[] ackAndNacks)
    {
        var payload = Payload(size);
        var ack = AckOf(ackAndNacks);
        var bytes = Framed(Generated(payload, manifest, hasSender, sequence, serializerId, ack));

        var frame = InboundFrame.Parse(bytes.AsSpan(EnvelopeFrame.LengthPrefix));

        Assert.True(frame.HasEnvelope);
        Assert.Equal(Recipient, Encoding.UTF8.GetString(frame.Recipient));
        Assert.Equal(hasSender ? Sender : "", Encoding.UTF8.GetString(frame.Sender));
        Assert.Equal(payload, frame.Message.ToArray());
        Assert.Equal(manifest, Encoding.UTF8.GetString(frame.Manifest));
        Assert.Equal(serializerId, frame.SerializerId);
        Assert.Equal(sequence, frame.Sequence);
        Assert.Equal(ack?.CumulativeAck, frame.Ack?.CumulativeAck);
        Assert.Equal(ack?.Nacks, frame.Ack?.Nacks);
    }

    [Fact]
    public void A_plain_message_on_the_wire()
    {
        var frame = new EnvelopeFrame("akka://s"u8, default, [1, 2], 101, "E", EnvelopeFrame.NoSequence, null);
        var bytes = new byte[frame.Size];
        frame.WriteTo(bytes);

        Assert.Equal(
            "24000000" + "0a22" + "1220" +
            "0a0a" + "0a08" + "616b6b613a2f2f73" +
            "1209" + "0a020102" + "1065" + "1a0145" +
            "29ffffffffffffffff",
            Convert.ToHexStringLower(bytes));
    }

    [Fact]
    public void An_acknowledgement_of_the_first_system_message_on_the_wire() =>
        Assert.Equal("04000000" + "0a020a00", Convert.ToHexStringLower(AckFrame.Encode(new Ack(0, Ack.NoNacks))));

    [Fact]
    public void An_acknowledgement_with_gaps_has_the_bytes_that_generated_code_would_write()
    {
        var ack = new AcknowledgementInfo { CumulativeAck = 9, Nacks = { 4, 7 } };
        var expected = Framed(new AkkaProtocolMessage { Payload = new AckAndEnvelopeContainer { Ack = ack }.ToByteString() });

        Assert.Equal(expected, AckFrame.Encode(new Ack(9, [4, 7])));
    }

    [Fact]
    public void Fields_that_are_not_known_are_passed_over()
    {
        byte[] unknown = [0x50, 0x01, 0x5A, 0x02, 0xAA, 0xBB, 0x61, 1, 2, 3, 4, 5, 6, 7, 8, 0x6D, 1, 2, 3, 4];
        byte[] known = Generated(Payload(3), "m", true, 1, 5, null).ToByteArray();

        var frame = InboundFrame.Parse([.. unknown, .. known, .. unknown]);

        Assert.Equal(Recipient, Encoding.UTF8.GetString(frame.Recipient));
    }

    [Theory]
    [InlineData("")]
    [InlineData("00000000")]
    [InlineData("0a")]
    [InlineData("0aff")]
    [InlineData("0a0512")]
    [InlineData("0a0412020a05")]
    [InlineData("0a021200")]
    [InlineData("0affffffffffffffffffff01")]
    [InlineData("0b")]
    [InlineData("0a040a021201")]
    public void Garbage_is_told_from_a_frame(string hex) =>
        Assert.Throws<MalformedFrameException>(() => InboundFrame.Parse(Convert.FromHexString(hex)));

    [Fact]
    public void No_random_bytes_do_worse_than_being_refused()
    {
        var random = new Random(20_250_101);
        var bytes = new byte[64];
        for (var i = 0; i < 20_000; i++)
        {
            random.NextBytes(bytes);
            bytes[0] = 0x0A;
            bytes[1] = (byte)(i % 70);
            var refusal = Record.Exception(() => InboundFrame.Parse(bytes.AsSpan(0, 2 + (i % 62))));
            Assert.True(refusal is null or MalformedFrameException, refusal?.ToString());
        }
    }

    private static byte[] Payload(int size) => [.. Enumerable.Range(0, size).Select(i => (byte)(i * 7))];

    private static Ack? AckOf(int[] ackAndNacks) =>
        ackAndNacks.Length == 0 ? null : new Ack((ulong)ackAndNacks[0], [.. ackAndNacks.Skip(1).Select(n => (ulong)n)]);

    private static byte[] Encode(byte[] payload, string manifest, bool hasSender, ulong sequence, int serializerId, Ack? ack)
    {
        var frame = new EnvelopeFrame(
            Encoding.UTF8.GetBytes(Recipient), hasSender ? Encoding.UTF8.GetBytes(Sender) : default, payload, serializerId, manifest,
            sequence, ack);
        var bytes = new byte[frame.Size];
        frame.WriteTo(bytes);
        return bytes;
    }

    private static AkkaProtocolMessage Generated(byte[] payload, string manifest, bool hasSender, ulong sequence, int serializerId,
        Ack? ack)
    {
        var envelope = new RemoteEnvelope
        {
            Recipient = new ActorRefData { Path = Recipient },
            Message = new Payload
            {
                Message = ByteString.CopyFrom(payload),
                SerializerId = serializerId,
                MessageManifest = ByteString.CopyFromUtf8(manifest),
            },
            Sender = hasSender ? new ActorRefData { Path = Sender } : null,
            Seq = sequence,
        };
        var container = new AckAndEnvelopeContainer { Envelope = envelope };
        if (ack is not null)
            container.Ack = new AcknowledgementInfo { CumulativeAck = ack.CumulativeAck, Nacks = { ack.Nacks } };
        return new AkkaProtocolMessage { Payload = container.ToByteString() };
    }

    private static byte[] Framed(AkkaProtocolMessage message)
    {
        var body = message.ToByteArray();
        var frame = new byte[EnvelopeFrame.LengthPrefix + body.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, body.Length);
        body.CopyTo(frame, EnvelopeFrame.LengthPrefix);
        return frame;
    }
}
