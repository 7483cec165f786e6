using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Remote;
using Akka.Remote.Protocol;
using Akka.Remote.Serialization.Proto.Msg;
using Google.Protobuf;

namespace Engine.Tests.Remote;

/// <summary>A peer that speaks in bytes, to see what is really on the wire.</summary>
internal sealed class RawPeer : IDisposable
{
    public static readonly Address Address = new("akka.tcp", "raw", "127.0.0.1", 1);

    private readonly TcpClient _client;
    private readonly NetworkStream _stream;

    private RawPeer(TcpClient client)
    {
        _client = client;
        _stream = client.GetStream();
    }

    public static async Task<RawPeer> ConnectAsync(RemoteNode node)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, node.Port);
        return new RawPeer(client);
    }

    public static async Task<RawPeer> AssociateAsync(RemoteNode node, int uid = 42, Address? origin = null)
    {
        var peer = await ConnectAsync(node);
        await peer.SendAsync(ControlFrames.Associate(origin ?? Address, uid));
        Assert.Equal(ControlFrames.Associate(node.Address, AddressUidExtension.Uid(node.System)), Framed(await peer.NextAsync()));
        return peer;
    }

    public static async Task<RawPeer> AcceptAsync(TcpListener listener) =>
        new(await listener.AcceptTcpClientAsync().WaitAsync(RemoteNode.Patience));

    public static byte[] Framed(byte[] body)
    {
        var frame = new byte[4 + body.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, body.Length);
        body.CopyTo(frame, 4);
        return frame;
    }

    public static byte[] Envelope(string recipient, string text, ulong sequence = ulong.MaxValue, string? sender = null) =>
        Envelope(recipient, new Payload
        {
            Message = ByteString.CopyFromUtf8(text),
            SerializerId = 17,
            MessageManifest = ByteString.CopyFromUtf8("System.String, System.Private.CoreLib"),
        }, sequence, sender);

    public static byte[] Envelope(string recipient, Payload payload, ulong sequence = ulong.MaxValue, string? sender = null)
    {
        var container = new AckAndEnvelopeContainer
        {
            Envelope = new RemoteEnvelope
            {
                Recipient = new ActorRefData { Path = recipient },
                Message = payload,
                Sender = sender is null ? null : new ActorRefData { Path = sender },
                Seq = sequence,
            },
        };
        return Framed(new AkkaProtocolMessage { Payload = container.ToByteString() }.ToByteArray());
    }

    public async Task SendAsync(params byte[][] frames)
    {
        foreach (var frame in frames)
            await _stream.WriteAsync(frame).AsTask().WaitAsync(RemoteNode.Patience);
    }

    /// <summary>The next frame that is not a heartbeat, without its length.</summary>
    public async Task<byte[]> NextAsync()
    {
        while (true)
        {
            var frame = await NextOrEndAsync() ?? throw new EndOfStreamException("The node has ended the connection.");
            if (!Framed(frame).SequenceEqual(ControlFrames.Heartbeat))
                return frame;
        }
    }

    public async Task<AckAndEnvelopeContainer> NextPayloadAsync() =>
        AckAndEnvelopeContainer.Parser.ParseFrom(AkkaProtocolMessage.Parser.ParseFrom(await NextAsync()).Payload);

    /// <summary>The next frame, heartbeats included, or null at the end of the stream.</summary>
    public async Task<byte[]?> NextOrEndAsync()
    {
        using var deadline = new CancellationTokenSource(RemoteNode.Patience);
        var prefix = new byte[4];
        try
        {
            if (await _stream.ReadAtLeastAsync(prefix, 4, throwOnEndOfStream: false, deadline.Token) < 4)
                return null;
            var body = new byte[BinaryPrimitives.ReadInt32LittleEndian(prefix)];
            await _stream.ReadExactlyAsync(body, deadline.Token);
            return body;
        }
        catch (IOException)
        {
            // A connection that is reset has ended, too.
            return null;
        }
    }

    public async Task ExpectEndAsync()
    {
        while (await NextOrEndAsync() is not null)
        {
            // What was under way before the end does not matter.
        }
    }

    public void Dispose() => _client.Dispose();
}
