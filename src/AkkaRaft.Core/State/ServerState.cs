using System.Runtime.CompilerServices;

namespace AkkaRaft.Core;

/// <summary>
/// What every role shares: term, vote, log, configuration, commit index and the disk. What belongs to one role alone is not here.
/// </summary>
internal sealed class ServerState
{
    /// <summary>Takes over what the journal gave back.</summary>
    public ServerState(
        ServerIdentity identity, RaftOptions options, PersistentState persisted, ClusterConfiguration bootstrap, SeededRandom random)
    {
        Identity = identity;
        Options = options;
        Step = new StepContext();
        var atBase = persisted.Snapshots.FirstOrDefault(snapshot => snapshot.LastIncludedIndex == persisted.LastIncludedIndex);
        Log = new RaftLog(persisted.Entries, persisted.LastIncludedIndex, atBase?.LastIncludedTerm ?? Core.Term.Zero);
        Configurations = new ConfigurationHistory(
            persisted.LastIncludedIndex, atBase?.Configuration ?? persisted.Bootstrap ?? bootstrap, persisted.Entries);
        Term = new TermState(persisted.CurrentTerm, persisted.VotedFor);
        Writes = new DurableWrites(Step, options, Log.LastIndex);
        Outbox = new Outbox(this);
        Timer = new ElectionTimer(Step, options, random);
        Commits = new CommitState(this, persisted.Snapshots.Count == 0 ? LogIndex.Zero : persisted.Snapshots[^1].LastIncludedIndex);
    }

    /// <summary>Who the server is.</summary>
    public ServerIdentity Identity { get; }

    /// <summary>The server's name.</summary>
    public ServerId Id => Identity.Id;

    /// <summary>The protocol's settings.</summary>
    public RaftOptions Options { get; }

    /// <summary>The protocol's decisions.</summary>
    public ProtocolRules Rules { get; set; } = ProtocolRules.Correct;

    /// <summary>The step under way.</summary>
    public StepContext Step { get; }

    /// <summary>The time of the current input.</summary>
    public TimeSpan Now => Step.Now;

    /// <summary>Term, vote and leader.</summary>
    public TermState Term { get; }

    /// <summary>The entries.</summary>
    public RaftLog Log { get; }

    /// <summary>The configurations along the log.</summary>
    public ConfigurationHistory Configurations { get; }

    /// <summary>What is being written, and how much is durable.</summary>
    public DurableWrites Writes { get; }

    /// <summary>Messages that wait for the disk.</summary>
    public Outbox Outbox { get; }

    /// <summary>The commit index, and what was handed to the state machine.</summary>
    public CommitState Commits { get; }

    /// <summary>The election timer.</summary>
    public ElectionTimer Timer { get; }

    /// <summary>The protocol versions of the members.</summary>
    public MemberVersions Versions { get; } = new();

    /// <summary>The latest index up to which the configuration cannot change any more, and which the log still knows.</summary>
    public LogIndex SettledIndex => LogIndex.Max(Commits.CommitIndex, Log.LastIncludedIndex);

    /// <summary>The configuration in force (dissertation, section 4.1).</summary>
    public ClusterConfiguration Configuration => Rules.ConfigurationInForce(this);

    /// <summary>The configuration in force for quorums: elections, commits and reads count by it.</summary>
    public ClusterConfiguration QuorumConfiguration => Rules.QuorumConfiguration(Configuration);

    /// <summary>A change is under way until its last configuration is committed.</summary>
    public bool IsChangingMembers => Configurations.Latest.IsJoint || Configurations.LatestIndex > Commits.CommitIndex;

    /// <summary>All members but this server.</summary>
    public IEnumerable<ServerId> OtherMembers => Configuration.Members.Where(member => member != Id);

    /// <summary>All voters but this server.</summary>
    public IEnumerable<ServerId> OtherVoters => OtherMembers.Where(Configuration.IsVoter);

    /// <summary>
    /// A voter, and also one whose removal is not known to be committed: it may be the only one that has the change and can be elected
    /// (dissertation, section 4.2.2).
    /// </summary>
    public bool MayBeNeededAsLeader => Configurations.IsVoterSince(SettledIndex, Id);

