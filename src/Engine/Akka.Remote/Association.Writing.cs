using System.Buffers;
using System.Collections.Concurrent;
using Akka.Event;
using Akka.Remote.Protocol;
using Akka.Remote.Transport;

namespace Akka.Remote;

/// <summary>
/// The writer. Whoever finds nothing pending starts it on the thread pool; it then writes in batches until nothing is pending
/// any more. While a connection is being opened it is parked.
/// </summary>
internal sealed partial class Association
{
    /// <summary>So much is gathered before it is handed to the socket, even if more is waiting.</summary>
    private const int FlushThresholdBytes = 64 * 1024;

    /// <summary>What may wait in all; Akka.NET would let it grow until the memory is full.</summary>
    internal const int QueueCapacity = 250_000;

    private readonly ConcurrentQueue<OutboundMessage> _queue = new();
    private readonly MessageEncoder _encoder;
    private Ack? _pendingAck;
    private int _pending;
    private bool _parked;
    private bool _warnedOfBacklog;

    void IThreadPoolWorkItem.Execute() => _ = WriteAsync();

    private void Enqueue(in OutboundMessage message)
    {
        if (Volatile.Read(ref _pending) >= QueueCapacity && message.Message is not null)
        {
            _remoting.ToDeadLetters(message.Message, message.Sender, message.Recipient!);
            return;
        }

        // The writer may take the message before it is counted; the count is then below zero for a moment and still adds up.
        _queue.Enqueue(message);
        var pending = Interlocked.Increment(ref _pending);
        if (pending == 1)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        else if (pending > _remoting.Settings.LogBufferSizeExceeding && !_warnedOfBacklog)
            WarnOfBacklog(pending);
    }

    private async Task WriteAsync()
    {
        int done;
        do
        {
            Connection? writer;
            lock (_lock)
            {
                writer = _writer;
                if (writer is null && _state == AssociationState.Connecting)
                {
                    _parked = true;
                    return;
                }
            }

            done = writer is null ? DiscardQueue() : await WriteBatchAsync(writer).ConfigureAwait(false);
        }
        while (Interlocked.Add(ref _pending, -done) > 0);
    }

    private async ValueTask<int> WriteBatchAsync(Connection connection)
    {
        var done = 0;
        try
        {
            await connection.WriteGate.WaitAsync().ConfigureAwait(false);
            try
            {
                WriteResends(connection);
                done = FillBuffer(connection);
                if (Interlocked.Exchange(ref _pendingAck, null) is { } ack)
                    connection.Output.Write(AckFrame.Encode(ack));
                await connection.Output.FlushAsync().ConfigureAwait(false);
            }
            finally
            {
                connection.WriteGate.Release();
            }
        }
        catch (Exception e)
        {
            Detach(connection, e.Message, LogLevel.WarningLevel);
        }

        return done;
    }

    private int FillBuffer(Connection connection)
    {
        var done = 0;
        var output = connection.Output;
        while (output.UnflushedBytes < FlushThresholdBytes && _queue.TryDequeue(out var outbound))
        {
            done++;
            if (outbound.Message is null)
                continue;
            var ack = Volatile.Read(ref _pendingAck);
            if (_encoder.TryWrite(outbound, ack, output) && ack is not null)
                Interlocked.CompareExchange(ref _pendingAck, null, ack);
        }

        return done;
    }

    private void WriteResends(Connection connection)
    {
        foreach (var message in _outbox.TakeResends())
            _encoder.TryWrite(message, null, connection.Output);
    }

    private int DiscardQueue()
    {
        var done = 0;
        while (_queue.TryDequeue(out var outbound))
        {
            done++;

            // System messages are kept for the next connection; the rest is lost with this one.
            if (outbound.Message is { } message && outbound.Sequence == EnvelopeFrame.NoSequence)
                _remoting.ToDeadLetters(message, outbound.Sender, outbound.Recipient!);
        }

        return done;
    }

    /// <summary>Lets a parked writer run again. Under the lock.</summary>
    private bool Unpark()
    {
        if (!_parked)
            return false;
        _parked = false;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        return true;
    }

    private void Heartbeat(Connection connection, long now)
    {
        // The interval may be off, but a busy connection must not gather heartbeats.
        connection.HeartbeatDueMillis = now + (long)_remoting.HeartbeatInterval.TotalMilliseconds;
        _ = SendAsync();

        async Task SendAsync()
        {
            try
            {
                await connection.WriteAsync(ControlFrames.Heartbeat).ConfigureAwait(false);
            }
            catch (Exception e) when (Connection.IsConnectionFailure(e))
            {
                Detach(connection, e.Message, LogLevel.WarningLevel);
            }
        }
    }

    private void WarnOfBacklog(int pending)
    {
        _warnedOfBacklog = true;
        _remoting.Log.Warning("[{0}] messages wait to be sent to [{1}]; adjust log-buffer-size-exceeding if that is expected",
            pending, RemoteAddress);
    }
}
