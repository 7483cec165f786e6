namespace AkkaRaft.Core;

/// <summary>
/// The protocol's decisions, each as one method. A simulation overrides some of them with wrong ones, to prove that it would notice. The
/// product has this class alone.
/// </summary>
internal class ProtocolRules
{
    /// <summary>The rules as they should be.</summary>
    public static readonly ProtocolRules Correct = new();

    /// <summary>
    /// Whether the server asserts its own invariants. A simulation with a wrong rule has to notice from outside.
    /// </summary>
    public virtual bool AreAsserted => true;

    /// <summary>Whether servers look at incarnations: one that has lost its data neither votes nor counts.</summary>
    public virtual bool ChecksIncarnations => true;

    /// <summary>Whether a leader looks for committed entries ahead of its own disk.</summary>
    public virtual bool CommitsAheadOfDisk => false;

    /// <summary>Whether a lease ends when the leader tells another server to campaign.</summary>
    public virtual bool LeaseEndsWithTransfer => true;

    /// <summary>A leader commits by counting only entries of its own term (section 5.4.2).</summary>
    public virtual bool MayCommit(Term entryTerm, Term currentTerm) => entryTerm == currentTerm;

    /// <summary>A vote counts once, for the server that gave it (section 5.2).</summary>
    public virtual ServerId Voter(ServerId from, bool granted, IReadOnlyDictionary<ServerId, bool> votes, ClusterConfiguration configuration) =>
        from;

    /// <summary>A message waits until what it promises is durable (figure 2).</summary>
    public virtual bool MustWait(long neededSequence, long durableSequence) => neededSequence > durableSequence;

    /// <summary>A follower appends only behind an entry that it holds with the same term (section 5.3).</summary>
    public virtual bool HoldsPrevious(RaftLog log, LogIndex prevLogIndex, Term prevLogTerm) =>
        prevLogIndex < log.LastIncludedIndex || log.Holds(prevLogIndex, prevLogTerm);

    /// <summary>An entry that the log holds is not cut off by a request that carries it once more (section 5.3).</summary>
    public virtual bool Keeps(RaftLog log, LogEntry entry) =>
        entry.Index <= log.LastIncludedIndex || log.Holds(entry.Index, entry.Term);

    /// <summary>
    /// Whether a candidate's log is at least as up-to-date as the voter's: it ends in a later term, or in the same and is no shorter
    /// (section 5.4.1).
    /// </summary>
    public virtual bool IsUpToDate(RaftLog log, LogIndex lastLogIndex, Term lastLogTerm) =>
        lastLogTerm > log.LastTerm || (lastLogTerm == log.LastTerm && lastLogIndex >= log.LastIndex);

    /// <summary>What a follower acknowledges, of what a request covered.</summary>
    public virtual LogIndex Acknowledged(LogIndex covered, LogIndex durableIndex) => covered;

    /// <summary>A follower's match index never falls (figure 2: "increases monotonically").</summary>
    public virtual void AfterMatch(Progress peer, LogIndex matchIndex)
    {
    }

    /// <summary>Whether a leader may answer a read without asking a quorum (dissertation, section 6.4.1).</summary>
    public virtual bool MayAnswerAtOnce(bool hasLease) => hasLease;

    /// <summary>The entry that is handed to the state machine next (section 5.3).</summary>
    public virtual LogIndex NextToApply(LogIndex lastIssued) => lastIssued.Next;

    /// <summary>What a leader counts of its own log: what is durable (dissertation, section 10.2.1).</summary>
    public virtual LogIndex OwnMatch(LogIndex durableIndex, LogIndex lastIndex) => durableIndex;

    /// <summary>Whether a leader gives up that no quorum answers (dissertation, section 6.2).</summary>
    public virtual bool StepsDownWithoutQuorum(RaftOptions options) => options.CheckQuorum;

    /// <summary>Whether a reply was given before the follower was removed and added again.</summary>
    public virtual bool IsFromEarlierConfiguration(long sequence, long sinceSequence) => sequence < sinceSequence;

    /// <summary>Whether a received snapshot is of no use, as more is committed already (section 7).</summary>
    public virtual bool IsSuperseded(LogIndex snapshotIndex, LogIndex commitIndex) => snapshotIndex <= commitIndex;

    /// <summary>The configuration by which elections, commits and reads count (dissertation, section 4.3).</summary>
    public virtual ClusterConfiguration QuorumConfiguration(ClusterConfiguration configuration) => configuration;

    /// <summary>The configuration in force: the latest in the log, committed or not (dissertation, section 4.1).</summary>
    public virtual ClusterConfiguration ConfigurationInForce(ServerState state) => state.Configurations.Latest;

    /// <summary>Whether a lease still runs (dissertation, section 6.4.1).</summary>
    public virtual bool LeaseRuns(TimeSpan now, TimeSpan until) => now < until;

    /// <summary>Whether a follower tells its leader how far a snapshot has come: only the leader that has asked.</summary>
    public virtual bool MayReportSnapshot(Term askedTerm, Term currentTerm) => askedTerm == currentTerm;
}
