using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;
using AkkaRaft.Client;
using AkkaRaft.Core;
using AkkaRaft.Serialization;
using AkkaRaft.Server;

namespace AkkaRaft.Specs;

/// <summary>What AkkaRaft writes to the wire and to journals, message by message.</summary>
public sealed class SerializerSpec : IDisposable
{
    private static readonly ServerId Node1 = new("node1");
    private static readonly ServerId Node2 = new("node2");
    private static readonly Payload SomePayload = new(17, "S", Encoding.UTF8.GetBytes("hello"));
    private static readonly Command SomeCommand = new(17, "S", Encoding.UTF8.GetBytes("hello"));

    private static readonly SnapshotMetadata SomeSnapshot = new(
        new LogIndex(7),
        new Term(2),
        new ClusterConfiguration(
            [Node1, Node2],
            [Node1],
            [new ServerId("node3"), new ServerId("node4")],
            [KeyValuePair.Create(Node1, "akka.tcp://r@127.0.0.1:1")],
            [new ServerId("node4")],
            [KeyValuePair.Create(Node1, 12L), KeyValuePair.Create(Node2, long.MaxValue / 2)]),
        70_000,
        new string('a', 64));

    private readonly ActorSystem _system = ActorSystem.Create("serializer-spec", Raft.DefaultConfig);
    private readonly RaftMessageSerializer _serializer;

    public SerializerSpec() => _serializer = new RaftMessageSerializer((ExtendedActorSystem)_system);

    public static TheoryData<string, object> Messages => new()
    {
        { "pv", Peer(new PreVote(Node1, Node2, new Term(3), new LogIndex(7), new Term(2))) },
        { "rv", Peer(new RequestVote(Node1, Node2, new Term(3), new LogIndex(7), new Term(2), false)) with { IsUnheard = true } },
        { "cs", new GetStatus(7, WithDigest: true) { IsUnheard = true } },
        { "pvr", Peer(new PreVoteReply(Node1, Node2, new Term(3), new Term(2), true)) },
        { "rv", Peer(new RequestVote(Node1, Node2, new Term(3), new LogIndex(7), new Term(2), true)) },
        { "rvr", Peer(new RequestVoteReply(Node1, Node2, new Term(3), true)) },
        { "ae", Peer(new AppendEntries(Node1, Node2, new Term(3), new LogIndex(7), new Term(2), [], new LogIndex(6), 99)) },
        {
            "aer",
            Peer(new AppendEntriesReply(
                Node1, Node2, new Term(3), 99, false, new LogIndex(1), new LogIndex(7), new LogIndex(5), new Term(1)))
        },
        { "pv", Peer(new PreVote(Node1, Node2, new Term(3), new LogIndex(7), new Term(2)) { ToIncarnation = 5 }) },
        { "rv", Peer(new RequestVote(Node1, Node2, new Term(3), new LogIndex(7), new Term(2), false) { ToIncarnation = 5 }) },
        { "ae", Peer(new AppendEntries(Node1, Node2, new Term(3), default, default, [], default, 9) { ClusterVersion = 2 }) },
        {
            "aer",
            Peer(new AppendEntriesReply(Node1, Node2, new Term(3), 9, true, new LogIndex(1), default, default, default) { Priority = -1 })
        },
        { "isr", Peer(new InstallSnapshotReply(Node1, Node2, new Term(3), new LogIndex(7), 70_000, true, 9)) },
        { "tn", Peer(new TimeoutNow(Node1, Node2, new Term(3))) },
        { "ri", Peer(new ReadIndexRequest(Node1, Node2, new Term(3), 12)) },
        { "rir", Peer(new ReadIndexReply(Node1, Node2, new Term(3), 12, new LogIndex(7))) },
        { "rvr", Peer(new RequestVoteReply(Node1, Node2, new Term(3), true)) with { Incarnation = long.MaxValue / 2, Version = 2 } },
        { "jo", new JournalOwner("kv", Node1) },
        { "jo", new JournalOwner("kv", Node1) { Incarnation = 5, TrimmedUpTo = 80 } },
        { "js", new SnapshotRecorded(SomeSnapshot, true) },
        { "jt", new TermAndVote(new Term(3), null) },
        { "jt", new TermAndVote(new Term(3), Node2) },
        { "cs", new GetStatus(5, true) },
    };

    public void Dispose() => _system.Terminate().Wait(TimeSpan.FromSeconds(30));

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_comes_back_as_it_was(string manifest, object message)
    {
        Assert.Equal(manifest, _serializer.Manifest(message));
        var read = RoundTrip(message);
        if (message is PeerMessage { Message: AppendEntries append })
        {
            AssertSame(append, Assert.IsType<AppendEntries>(Assert.IsType<PeerMessage>(read).Message));
        }
        else
        {
            Assert.Equal(message, read);
        }
    }

