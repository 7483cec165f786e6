using static AkkaRaft.Core.Tests.Harness.Story;

namespace AkkaRaft.Core.Tests.Harness;

/// <summary>One server, s1, whose peers, clock and disk are in the test's hand. Writes are durable only when the test says so.</summary>
internal sealed class Scene
{
    private long _issued;

    public Scene(PersistentState disk, RaftOptions? options = null, ClusterConfiguration? bootstrap = null, long incarnation = 0,
        long newHistory = 0)
    {
        Server = new RaftServer(S1, bootstrap ?? ClusterConfiguration.Empty, disk, options ?? Settings, seed: 1, incarnation, newHistory);
        Opening = Step(new Started(Now));
    }

    public RaftServer Server { get; }

    public TimeSpan Now { get; private set; } = TimeSpan.FromSeconds(1);

    /// <summary>The effects of the server's start.</summary>
    public IReadOnlyList<RaftEffect> Opening { get; }

    public static Scene Follower(int members = 3, long term = 1, ServerId? vote = null, long[]? log = null, RaftOptions? options = null) =>
        new(Disk(Members(members), term, vote, log ?? []), options);

    /// <summary>A follower that has heard the leader of its term just now.</summary>
    public static Scene FollowerOf(ServerId leader, int members = 3, long term = 1, long[]? log = null, RaftOptions? options = null)
    {
        var scene = Follower(members, term, vote: null, log, options);
        var last = scene.Server.LastLogIndex;
        scene.Receive(scene.Append(leader, last.Value, log is { Length: > 0 } ? log[^1] : 0, Nothing));
        return scene;
    }

    /// <summary>A server that has just asked for pre-votes in the given term.</summary>
    public static Scene PreCandidate(int members = 3, long term = 1, long[]? log = null, RaftOptions? options = null)
    {
        var scene = Follower(members, term, vote: null, log, options);
        scene.ElectionTimeout();
        return scene;
    }

    /// <summary>A candidate in the given term whose vote for itself is on disk.</summary>
    public static Scene Candidate(int members = 3, long term = 2, long[]? log = null, RaftOptions? options = null)
    {
        var scene = Follower(members, term - 1, vote: null, log, (options ?? Settings) with { PreVote = false });
        scene.ElectionTimeout();
        scene.DiskCatchesUp();
        return scene;
    }

    /// <summary>A leader in the given term whose first entry is on its own disk and on no other.</summary>
    public static Scene Leader(int members = 3, long term = 2, long[]? log = null, RaftOptions? options = null)
    {
        var scene = Candidate(members, term, log, options);
        for (var voter = 2; scene.Server.Role != RaftRole.Leader && voter <= members; voter++)
        {
            scene.Receive(new RequestVoteReply(S(voter), S1, T(term), Granted: true));
        }

        scene.DiskCatchesUp();
        return scene;
    }

    /// <summary>A leader all of whose followers have its first entry.</summary>
    public static Scene SettledLeader(int members = 3, long term = 2, long[]? log = null, RaftOptions? options = null)
    {
        var scene = Leader(members, term, log, options);
        for (var follower = 2; follower <= members; follower++)
        {
            scene.Accept(S(follower), scene.Server.LastLogIndex.Value);
        }

        return scene;
    }

    /// <summary>
    /// A leader who knows that all members speak the latest version. Its first entry is committed and applied everywhere.
    /// </summary>
    public static Scene ModernLeader(int members = 3, long term = 2, long[]? log = null, RaftOptions? options = null)
    {
        var scene = SettledLeader(members, term, log, options);
        scene.HeartbeatTimeout();
        for (var follower = 2; follower <= members; follower++)
        {
            scene.Accept(S(follower), scene.Server.LastLogIndex.Value);
        }

        scene.Apply();
        return scene;
    }

