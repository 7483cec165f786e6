using System.Buffers;
using Akka.Event;
using Akka.Remote.Protocol;
using Akka.Remote.Serialization.Proto.Msg;
using Akka.Remote.Transport;

namespace Akka.Remote;

/// <summary>Reads the frames of one connection, as many as each read brings, until one side says goodbye.</summary>
internal sealed class ConnectionReader(Remoting remoting, Association association, Connection connection, int maximumFrameSize)
{
    private readonly InboundDispatcher _dispatcher = new(remoting, association);

    /// <summary>Why the connection ended.</summary>
    public string Ending { get; set; } = "Disassociated";

    public LogLevel EndingLevel { get; private set; } = LogLevel.WarningLevel;

    public async Task RunAsync()
    {
        var goesOn = true;
        while (goesOn)
        {
            connection.Heard();
            var read = await connection.Input.ReadAsync().ConfigureAwait(false);
            var buffer = read.Buffer;
            while (goesOn && FrameReader.TryRead(ref buffer, maximumFrameSize, out var frame))
                goesOn = Handle(frame);
            connection.Input.AdvanceTo(buffer.Start, buffer.End);
            goesOn &= !read.IsCompleted;
        }
    }

    private bool Handle(in ReadOnlySequence<byte> frame)
    {
        if (frame.IsSingleSegment)
            return Handle(frame.FirstSpan);
        var length = (int)frame.Length;
        var copy = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            frame.CopyTo(copy);
            return Handle(copy.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
        }
    }

    private bool Handle(ReadOnlySpan<byte> bytes)
    {
        var frame = InboundFrame.Parse(bytes);
        if (!frame.Instruction.IsEmpty)
            return Obey(ControlFrames.Parse(frame.Instruction).Command);
        if (frame.Ack is { } ack)
            association.ReceiveAck(ack);
        if (!frame.HasEnvelope)
            return true;
        try
        {
            _dispatcher.Dispatch(frame);
        }
        catch (Exception e) when (e is not MalformedFrameException)
        {
            // One message that nobody can take must not end a connection that others share.
            remoting.Log.Error(e, "Cannot deliver a message from [{0}]; it is dropped, the association remains live",
                association.RemoteAddress);
        }

        return true;
    }

    private bool Obey(CommandType command)
    {
        switch (command)
        {
            case CommandType.Disassociate:
                return false;
            case CommandType.DisassociateShuttingDown:
                Ending = "The remote system has shut down.";
                EndingLevel = LogLevel.InfoLevel;
                return false;
            case CommandType.DisassociateQuarantined:
                Ending = "The remote system has quarantined this system. No further associations to the remote system are possible " +
                    "until this system is restarted.";
                remoting.Publish(new ThisActorSystemQuarantinedEvent(remoting.DefaultAddress, association.RemoteAddress));
                return false;
            default:
                return true;
        }
    }
}