    [Fact]
    public void Entries_come_back_with_their_payloads_of_each_kind()
    {
        var configuration = SomeSnapshot.Configuration;
        LogEntry[] entries =
        [
            new(new LogIndex(8), new Term(2), NoOp.Instance),
            new(new LogIndex(9), new Term(3), SomeCommand),
            new(new LogIndex(10), new Term(3), new ConfigurationChange(configuration)),
            new(new LogIndex(11), new Term(3), new OpenSession(TimeSpan.FromSeconds(30), new SessionId(11))),
            new(new LogIndex(12), new Term(3), new SessionCommand(new SessionId(11), 4, 3, SomeCommand)),
            new(new LogIndex(13), new Term(3), new CloseSession(new SessionId(11))),
            new(new LogIndex(14), new Term(3), new TimeEntry(TimeSpan.FromMilliseconds(500.5))),
        ];
        var append = new AppendEntries(Node1, Node2, new Term(3), new LogIndex(7), new Term(2), entries, new LogIndex(6), 99);

        AssertSame(append, (AppendEntries)((PeerMessage)RoundTrip(Peer(append))).Message);
        Assert.Equal(entries, ((EntriesAppended)RoundTrip(new EntriesAppended(entries))).Entries);
        Assert.Equal(configuration, ((Bootstrapped)RoundTrip(new Bootstrapped(configuration))).Configuration);
    }

    [Fact]
    public void A_part_of_a_snapshot_comes_back()
    {
        var install = new InstallSnapshot(Node1, Node2, new Term(3), SomeSnapshot, 65_536, new byte[] { 1, 2, 3 }, 9);

        var read = Assert.IsType<InstallSnapshot>(Assert.IsType<PeerMessage>(RoundTrip(Peer(install))).Message);

        Assert.Equal("is", _serializer.Manifest(Peer(install)));
        Assert.Equal(install.Data.ToArray(), read.Data.ToArray());
        Assert.Equal(install with { Data = read.Data }, read);
    }

    [Fact]
    public void Clients_requests_come_back_and_say_who_passed_them_on()
    {
        var forwarding = new Forwarding("kv", Node1, Node2);
        ClientRequest[] requests = [new(1, SomePayload), new(2, SomePayload)];

        var proposals = Assert.IsType<ProposeRequests>(RoundTrip(new ProposeRequests(forwarding, requests)));
        var queries = Assert.IsType<QueryRequests>(RoundTrip(new QueryRequests(null, requests)));

        Assert.Equal(forwarding, proposals.Forwarding);
        Assert.Equal(requests, proposals.Requests);
        Assert.Null(queries.Forwarding);
        Assert.Equal(requests, queries.Requests);
    }

    [Fact]
    public void What_a_proposal_is_to_a_session_comes_back()
    {
        ClientRequest[] requests =
        [
            new(1, Payload.None) { Session = new SessionOpening(TimeSpan.FromMinutes(1)) },
            new(2, SomePayload) { Session = new SessionStep(new SessionId(7), 3, 2) },
            new(3, Payload.None) { Session = new SessionClosing(new SessionId(7)) },
        ];

        Assert.Equal(requests, Assert.IsType<ProposeRequests>(RoundTrip(new ProposeRequests(null, requests))).Requests);
    }

    [Fact]
    public void A_command_in_a_session_bears_a_manifest_that_a_server_without_sessions_refuses()
    {
        var step = new ClientRequest(2, SomePayload) { Session = new SessionStep(new SessionId(7), 3, 2) };

        Assert.Equal("cps", _serializer.Manifest(new ProposeRequests(null, [new ClientRequest(1, SomePayload), step])));
        Assert.Equal("cp", _serializer.Manifest(new ProposeRequests(null, [new ClientRequest(1, SomePayload)])));
    }

    [Fact]
    public void What_a_query_must_know_of_comes_back()
    {
        Consistency[] all =
        [
            Consistency.Linearizable, Consistency.LinearizableLocal, Consistency.Stale(TimeSpan.FromMilliseconds(200)),
            Consistency.AtIndex(new LogIndex(42)), Consistency.Local,
        ];

        Assert.All(all, consistency => Assert.Equal(
            consistency,
            Assert.IsType<QueryRequests>(RoundTrip(new QueryRequests(null, []) { Consistency = consistency })).Consistency));
    }