    /// <summary>Another data directory was admitted under this server's name: this one is stale, and has no say.</summary>
    public bool HasStaleIncarnation =>
        Identity.Incarnation != 0
        && Configuration.Incarnations.TryGetValue(Id, out var admitted)
        && admitted != Identity.Incarnation
        && Rules.ChecksIncarnations;

    /// <summary>
    /// Whether a leader that this server has heard, since its start or shortly before it, may still rely on its lease (dissertation,
    /// section 6.4.1).
    /// </summary>
    public bool MustHonourLease =>
        Options.LeaseReads
        && (Now - Term.StartedAt < Options.ElectionTimeoutMin
            || (Term.LastLeaderContact > TimeSpan.Zero && Now - Term.LastLeaderContact < Options.ElectionTimeoutMin));

    /// <summary>The incarnation that was admitted under a member's name; 0 when none was.</summary>
    public long IncarnationOf(ServerId id) => Configuration.Incarnations.GetValueOrDefault(id);

    /// <summary>
    /// Whether this server is the one that a candidate means to ask. One that waits to be added is none: whoever counts on it would have
    /// sent it entries first, so a candidate that takes it for a known one has itself lost data.
    /// </summary>
    public bool MayVoteAs(long incarnation) =>
        !Rules.ChecksIncarnations
        || (!HasStaleIncarnation
            && !Configuration.Voters.IsEmpty
            && (incarnation == 0 || Identity.Incarnation == 0 || incarnation == Identity.Incarnation));

    /// <summary>Sets term and vote, and has them written. A new term voids all messages that wait in an earlier one.</summary>
    public void SetTermAndVote(Term term, ServerId? vote)
    {
        if (term > Term.CurrentTerm)
        {
            Outbox.Clear();
        }

        Term.Set(term, vote);
        Writes.WriteNewTerm();
    }

    /// <summary>Puts entries behind the last and has them written.</summary>
    public void Append(IReadOnlyList<LogEntry> entries)
    {
        foreach (var entry in entries)
        {
            Require(
                entry.Term >= Log.LastTerm && entry.Term <= Term.CurrentTerm,
                $"entry {entry.Index} of term {entry.Term} after one of term {Log.LastTerm}");
            Log.Append(entry);
            Configurations.Append(entry);
        }

        Writes.WriteEntries(entries, Log.LastIndex);
    }

    /// <summary>Cuts a conflicting suffix off the log (Raft paper, section 5.3).</summary>
    public void CutFrom(LogIndex index)
    {
        Require(index > Commits.CommitIndex, $"the committed entry {index} would be overwritten");
        Log.CutFrom(index);
        Configurations.CutFrom(index);
        Writes.CutFrom(index);
    }

    /// <summary>Refuses a request, which has entered no log.</summary>
    public void Reject(RequestId request, RejectionReason reason, string? detail = null) =>
        Step.Emit(new Reply(request, new Rejected(Term.CurrentTerm, Term.Leader, reason) { Detail = detail }));

    /// <summary>Answers a request whose entry may still be committed by another leader.</summary>
    public void ReportIndeterminate(RequestId request) =>
        Step.Emit(new Reply(request, new Indeterminate(Term.CurrentTerm, Term.Leader, IndeterminateReason.LeadershipLost)));

    /// <summary>Forwards a request to the leader once, or refuses it with the leader's name.</summary>
    public void ForwardOrReject(RequestId request, bool forwarded)
    {
        if (Term.Leader is not { } leader)
        {
            Reject(request, Configuration.IsMember(Id) ? RejectionReason.NoLeaderKnown : RejectionReason.NotAMember);
        }
        else if (Options.ForwardToLeader && !forwarded)
        {
            Step.Emit(new Forward(request, leader));
        }
        else
        {
            Reject(request, RejectionReason.NotLeader);
        }
    }

    /// <summary>
    /// Stops the server with the facts when the condition does not hold; not under a simulation's fault, which must be found from outside.
    /// </summary>
    public void Require(bool condition, [InterpolatedStringHandlerArgument("condition")] InvariantFacts facts)
    {
        if (!condition && Rules.AreAsserted)
        {
            throw Broken(facts.ToString());
        }
    }

    /// <summary>The error for a broken invariant.</summary>
    public InvariantViolationException Broken(string facts) => new(
        $"{Id} ({Term.Role}, term {Term.CurrentTerm}, last index {Log.LastIndex}, commit index {Commits.CommitIndex}): {facts}.");
}
