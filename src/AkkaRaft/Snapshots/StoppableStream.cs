namespace AkkaRaft.Snapshots;

/// <summary>A stream that takes and gives no more once its owner has stopped, so that a reader or writer of it comes to an end.</summary>
internal sealed class StoppableStream(Stream inner, StopSignal owner) : ForwardStream
{
    public override bool CanRead => inner.CanRead;

    public override bool CanWrite => inner.CanWrite;

    public override int Read(Span<byte> buffer)
    {
        owner.ThrowIfStopped();
        return inner.Read(buffer);
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        owner.ThrowIfStopped();
        inner.Write(buffer);
    }
}

/// <summary>Tells other threads that an actor has stopped.</summary>
internal sealed class StopSignal
{
    private volatile bool _hasStopped;

    public void Stop() => _hasStopped = true;

    /// <exception cref="OperationCanceledException">The actor has stopped.</exception>
    public void ThrowIfStopped()
    {
        if (_hasStopped)
        {
            throw new OperationCanceledException("The server has stopped.");
        }
    }
}
