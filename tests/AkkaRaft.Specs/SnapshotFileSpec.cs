using System.Text;
using AkkaRaft.Client;
using AkkaRaft.Core;
using AkkaRaft.Core.Sessions;
using AkkaRaft.Snapshots;

namespace AkkaRaft.Specs;

/// <summary>The layout of snapshots' files: what comes back, and what is noticed.</summary>
public sealed class SnapshotFileSpec
{
    private static readonly SnapshotHeader Header =
        new("kv", new LogIndex(70), new Term(3), ClusterConfiguration.Of(new ServerId("node1")));

    [Fact]
    public void Header_sessions_and_state_come_back()
    {
        var payload = new Payload(17, "S", Encoding.UTF8.GetBytes("hello"));
        var answers = new Dictionary<long, Answer>
        {
            [5] = new ResultAnswer(0, new LogIndex(60), payload),
            [6] = new NoResultAnswer(0, new LogIndex(61), "too large"),
        };
        var sessions = new SessionsCapture<Answer>(
            TimeSpan.FromSeconds(90),
            [
                new(new SessionId(3), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(80), 4, answers),
                new(new SessionId(9), TimeSpan.FromSeconds(30), null, 0, new Dictionary<long, Answer>()),
            ]);
        var state = new byte[300_000];
        new Random(1).NextBytes(state);

        var reader = new SnapshotFileReader(new MemoryStream(Written(sessions, stream => stream.Write(state))));
        var read = new MemoryStream();
        reader.ReadState(stream => stream.CopyTo(read));

        Assert.Equal(Header, reader.Header);
        Assert.Equal(sessions.ReplicatedTime, reader.Sessions.ReplicatedTime);
        Assert.Equal(sessions.Sessions.Select(Facts), reader.Sessions.Sessions.Select(Facts));
        Assert.Equal(answers, reader.Sessions.Sessions[0].Answers);
        Assert.Equal(state, read.ToArray());
    }

    [Fact]
    public void A_state_machine_may_close_the_stream_and_need_not_read_all_of_it()
    {
        var file = Written(NoSessions(), stream =>
        {
            using var writer = new BinaryWriter(stream);
            writer.Write(new byte[200_000]);
        });

        new SnapshotFileReader(new MemoryStream(file)).ReadState(stream =>
        {
            stream.ReadByte();
            stream.Dispose();
        });
    }

    [Fact]
    public void Any_flipped_bit_is_noticed()
    {
        var file = Written(NoSessions(), stream => stream.Write("the state"u8));
        for (var bit = 0; bit < 8 * file.Length; bit++)
        {
            byte[] damaged = [.. file];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<InvalidDataException>(() => ReadAll(damaged));
        }
    }

    [Fact]
    public void A_file_that_is_cut_short_or_goes_on_is_noticed()
    {
        var file = Written(NoSessions(), stream => stream.Write("the state"u8));
        for (var length = 0; length < file.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => ReadAll(file[..length]));
        }

        Assert.Throws<InvalidDataException>(() => ReadAll([.. file, 0]));
    }

    [Fact]
    public void A_file_of_a_newer_version_is_refused()
    {
        var file = Written(NoSessions(), stream => stream.Write("the state"u8));
        file[SnapshotLayout.Magic.Length] = 2;

        Assert.Contains("newer", Assert.Throws<InvalidDataException>(() => ReadAll(file)).Message);
    }

    private static SessionsCapture<Answer> NoSessions() => new(TimeSpan.Zero, []);

    private static object Facts(SessionCapture<Answer> session) =>
        (session.Id, session.Timeout, session.IdleSince, session.Acknowledged, session.Answers.Count);

    private static byte[] Written(SessionsCapture<Answer> sessions, Action<Stream> writeState)
    {
        var file = new MemoryStream();
        SnapshotFileWriter.Write(file, Header, sessions, writeState);
        return file.ToArray();
    }

    private static void ReadAll(byte[] file) =>
        new SnapshotFileReader(new MemoryStream(file)).ReadState(stream => stream.CopyTo(Stream.Null));
}
