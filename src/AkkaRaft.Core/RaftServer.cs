namespace AkkaRaft.Core;

/// <summary>
/// One Raft server: a deterministic function from inputs to effects (Ongaro and Ousterhout, "In Search of an Understandable Consensus
/// Algorithm"; Ongaro's dissertation). It has no clock, no thread and no I/O; the same inputs give the same effects.
/// </summary>
/// <remarks>Not safe for use by more than one thread at a time.</remarks>
public sealed partial class RaftServer
{
    private readonly RaftLog _log;
    private readonly ConfigurationHistory _configurations;
    private readonly SeededRandom _random;

    private readonly long _newHistory;

    /// <summary>The journal is empty: the first write names the members.</summary>
    private readonly bool _isNew;

    /// <summary>What the current step has to give, in order.</summary>
    private List<RaftEffect> _effects = [];

    /// <summary>The time of the current input; it never goes back.</summary>
    private TimeSpan _now;

    private bool _started;

    /// <summary>Makes a server from what its journal gave back. Its first input must be <see cref="Started"/>.</summary>
    /// <param name="id">The server's name.</param>
    /// <param name="bootstrap">The members that the cluster starts with; used, and written, only when the journal is empty.</param>
    /// <param name="state">The state that was on disk; the server takes it over.</param>
    /// <param name="options">The protocol's settings.</param>
    /// <param name="seed">Seeds the election timeouts; the only randomness there is.</param>
    /// <param name="incarnation">Names the data directory; 0 for none.</param>
    /// <param name="newHistory">
    /// What this server calls the cluster's history if it is the one to begin it; larger than any name before. 0 for none.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A setting makes no sense.</exception>
    public RaftServer(
        ServerId id, ClusterConfiguration bootstrap, PersistentState state, RaftOptions options, ulong seed, long incarnation = 0,
        long newHistory = 0)
    {
        options.Check();
        state.Complete();
        Id = id;
        Options = options;
        Incarnation = incarnation;
        _newHistory = newHistory;
        var atBase = state.Snapshots.FirstOrDefault(snapshot => snapshot.LastIncludedIndex == state.LastIncludedIndex);
        _log = new RaftLog(state.Entries, state.LastIncludedIndex, atBase?.LastIncludedTerm ?? Term.Zero);
        _configurations = new ConfigurationHistory(
            state.LastIncludedIndex, atBase?.Configuration ?? state.Bootstrap ?? bootstrap, state.Entries);
        _random = new SeededRandom(seed);
        _question = (long)(_random.Next() >> 2);
        _isNew = state.IsEmpty;
        CurrentTerm = state.CurrentTerm;
        VotedFor = state.VotedFor;
        _durableIndex = _log.LastIndex;
        _snapshots.AddRange(state.Snapshots);
        CommitIndex = LastSnapshotIndex;
        _applyIssued = CommitIndex;
        _lastSnapshotAttempt = CommitIndex;
    }

    /// <summary>The server's name.</summary>
    public ServerId Id { get; }

    /// <summary>The protocol's settings.</summary>
    public RaftOptions Options { get; }

    /// <summary>Names the data directory that the server remembers by; 0 for none.</summary>
    public long Incarnation { get; }

    /// <summary>The server's role.</summary>
    public RaftRole Role { get; private set; }

    /// <summary>The latest term that the server has seen; it never falls.</summary>
    public Term CurrentTerm { get; private set; }

    /// <summary>Who got the server's vote in the current term.</summary>
    public ServerId? VotedFor { get; private set; }

    /// <summary>Who leads in the current term, as far as the server knows.</summary>
    public ServerId? Leader { get; private set; }

    /// <summary>Index of the last entry known to be committed; it never falls.</summary>
    public LogIndex CommitIndex { get; private set; }

    /// <summary>Index of the last entry that the state machine has said it applied; it never falls.</summary>
    public LogIndex LastApplied { get; private set; }

