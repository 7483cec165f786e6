using System.Buffers;
using Akka.Remote.Protocol;

namespace Engine.Tests.Remote;

public class FrameReaderTests
{
    private const int Limit = 1000;

    [Fact]
    public void Several_frames_are_cut_from_one_read()
    {
        var buffer = new ReadOnlySequence<byte>([1, 0, 0, 0, 7, 0, 0, 0, 0, 2, 0, 0, 0, 8, 9, 3, 0]);

        Assert.Equal(new byte[] { 7 }, Next(ref buffer));
        Assert.Equal(Array.Empty<byte>(), Next(ref buffer));
        Assert.Equal(new byte[] { 8, 9 }, Next(ref buffer));
        Assert.Null(Next(ref buffer));
        Assert.Equal([3, 0], buffer.ToArray());
    }

    [Fact]
    public void A_frame_is_put_together_from_bytes_that_come_one_by_one()
    {
        byte[] stream = [3, 0, 0, 0, 1, 2, 3];
        for (var arrived = 0; arrived < stream.Length; arrived++)
        {
            var part = Segmented(stream[..arrived]);
            Assert.Null(Next(ref part));
        }

        var whole = Segmented(stream);
        Assert.Equal(new byte[] { 1, 2, 3 }, Next(ref whole));
        Assert.True(whole.IsEmpty);
    }

    [Theory]
    [InlineData(Limit + 33)]
    [InlineData(int.MaxValue)]
    [InlineData(-1)]
    public void A_frame_that_announces_too_much_is_refused_before_it_has_arrived(int length)
    {
        var buffer = new ReadOnlySequence<byte>(BitConverter.GetBytes(length));

        Assert.Throws<MalformedFrameException>(() => FrameReader.TryRead(ref buffer, Limit, out _));
    }

    private static byte[]? Next(ref ReadOnlySequence<byte> buffer) =>
        FrameReader.TryRead(ref buffer, Limit, out var frame) ? frame.ToArray() : null;

    private static ReadOnlySequence<byte> Segmented(byte[] bytes)
    {
        if (bytes.Length == 0)
            return ReadOnlySequence<byte>.Empty;
        var first = new Segment(bytes.AsMemory(0, 1), 0);
        var last = first;
        for (var i = 1; i < bytes.Length; i++)
            last = last.Append(bytes.AsMemory(i, 1));
        return new ReadOnlySequence<byte>(first, 0, last, 1);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long runningIndex)
        {
            Memory = memory;
            RunningIndex = runningIndex;
        }

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