    /// <summary>
    /// A follower that has heard the leader of its term, s2, just now, in a cluster all of whose members speak the latest version.
    /// </summary>
    public static Scene ModernFollower(int members = 3, long term = 1, long[]? log = null, long commit = 0, RaftOptions? options = null)
    {
        var scene = Follower(members, term, vote: null, log, options);
        var last = scene.Server.LastLogIndex;
        scene.Receive(scene.Append(S2, last.Value, log is { Length: > 0 } ? log[^1] : 0, Nothing, commit));
        scene.Apply();
        return scene;
    }

    public IReadOnlyList<RaftEffect> Step(RaftInput input)
    {
        var effects = Server.Step(input);
        foreach (var persist in effects.OfType<Persist>())
        {
            Assert.Equal(_issued + 1, persist.Sequence);
            _issued = persist.Sequence;
        }

        return effects;
    }

    public IReadOnlyList<RaftEffect> Receive(RaftMessage message) => Step(new MessageReceived(Now, message));

    public IReadOnlyList<RaftEffect> Receive(RaftMessage message, long incarnation) =>
        Step(new MessageReceived(Now, message) { Incarnation = incarnation });

    /// <summary>The state machine has applied all that is committed.</summary>
    public IReadOnlyList<RaftEffect> Apply() => Step(new Applied(Now, Server.CommitIndex));

    public IReadOnlyList<RaftEffect> Change(long request, params MemberChange[] changes) =>
        Step(new ChangeMembers(Now, R(request), changes, Forwarded: false));

    public IReadOnlyList<RaftEffect> Transfer(long request, ServerId? target = null) =>
        Step(new TransferLeadership(Now, R(request), target, Forwarded: false));

    public IReadOnlyList<RaftEffect> DiskIsFull(bool isFull = true) => Step(new DiskSpaceChanged(Now, isFull));

    public IReadOnlyList<RaftEffect> Propose(params long[] requests) =>
        Step(new Propose(Now, [.. requests.Select(request => new Proposal(R(request), Put($"value {request}"), Forwarded: false))]));

    public IReadOnlyList<RaftEffect> Read(long request) => Step(new Read(Now, R(request), Forwarded: false));

    /// <summary>Everything written so far is durable.</summary>
    public IReadOnlyList<RaftEffect> DiskCatchesUp() => Step(new Persisted(Now, _issued));

    public void Pass(double milliseconds) => Now += TimeSpan.FromMilliseconds(milliseconds);

    public IReadOnlyList<RaftEffect> ElectionTimeout()
    {
        Now += Server.Options.ElectionTimeoutMax;
        return Step(new TimerElapsed(Now, RaftTimer.Election));
    }

    public IReadOnlyList<RaftEffect> HeartbeatTimeout()
    {
        Now += Server.Options.HeartbeatInterval;
        return Step(new TimerElapsed(Now, RaftTimer.Heartbeat));
    }

    public AppendEntries Append(
        ServerId leader,
        long prevIndex,
        long prevTerm,
        IReadOnlyList<LogEntry> entries,
        long commit = 0,
        long? term = null,
        long round = 1) =>
        new(leader, S1, term is { } given ? T(given) : Server.CurrentTerm, I(prevIndex), T(prevTerm), entries, I(commit), round)
        {
            ClusterVersion = ProtocolVersion.Latest,
        };

    /// <summary>A follower acknowledges up to an index, in answer to the leader's latest round unless told otherwise.</summary>
    public IReadOnlyList<RaftEffect> Accept(ServerId follower, long match, long round = 1) =>
        Receive(new AppendEntriesReply(follower, S1, Server.CurrentTerm, round, true, I(match), I(0), I(0), T(0)));

    public IReadOnlyList<RaftEffect> Refuse(ServerId follower, long rejected, long hint, long conflictTerm, long round = 1) =>
        Receive(new AppendEntriesReply(follower, S1, Server.CurrentTerm, round, false, I(0), I(rejected), I(hint), T(conflictTerm)));
}