    /// <summary>Index of the last entry in the log, durable or not.</summary>
    public LogIndex LastLogIndex => _log.LastIndex;

    /// <summary>The latest configuration in the log, committed or not (dissertation, section 4.1).</summary>
    public ClusterConfiguration Configuration =>
        Has(RaftFault.ChangeAtCommit) ? _configurations.At(LogIndex.Max(CommitIndex, _log.LastIncludedIndex)) : _configurations.Latest;

    /// <summary>
    /// The name of the history that is committed, or 0. One that is not committed may be another leader's that nobody will follow.
    /// </summary>
    public long CommittedHistory => Math.Max(0, _configurations.At(LogIndex.Max(CommitIndex, _log.LastIncludedIndex)).History);

    /// <summary>The configuration as elections, commits, reads and leads count it.</summary>
    private ClusterConfiguration QuorumConfiguration =>
        (Faults & (RaftFault.DecideByOneMajority | RaftFault.CountLearners)) == 0
            ? Configuration
            : new ClusterConfiguration(
                Has(RaftFault.CountLearners) ? Configuration.Voters.Concat(Configuration.Learners) : Configuration.Voters,
                Has(RaftFault.DecideByOneMajority) ? [] : Configuration.OutgoingVoters,
                [],
                []);

    /// <summary>Faults that a simulation has put in.</summary>
    internal RaftFault Faults { get; set; }

    /// <summary>The entry at an index, or null when the log does not hold it.</summary>
    public LogEntry? EntryAt(LogIndex index) => _log.HasEntry(index) ? _log[index] : null;

    /// <summary>The server's state, as it is between two inputs.</summary>
    public RaftStatus Status() =>
        new(Id, Role, CurrentTerm, Leader, LastLogIndex, CommitIndex, LastApplied, Configuration, MemberStatuses())
        {
            LastIncludedIndex = _log.LastIncludedIndex,
            Snapshot = LastSnapshot,
            IsSnapshotUnreadable = LastIsUnreadable,
            ClusterVersion = _clusterVersion,
            IsChangingMembers = IsChangingMembers,
            History = CommittedHistory,
            UnappliedEntries = Math.Max(0, CommitIndex - AppliedOrRestored),
            UnappliedBytes = UnappliedBytes(CommitIndex),
        };

    /// <summary>Takes one input and says what has to be done, in order.</summary>
    /// <exception cref="InvariantViolationException">The server's state contradicts the protocol; it must be stopped.</exception>
    public IReadOnlyList<RaftEffect> Step(RaftInput input)
    {
        var before = new Before(CurrentTerm, VotedFor, CommitIndex, LastApplied);
        _now = input.Now > _now ? input.Now : _now;
        Require(_started || input is Started, $"the first input is {input}");
        if (Role == RaftRole.Leader && (LeadHasExpired() || DiskHasStopped))
        {
            // Ahead of every input: a leader that was paused must not count answers that waited for it meanwhile.
            AskToCampaign(DiskHasStopped ? Successor() : null);
            BecomeFollower(CurrentTerm, null);
        }

        switch (input)
        {
            case Started:
                Start();
                break;
            case MessageReceived { Message: var message } received:
                if (IsForThisServer(message) && MayBeHeard(received) && PassesTermRule(message))
                {
                    StepRole(input);
                }

                break;
            case Persisted persisted:
                NoteDurable(persisted.UpTo);
                CompactIfDurable();
                StepRole(input);
                break;
            case Applied applied:
                NoteApplied(applied.UpTo);
                TakeSnapshotIfDue();
                break;
            case Read { Consistency: not ReadConsistency.Linearizable } read:
                OnLocalRead(read);
                break;
            case TimerElapsed { Timer: RaftTimer.Reads }:
                OnReadsTimer();
                break;
            case SnapshotWanted:
                OnSnapshotWanted();
                break;
            case SnapshotTaken taken:
                OnSnapshotTaken(taken.Snapshot);
                break;
            case SnapshotFailed:
                OnSnapshotFailed();
                break;
            case SnapshotUnreadable unreadable:
                OnSnapshotUnreadable(unreadable.Snapshot);
                break;
            case SnapshotChunkStored stored:
                OnSnapshotChunkStored(stored);
                break;
            case SnapshotReceived received:
                OnSnapshotReceived(received.Snapshot);
                break;
            case SnapshotReceptionFailed failed:
                OnSnapshotReceptionFailed(failed.Snapshot);
                break;
            case DiskSpaceChanged space:
                OnDiskSpaceChanged(space.IsFull);
                break;
            case TimerElapsed { Timer: RaftTimer.Election }:
                _electionTimerDue = null;
                StepRole(input);
                break;
            default:
                StepRole(input);
                break;
        }

        AssertInvariants(before);
        return TakeEffects();
    }

