using System.Runtime.Serialization;
using Akka.Actor;
using AkkaRaft.Core;
using AkkaRaft.Serialization;
using AkkaRaft.Server;

namespace AkkaRaft.Specs;

/// <summary>What the serializer does not take from others, and what it takes of older versions.</summary>
public sealed class SerializerRefusalSpec : IDisposable
{
    private static readonly ServerId Node1 = new("node1");
    private static readonly ServerId Node2 = new("node2");
    private static readonly SnapshotMetadata SomeSnapshot = new(
        new LogIndex(7), new Term(2), ClusterConfiguration.Of(Node1, Node2), 70_000, new string('a', 64));

    private readonly ActorSystem _system = ActorSystem.Create("serializer-refusal-spec", Raft.DefaultConfig);
    private readonly RaftMessageSerializer _serializer;

    public SerializerRefusalSpec() => _serializer = new RaftMessageSerializer((ExtendedActorSystem)_system);

    public void Dispose() => _system.Terminate().Wait(TimeSpan.FromSeconds(30));

    [Fact]
    public void Numbers_that_no_server_sends_are_refused()
    {
        RaftMessage[] messages =
        [
            new PreVote(Node1, Node2, new Term(-1), default, default),
            new PreVote(Node1, Node2, default, new LogIndex(-1), default),
            new RequestVote(Node1, Node2, default, default, new Term(-1), false),
            new RequestVote(Node1, Node2, default, default, default, false) { ToIncarnation = -1 },
            new AppendEntries(Node1, Node2, default, new LogIndex(-1), default, [], default, 0),
            new AppendEntries(Node1, Node2, default, new LogIndex(long.MaxValue), default, [], default, 0),
            new AppendEntries(Node1, Node2, default, default, default, [], new LogIndex(-1), 0),
            new AppendEntries(Node1, Node2, default, default, default, [], default, -1),
            new AppendEntries(
                Node1, Node2, default, default, default, [new LogEntry(new LogIndex(1), new Term(-1), NoOp.Instance)], default, 0),
            new AppendEntriesReply(Node1, Node2, default, 0, true, new LogIndex(-1), default, default, default),
            new AppendEntriesReply(Node1, Node2, default, 0, false, default, new LogIndex(-1), default, default),
            new InstallSnapshot(Node1, Node2, default, SomeSnapshot, -1, default, 0),
            new InstallSnapshot(Node1, Node2, default, SomeSnapshot with { SizeBytes = -1 }, 0, default, 0),
            new InstallSnapshot(Node1, Node2, default, SomeSnapshot with { Checksum = "ab" }, 0, default, 0),
            new InstallSnapshot(Node1, Node2, default, SomeSnapshot, SomeSnapshot.SizeBytes - 1, new byte[2], 0),
            new InstallSnapshotReply(Node1, Node2, default, default, -1, false, 0),
            new ReadIndexRequest(Node1, Node2, default, -1),
            new ReadIndexReply(Node1, Node2, default, 0, new LogIndex(-1)),
        ];
        foreach (var message in messages)
        {
            Assert.Throws<SerializationException>(() => RoundTrip(Peer(message)));
        }

        var timeless = new LogEntry(new LogIndex(1), new Term(1), new TimeEntry(TimeSpan.FromTicks(-1)));
        Assert.Throws<SerializationException>(
            () => RoundTrip(Peer(new AppendEntries(Node1, Node2, default, default, default, [timeless], default, 0))));
    }

    [Fact]
    public void A_configuration_that_contradicts_itself_is_refused()
    {
        var bytes = JournalRecord.Seal(new Serialization.Proto.Bootstrapped
        {
            Format = 2,
            Configuration = new Serialization.Proto.Configuration { Voters = { "node1" }, Learners = { "node1" } },
        });

        Assert.Contains("makes no sense", Assert.Throws<SerializationException>(() => _serializer.FromBinary(bytes, "jb")).Message);
    }

    [Fact]
    public void A_record_of_the_first_format_is_read()
    {
        var bytes = JournalRecord.Seal(new Serialization.Proto.JournalOwner { Format = 1, ClusterId = "kv", ServerId = "node1" });

        Assert.Equal(new JournalOwner("kv", Node1), _serializer.FromBinary(bytes, "jo"));
    }

    private static PeerMessage Peer(RaftMessage message) => new("kv", message);

    private object RoundTrip(object message) => _serializer.FromBinary(_serializer.ToBinary(message), _serializer.Manifest(message));
}