    [Fact]
    public void What_operators_ask_for_comes_back()
    {
        var forwarding = new Forwarding("kv", Node1, Node2);
        MemberChange[] changes =
        [
            new AddMember(Node1, "akka.tcp://r@127.0.0.1:1", 12, AsLearner: true), new PromoteMember(Node1), new RemoveMember(Node2),
            new MoveMember(Node2, "akka.tcp://r@127.0.0.1:2"),
        ];

        var read = Assert.IsType<ChangeMembersRequest>(RoundTrip(new ChangeMembersRequest(forwarding, 6, changes)));
        Assert.Equal((forwarding, 6), (read.Forwarding, read.Id));
        Assert.Equal(changes, read.Changes);
        Assert.Equal(new TransferRequest(forwarding, 7, Node2), RoundTrip(new TransferRequest(forwarding, 7, Node2)));
        Assert.Equal(new TransferRequest(null, 8, null), RoundTrip(new TransferRequest(null, 8, null)));
    }

    [Fact]
    public void Answers_of_each_kind_come_back()
    {
        Answer[] items =
        [
            new ResultAnswer(1, new LogIndex(8), SomePayload),
            new ResultAnswer(2, new LogIndex(9), null),
            new NoResultAnswer(3, new LogIndex(10), "too large"),
            new NoResultAnswer(6, new LogIndex(10), "nothing came") { TimedOut = true },
            new WaitingAnswer(7, TimeSpan.FromSeconds(30)),
            new ResultAnswer(8, new LogIndex(11), null) { OpenedSession = new SessionId(1234) },
        ];
        var rejected = new FailureAnswer(
            4, new Rejected(new Term(3), Node2, RejectionReason.Overloaded) { Detail = "very" }, "akka.tcp://r@127.0.0.1:1", [Node1]);
        var indeterminate = new FailureAnswer(5, new Indeterminate(new Term(3), null, IndeterminateReason.LeadershipLost), null, []);

        var read = Assert.IsType<Answers>(RoundTrip(new Answers(Node1, new Term(3), [.. items, rejected, indeterminate])));

        Assert.Equal((Node1, new Term(3)), (read.Server, read.Term));
        Assert.Equal(items, read.Items.Take(6));
        AssertSame(rejected, Assert.IsType<FailureAnswer>(read.Items[6]));
        AssertSame(indeterminate, Assert.IsType<FailureAnswer>(read.Items[7]));
    }

    [Fact]
    public void A_status_comes_back()
    {
        var status = new RaftStatus
        {
            ClusterId = "kv",
            Server = Node1,
            Role = RaftRole.Leader,
            Term = new Term(3),
            LastLogIndex = new LogIndex(9),
            CommitIndex = new LogIndex(8),
            LastApplied = new LogIndex(7),
            PendingWrites = 2,
            UnappliedEntries = 3,
            UnappliedBytes = 400,
            Leader = Node1,
            Members = [new RaftMember(Node1, "akka.tcp://r@127.0.0.1:1")],
            UnresponsiveMembers = [Node2],
            LostMembers = [Node2],
            DroppedMessages = 4,
            Digest = "abc",
            DigestIndex = new LogIndex(7),
            Down = "for good",
            LastFailure = "of old",
            Learners = [Node2],
            IsWaiting = true,
            HasStaleIncarnation = true,
            IsChangingMembers = true,
            ClusterVersion = ProtocolVersion.Second,
            SnapshotIndex = new LogIndex(5),
            IsDiskFull = true,
            Progress = [new RaftMemberProgress(Node2, new LogIndex(4))
            {
                InstallingIndex = new LogIndex(5), InstalledBytes = 6, SnapshotBytes = 7, HasStaleIncarnation = true, IsAdmitted = true,
            }],
        };

        var read = Assert.IsType<StatusAnswer>(RoundTrip(new StatusAnswer(6, status)));

        Assert.Equal(6, read.Id);
        Assert.Equal(status.Members, read.Status.Members);
        Assert.Equal(status.UnresponsiveMembers, read.Status.UnresponsiveMembers);
        Assert.Equal(status.LostMembers, read.Status.LostMembers);
        Assert.Equal(status.Learners, read.Status.Learners);
        Assert.Equal(status.Progress, read.Status.Progress);
        var rest = status with
        {
            Members = read.Status.Members,
            UnresponsiveMembers = read.Status.UnresponsiveMembers,
            LostMembers = read.Status.LostMembers,
            Learners = read.Status.Learners,
            Progress = read.Status.Progress,
        };
        Assert.Equal(rest, read.Status);
    }

    [Fact]
    public void A_question_to_a_server_that_is_to_become_a_member_and_its_answer_come_back()
    {
        var answer = new MemberProbeAnswer(7, "kv", Node1)
        {
            Incarnation = 8,
            Version = ProtocolVersion.Second,
            LastLogIndex = new LogIndex(9),
            IsWaiting = true,
            Down = "why",
        };

        Assert.Equal(new MemberProbe(7), RoundTrip(new MemberProbe(7)));
        Assert.Equal(answer, RoundTrip(answer));
        Assert.Equal(new MemberProbeAnswer(1, "kv", Node1), RoundTrip(new MemberProbeAnswer(1, "kv", Node1)));
    }

