namespace AkkaRaft.Snapshots;

/// <summary>A stream that takes and gives no more once the server has stopped, so that whoever is busy with it comes to an end.</summary>
internal sealed class StoppableStream(Stream inner, CancellationToken stopped) : ForwardStream
{
    public override bool CanRead => inner.CanRead;

    public override bool CanWrite => inner.CanWrite;

    public override int Read(Span<byte> buffer)
    {
        stopped.ThrowIfCancellationRequested();
        return inner.Read(buffer);
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        stopped.ThrowIfCancellationRequested();
        inner.Write(buffer);
    }
}