    private void StepRole(RaftInput input)
    {
        switch (Role)
        {
            case RaftRole.Follower:
                StepFollower(input);
                break;
            case RaftRole.PreCandidate:
                StepPreCandidate(input);
                break;
            case RaftRole.Candidate:
                StepCandidate(input);
                break;
            case RaftRole.Leader:
                StepLeader(input);
                break;
            default:
                throw Broken("no such role");
        }
    }

    private void Start()
    {
        Require(!_started, $"started twice");
        _started = true;
        _startedAt = _now;
        if (_isNew)
        {
            _events.Add(new Bootstrapped(Configuration));
        }

        if (LastSnapshot is { } snapshot)
        {
            Restore(snapshot);
        }

        ResetElectionTimer();
    }

    private bool IsForThisServer(RaftMessage message) => message.To == Id && message.From != Id;

    /// <summary>
    /// The rule for all servers of the paper's figure 2: whoever hears of a later term follows; what was said in an earlier one is void.
    /// </summary>
    /// <returns>Whether the message is to be handed to the role.</returns>
    private bool PassesTermRule(RaftMessage message)
    {
        if (message is PreVote)
        {
            // It only asks "what if": its term neither moves ours nor is void.
            return true;
        }

        if (message.Term > CurrentTerm)
        {
            if (message is RequestVote { LeadershipTransfer: false } && Options.CheckQuorum && (HearsLeader() || MustHonourLease))
            {
                // A server that hears its leader does not let others end the term (dissertation, section 4.2.3).
                return false;
            }

            BecomeFollower(message.Term, message is AppendEntries or InstallSnapshot ? message.From : null);
            return true;
        }

        if (message.Term < CurrentTerm)
        {
            AnswerEarlierTerm(message);
            return message is PreVoteReply;
        }

        return true;
    }

    /// <summary>Tells the sender of a request that its term is over, so that it catches up; a late answer needs nothing.</summary>
    private void AnswerEarlierTerm(RaftMessage message)
    {
        switch (message)
        {
            case AppendEntries:
                Post(new AppendEntriesReply(
                    Id, message.From, CurrentTerm, 0, false, LogIndex.Zero, LogIndex.Zero, LogIndex.Zero, Term.Zero));
                break;
            case InstallSnapshot:
                Post(new InstallSnapshotReply(Id, message.From, CurrentTerm, LogIndex.Zero, 0, false, 0));
                break;
            case RequestVote:
                Post(new RequestVoteReply(Id, message.From, CurrentTerm, false));
                break;
        }
    }

    private void NoteApplied(LogIndex upTo)
    {
        Require(upTo <= _applyIssued || Has(RaftFault.ApplyTwice), $"{upTo} was applied and only {_applyIssued} handed out");
        LastApplied = LogIndex.Max(LastApplied, upTo);
        _restoring.RemoveAll(snapshot => snapshot.LastIncludedIndex <= LastApplied);
    }

    private void Emit(RaftEffect effect) => _effects.Add(effect);

    private bool Has(RaftFault fault) => (Faults & fault) != 0;
}
