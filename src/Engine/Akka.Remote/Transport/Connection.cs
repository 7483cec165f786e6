using System.IO.Pipelines;
using System.Net.Sockets;

namespace Akka.Remote.Transport;

/// <summary>
/// One TCP connection: a pipe to read frames from and one to write them to. Writers take <see cref="WriteGate"/> for a
/// whole batch, because heartbeats and messages come from different places.
/// </summary>
internal sealed class Connection
{
    private const int BufferSize = 64 * 1024;

    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Connection(Socket socket, Stream stream, bool isInbound, FailureDetector failureDetector)
    {
        _socket = socket;
        _stream = stream;
        IsInbound = isInbound;
        FailureDetector = failureDetector;
        Input = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: BufferSize, leaveOpen: true));
        Output = PipeWriter.Create(stream, new StreamPipeWriterOptions(minimumBufferSize: BufferSize, leaveOpen: true));
        HeartbeatDueMillis = Environment.TickCount64;
        LastHeardMillis = HeartbeatDueMillis;
    }

    public bool IsInbound { get; }

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    public SemaphoreSlim WriteGate { get; } = new(1, 1);

    public FailureDetector FailureDetector { get; }

    public long HeartbeatDueMillis { get; set; }

    public long LastHeardMillis { get; private set; }

    /// <summary>Ends when this side has closed the connection.</summary>
    public Task Closed => _closed.Task;

    /// <summary>Anything that comes from the peer is a sign of life.</summary>
    public void Heard()
    {
        FailureDetector.HeartBeat();
        LastHeardMillis = Environment.TickCount64;
    }

    public async Task WriteAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken = default)
    {
        await WriteGate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await Output.WriteAsync(frame, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            WriteGate.Release();
        }
    }

    /// <summary>
    /// Says a last word and ends our half of the stream, then reads on until the peer has ended its half: closing a socket
    /// with unread bytes would reset the connection and could take the last word with it.
    /// </summary>
    public async Task FarewellAsync(ReadOnlyMemory<byte> lastFrame, TimeSpan patience)
    {
        using var deadline = new CancellationTokenSource(patience);
        try
        {
            await WriteAsync(lastFrame, deadline.Token).ConfigureAwait(false);
            _socket.Shutdown(SocketShutdown.Send);
            for (var atEnd = false; !atEnd;)
            {
                var rest = await Input.ReadAsync(deadline.Token).ConfigureAwait(false);
                atEnd = rest.IsCompleted;
                Input.AdvanceTo(rest.Buffer.End);
            }
        }
        catch (Exception e) when (IsConnectionFailure(e))
        {
            // The peer was faster, or has no patience either: the connection ends in any case.
        }
        finally
        {
            Close();
        }
    }

    /// <summary>
    /// Says a last word while somebody else is reading; that reader closes the connection when the peer has ended its half.
    /// </summary>
    public async Task EndAsync(ReadOnlyMemory<byte> lastFrame, TimeSpan patience)
    {
        using var deadline = new CancellationTokenSource(patience);
        try
        {
            await WriteAsync(lastFrame, deadline.Token).ConfigureAwait(false);
            _socket.Shutdown(SocketShutdown.Send);
            await Closed.WaitAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (IsConnectionFailure(e))
        {
            // As above.
        }
        finally
        {
            Close();
        }
    }

    public void Close()
    {
        if (!_closed.TrySetResult())
            return;
        _stream.Dispose();
        _socket.Dispose();
    }

    /// <summary>What reading from or writing to a connection throws when the connection, and not the program, is at fault.</summary>
    public static bool IsConnectionFailure(Exception e) =>
        e is IOException or SocketException or ObjectDisposedException or OperationCanceledException;
}
