using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using Akka.Actor;
using Akka.Event;
using Akka.Remote.Protocol;
using Akka.Serialization;

namespace Akka.Remote;

/// <summary>Serializes messages straight into a connection's buffer. One for each association's writer, used by it alone.</summary>
internal sealed class MessageEncoder(ExtendedActorSystem system, RemoteSettings settings, ILoggingAdapter log, Address localAddress,
    int maximumFrameSize)
{
    private const int SenderSlots = 256;

    private readonly int _loggedFrameSize = settings.LogFrameSizeExceeding;
    private readonly Dictionary<Type, int> _largestFrames = [];
    private (IActorRef Ref, byte[] Path)[]? _senders;

    /// <summary>Writes one frame. A message that cannot be serialized, or is too large, is logged and dropped.</summary>
    /// <returns>Whether it has been written, and with it the acknowledgement.</returns>
    public bool TryWrite(in OutboundMessage outbound, Ack? ack, IBufferWriter<byte> output)
    {
        var message = outbound.Message!;
        var recipient = outbound.Recipient!;
        byte[] bytes;
        string manifest;
        int serializerId;
        try
        {
            var serializer = system.Serialization.FindSerializerFor(message);
            serializerId = serializer.Identifier;
            manifest = Akka.Serialization.Serialization.ManifestFor(serializer, message);
            bytes = Akka.Serialization.Serialization.WithTransport(
                system, (serializer, message), static state => state.serializer.ToBinary(state.message));
        }
        catch (Exception e)
        {
            log.Error(e, "Cannot serialize a message of type [{0}] to [{1}]; it is dropped, the association remains live",
                message.GetType(), recipient.Path);
            return false;
        }

        var sender = outbound.Sender is null ? [] : PathOf(outbound.Sender);
        var frame = new EnvelopeFrame(recipient.SerializedPath, sender, bytes, serializerId, manifest, outbound.Sequence, ack);
        var size = frame.Size;
        if (size > maximumFrameSize)
        {
            log.Error(
                new OversizedPayloadException(
                    $"Discarding oversized payload sent to {recipient}: max allowed size {maximumFrameSize} bytes, " +
                    $"actual size of encoded {message.GetType()} was {size} bytes."),
                "Transient error while writing a message, the association remains live");
            return false;
        }

        if (size > _loggedFrameSize)
            LogLargeFrame(message.GetType(), size);
        if (settings.LogSend)
            log.Debug("sending remote message [{0}] to [{1}] from [{2}]", message, recipient, outbound.Sender);
        frame.WriteTo(output.GetSpan(size));
        output.Advance(size);
        return true;
    }

    /// <summary>Lets go of the actors that have sent; nothing is being sent any more.</summary>
    public void ForgetSenders() => _senders = null;

    private void LogLargeFrame(Type type, int size)
    {
        if (_largestFrames.TryGetValue(type, out var largest) && size < largest * 1.1)
            return;
        _largestFrames[type] = size;
        log.Info("Payload size for [{0}] is [{1}] bytes", type.FullName, size);
    }

    private byte[] PathOf(IActorRef sender)
    {
        var senders = _senders ??= new (IActorRef, byte[])[SenderSlots];
        ref var slot = ref senders[RuntimeHelpers.GetHashCode(sender) & (SenderSlots - 1)];
        if (ReferenceEquals(slot.Ref, sender))
            return slot.Path;

        var path = sender.Path;
        var text = string.IsNullOrEmpty(path.Address.Host)
            ? path.ToSerializationFormatWithAddress(localAddress)
            : path.ToSerializationFormat();
        var bytes = Encoding.UTF8.GetBytes(text);

        // The sender of an Ask answers to one message only and would push out those that come again.
        if (sender is ActorRefWithCell)
            slot = (sender, bytes);
        return bytes;
    }
}