    [Fact]
    public void The_bytes_of_a_vote_and_of_a_journal_record_stay_as_they_are()
    {
        var vote = Peer(new RequestVote(Node1, Node2, new Term(3), new LogIndex(7), new Term(2), false));
        var entries = new EntriesAppended([new LogEntry(new LogIndex(8), new Term(3), SomeCommand)]);

        Assert.Equal("0a140a026b7612056e6f6465311a056e6f6465322003" + "1007" + "1802", Hex(vote));
        Assert.Equal("0802" + "1008" + "1a10" + "0803" + "1a0c" + "0811" + "120153" + "1a0568656c6c6f" + "c19ece46", Hex(entries));
    }

    [Fact]
    public void An_unknown_manifest_is_refused_and_so_is_garbage()
    {
        Assert.Contains("'zz'", Assert.Throws<SerializationException>(() => _serializer.FromBinary([], "zz")).Message);
        Assert.Throws<SerializationException>(() => _serializer.FromBinary([0xff, 0xff, 0xff], "ae"));
        Assert.Throws<SerializationException>(() => _serializer.FromBinary([], "ae"));
        Assert.Throws<SerializationException>(() => _serializer.ToBinary("no message"));
    }

    [Fact]
    public void A_journal_record_with_any_bit_flipped_is_refused()
    {
        var record = _serializer.ToBinary(new EntriesAppended([new LogEntry(new LogIndex(8), new Term(2), SomeCommand)]));
        for (var bit = 0; bit < 8 * record.Length; bit++)
        {
            byte[] damaged = [.. record];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));

            Assert.Contains("damaged", Assert.Throws<SerializationException>(() => _serializer.FromBinary(damaged, "je")).Message);
        }
    }

    [Fact]
    public void A_journal_record_that_is_cut_short_is_refused()
    {
        var record = _serializer.ToBinary(new TermAndVote(new Term(3), Node2));
        for (var length = 0; length < record.Length; length++)
        {
            Assert.Throws<SerializationException>(() => _serializer.FromBinary(record[..length], "jt"));
        }
    }

    [Fact]
    public void A_journal_record_of_a_newer_version_is_refused()
    {
        var formatThree = JournalRecord.Seal(new Serialization.Proto.TermAndVote { Format = 3, CurrentTerm = 5 });

        var refusal = Assert.Throws<SerializationException>(() => _serializer.FromBinary(formatThree, "jt"));

        Assert.Contains("newer", refusal.Message);
    }

    [Fact]
    public void A_system_that_runs_a_server_uses_it_for_all_of_AkkaRafts_types()
    {
        Raft.Prepare(_system);

        Assert.IsType<RaftMessageSerializer>(
            _system.Serialization.FindSerializerFor(Peer(new RequestVoteReply(Node1, Node2, new Term(1), true))));
        Assert.IsType<RaftMessageSerializer>(_system.Serialization.FindSerializerFor(new TermAndVote(new Term(1), null)));
    }

    [Fact]
    public void A_type_without_a_serializer_of_its_own_is_no_command_unless_json_is_allowed()
    {
        var strict = new PayloadCodec(_system, allowJson: false);
        var trusting = new PayloadCodec(_system, allowJson: true);

        Assert.Contains("serialization-bindings", Assert.Throws<SerializationException>(() => strict.Encode(new Unregistered(3))).Message);
        var payload = trusting.Encode(new Unregistered(3));
        Assert.Equal(new Unregistered(3), trusting.Decode(payload));
        Assert.Throws<SerializationException>(() => strict.Decode(payload));
        Assert.Equal("hello", strict.Decode(strict.Encode("hello")));
    }

    private static PeerMessage Peer(RaftMessage message) => new("kv", message);

    private static void AssertSame(AppendEntries expected, AppendEntries actual)
    {
        Assert.Equal(expected.Entries, actual.Entries);
        Assert.Equal(expected with { Entries = actual.Entries }, actual);
    }

    private static void AssertSame(FailureAnswer expected, FailureAnswer actual)
    {
        Assert.Equal(expected.UnresponsiveMembers, actual.UnresponsiveMembers);
        Assert.Equal(expected with { UnresponsiveMembers = actual.UnresponsiveMembers }, actual);
    }

    private object RoundTrip(object message) => _serializer.FromBinary(_serializer.ToBinary(message), _serializer.Manifest(message));

    private string Hex(object message) => Convert.ToHexStringLower(_serializer.ToBinary(message));
}

/// <summary>A user's type that nobody has bound to a serializer.</summary>
public sealed record Unregistered(int Number);
