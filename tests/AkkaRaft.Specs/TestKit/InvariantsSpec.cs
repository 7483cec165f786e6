using Akka.Actor;
using AkkaRaft.Core;
using AkkaRaft.TestKit;

namespace AkkaRaft.Specs.TestKit;

/// <summary>The invariants that every spec is held to do bite.</summary>
public sealed class InvariantsSpec : IDisposable
{
    private static readonly ServerId Node1 = new("node1");
    private static readonly ServerId Node2 = new("node2");

    private readonly ActorSystem _system = ActorSystem.Create("invariants-spec", Raft.DefaultConfig);
    private readonly ClusterInvariants _invariants = new();

    public void Dispose() => _system.Terminate().Wait(TimeSpan.FromSeconds(30));

    [Fact]
    public void Two_leaders_in_one_term_are_found()
    {
        Check(Status(Node1, RaftRole.Leader, term: 2));

        AssertBroken("election safety", () => Check(Status(Node2, RaftRole.Leader, term: 2)));
    }

    [Fact]
    public void A_commit_index_that_falls_is_found_unless_the_server_crashed()
    {
        Check(Status(Node1, RaftRole.Follower, term: 2, commit: 5));

        AssertBroken("only move forward", () => Check(Status(Node1, RaftRole.Follower, term: 2, commit: 4)));
        _invariants.Forget(Node1);
        Check(Status(Node1, RaftRole.Follower, term: 2, commit: 4));
    }

    [Fact]
    public void A_committed_entry_that_changes_is_found()
    {
        Check(Status(Node1, RaftRole.Follower, term: 2, commit: 2), Journal(1, 1));

        AssertBroken("leader completeness", () => Check(Status(Node2, RaftRole.Follower, term: 2, commit: 2), Journal(1, 2)));
    }

    [Fact]
    public void Different_commands_at_one_index_are_found()
    {
        Check(Status(Node1, RaftRole.Follower, term: 2, commit: 1), applied: new AppliedCommand(new LogIndex(1), "a"));

        AssertBroken(
            "state machine safety",
            () => Check(Status(Node2, RaftRole.Follower, term: 2, commit: 1), applied: new AppliedCommand(new LogIndex(1), "b")));
    }

    [Fact]
    public void Logs_that_differ_behind_entries_that_agree_are_found()
    {
        LogEntry[] left = [Entry(1, 1), Entry(2, 1), Entry(3, 3)];
        LogEntry[] right = [Entry(1, 1), Entry(2, 2), Entry(3, 3)];
        LogEntry[] diverging = [Entry(1, 1), Entry(2, 2)];

        AssertBroken("log matching", () => ClusterInvariants.CheckLogMatching(Node1, left, Node2, right));
        ClusterInvariants.CheckLogMatching(Node1, left, Node2, diverging);
    }

    private static void AssertBroken(string invariant, Action check) =>
        Assert.Contains(invariant, Assert.Throws<RaftTestException>(check).Message);

    private static LogEntry Entry(long index, long term) => new(new LogIndex(index), new Term(term), NoOp.Instance);

    private static RaftStatus Status(ServerId server, RaftRole role, long term, long commit = 0) => new()
    {
        ClusterId = "spec",
        Server = server,
        Role = role,
        Term = new Term(term),
        LastLogIndex = new LogIndex(9),
        CommitIndex = new LogIndex(commit),
        LastApplied = new LogIndex(commit),
        PendingWrites = 0,
        Leader = null,
        Members = [],
        UnresponsiveMembers = [],
        DroppedMessages = 0,
    };

    private JournalStore Journal(params long[] terms)
    {
        var journal = new JournalStore(_system, "journal");
        journal.Prepare([new EntriesAppended([.. terms.Select((term, i) => Entry(i + 1, term))])]);
        return journal;
    }

    private void Check(RaftStatus status, JournalStore? journal = null, params AppliedCommand[] applied) =>
        _invariants.Check(status, journal ?? Journal(1), applied);
}
