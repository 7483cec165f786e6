namespace AkkaRaft.Core;

/// <summary>
/// One Raft server: a deterministic function from inputs to effects (Ongaro and Ousterhout, "In Search of an Understandable Consensus
/// Algorithm"; Ongaro's dissertation). It has no clock, no thread and no I/O; the same inputs give the same effects.
/// </summary>
/// <remarks>Not safe for use by more than one thread at a time.</remarks>
public sealed class RaftServer : ITransitions
{
    private readonly ServerState _state;
    private readonly SnapshotKeeper _snapshots;
    private readonly SnapshotReceiver _receiver;
    private readonly LocalReads _localReads;
    private readonly HeartbeatSequence _sequence = new();

    /// <summary>The journal is empty: the first write names the members.</summary>
    private readonly bool _isNew;

    private bool _started;
    private RoleState _role;
    private (RaftRole Role, Term Term, ServerId? Leader)? _toldRole;

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
        var random = new SeededRandom(seed);
        var firstReadContext = (long)(random.Next() >> 2);
        _isNew = state.IsEmpty;
        _state = new ServerState(new ServerIdentity(id, incarnation, newHistory), options, state, bootstrap, random);
        _snapshots = new SnapshotKeeper(_state, state.Snapshots);
        _receiver = new SnapshotReceiver(_state, _snapshots);
        _localReads = new LocalReads(_state, firstReadContext);
        _role = new FollowerState(_state, this, _receiver, _localReads, transfer: null);
    }

    /// <summary>The server's name.</summary>
    public ServerId Id => _state.Id;

    /// <summary>The protocol's settings.</summary>
    public RaftOptions Options => _state.Options;

    /// <summary>Names the data directory from which the server was started; 0 for none.</summary>
    public long Incarnation => _state.Identity.Incarnation;

    /// <summary>The server's role.</summary>
    public RaftRole Role => _role.Role;

    /// <summary>The latest term that the server has seen; it never falls.</summary>
    public Term CurrentTerm => _state.Term.CurrentTerm;

    /// <summary>Who got the server's vote in the current term.</summary>
    public ServerId? VotedFor => _state.Term.VotedFor;

    /// <summary>Who leads in the current term, as far as the server knows.</summary>
    public ServerId? Leader => _state.Term.Leader;

    /// <summary>Index of the last entry known to be committed; it never falls.</summary>
    public LogIndex CommitIndex => _state.Commits.CommitIndex;

    /// <summary>Index of the last entry that the state machine has said it applied; it never falls.</summary>
    public LogIndex LastApplied => _state.Commits.LastApplied;

    /// <summary>Index of the last entry in the log, durable or not.</summary>
    public LogIndex LastLogIndex => _state.Log.LastIndex;

    /// <summary>The latest configuration in the log, committed or not (dissertation, section 4.1).</summary>
    public ClusterConfiguration Configuration => _state.Configuration;

    /// <summary>
    /// The name of the history that is committed, or 0. One that is not committed may be another leader's that nobody will follow.
    /// </summary>
    public long CommittedHistory => Math.Max(0, _state.Configurations.At(_state.SettledIndex).History);

    /// <summary>The protocol's decisions; a simulation puts wrong ones in.</summary>
    internal ProtocolRules Rules
    {
        get => _state.Rules;
        set => _state.Rules = value;
    }

    /// <summary>The entry at an index, or null when the log does not hold it.</summary>
    public LogEntry? EntryAt(LogIndex index) => _state.Log.HasEntry(index) ? _state.Log[index] : null;

    /// <summary>The server's state, as it is between two inputs.</summary>
    public RaftStatus Status() =>
        new(Id, Role, CurrentTerm, Leader, LastLogIndex, CommitIndex, LastApplied, Configuration, _role.MemberStatuses())
        {
            LastIncludedIndex = _state.Log.LastIncludedIndex,
            Snapshot = _snapshots.Last,
            IsSnapshotUnreadable = _snapshots.LastIsUnreadable,
            ClusterVersion = _state.Versions.ClusterVersion,
            IsChangingMembers = _state.IsChangingMembers,
            History = CommittedHistory,
            UnappliedEntries = Math.Max(0, CommitIndex - _state.Commits.AppliedOrRestored),
            UnappliedBytes = _state.Commits.UnappliedBytes(CommitIndex),
        };

    /// <summary>Takes one input and says what has to be done, in order.</summary>
    /// <exception cref="InvariantViolationException">The server's state contradicts the protocol; it must be stopped.</exception>
    public IReadOnlyList<RaftEffect> Step(RaftInput input)
    {
        var before = new Before(CurrentTerm, VotedFor, CommitIndex, LastApplied);
        _state.Step.Begin(input.Now);
        _state.Require(_started || input is Started, $"the first input is {input}");
        _role.CheckExpiry();
        Take(input);
        AssertInvariants(before);
        return TakeEffects();
    }

    /// <inheritdoc />
    FollowerState ITransitions.BecomeFollower(Term term, ServerId? leader) => BecomeFollower(term, leader);

    /// <inheritdoc />
    void ITransitions.BecomePreCandidate()
    {
        var next = new PreCandidateState(_state, this);
        BeginCampaign(next);
        next.Begin();
    }

    /// <inheritdoc />
    void ITransitions.BecomeCandidate(bool isTransfer)
    {
        var next = new CandidateState(_state, this);
        BeginCampaign(next);
        next.Begin(isTransfer);
    }

    /// <inheritdoc />
    void ITransitions.BecomeLeader()
    {
        _state.Require(Role == RaftRole.Candidate, $"only a candidate becomes leader");
        _state.Require(VotedFor == Id && _state.Writes.TermAndVoteAreDurable, $"a leader has its own vote on disk");
        _state.Term.Leader = Id;
        var next = new LeaderState(_state, this, _snapshots, _sequence);
        Become(next);
        next.Begin();
    }

    private FollowerState BecomeFollower(Term term, ServerId? leader)
    {
        _state.Require(term >= CurrentTerm, $"cannot follow in the earlier term {term}");
        _state.Term.Leader = leader;
        _state.Term.Role = RaftRole.Follower;
        if (term > CurrentTerm)
        {
            _state.SetTermAndVote(term, null);
        }

        if (_role is FollowerState follower)
        {
            // A follower's own wait goes on: hearing of a later term alone must not keep it from campaigning.
            return follower;
        }

        var next = new FollowerState(_state, this, _receiver, _localReads, _role.Leave());
        Become(next);
        _state.Timer.Reset();
        return next;
    }

    private void BeginCampaign(RoleState next)
    {
        _state.Require(Role != RaftRole.Leader, $"a leader does not campaign");
        _state.Require(_state.MayBeNeededAsLeader, $"a server that does not vote does not campaign");
        Become(next);
        _state.Term.Leader = null;
    }

    private void Become(RoleState next)
    {
        _role = next;
        _state.Term.Role = next.Role;
    }

    private void Take(RaftInput input)
    {
        switch (input)
        {
            case Started:
                Start();
                break;
            case MessageReceived received:
                OnMessage(received);
                break;
            case Persisted persisted:
                OnPersisted(persisted.UpTo);
                break;
            case Applied applied:
                _state.Commits.NoteApplied(applied.UpTo);
                _snapshots.TakeIfDue();
                break;
            case Propose propose:
                _role.OnPropose(propose);
                break;
            case Read { Consistency: not ReadConsistency.Linearizable } read:
                _localReads.OnRead(read, _role);
                break;
            case Read read:
                _role.OnRead(read);
                break;
            case TimerElapsed { Timer: RaftTimer.Reads }:
                _localReads.OnTimer(_role);
                break;
            case TimerElapsed { Timer: RaftTimer.Heartbeat }:
                _role.OnHeartbeatTimer();
                break;
            case TimerElapsed { Timer: RaftTimer.Election }:
                _state.Timer.Fired();
                _role.OnElectionTimer();
                break;
            case TransferLeadership transfer:
                _role.OnTransferLeadership(transfer);
                break;
            case ChangeMembers change:
                _role.OnChangeMembers(change);
                break;
            case DiskSpaceChanged space:
                OnDiskSpaceChanged(space.IsFull);
                break;
            default:
                TakeOfSnapshots(input);
                break;
        }
    }

    private void TakeOfSnapshots(RaftInput input)
    {
        switch (input)
        {
            case SnapshotWanted:
                _snapshots.OnWanted();
                break;
            case SnapshotTaken taken:
                _snapshots.OnTaken(taken.Snapshot, _role);
                break;
            case SnapshotFailed:
                _snapshots.OnFailed();
                _role.OnSnapshotFailed();
                break;
            case SnapshotUnreadable unreadable:
                if (_snapshots.MarkUnreadable(unreadable.Snapshot, _role))
                {
                    _role.OnSnapshotUnreadable(unreadable.Snapshot);
                }

                break;
            case SnapshotChunkStored stored:
                _receiver.OnChunkStored(stored);
                break;
            case SnapshotReceived received:
                _receiver.OnReceived(received.Snapshot, _role);
                break;
            case SnapshotReceptionFailed failed:
                _receiver.OnFailed(failed.Snapshot);
                break;
            default:
                throw _state.Broken($"unexpected input {input}");
        }
    }

    private void Start()
    {
        _state.Require(!_started, $"started twice");
        _started = true;
        _state.Term.Start(_state.Now);
        if (_isNew)
        {
            _state.Writes.Write(new Bootstrapped(Configuration));
        }

        if (_snapshots.Last is { } snapshot)
        {
            _state.Commits.Restore(snapshot);
        }

        _state.Timer.Reset();
    }

    private void OnMessage(MessageReceived received)
    {
        var message = received.Message;
        if (message.To != Id || message.From == Id)
        {
            return;
        }

        if (Configuration.IsMember(message.From))
        {
            _state.Versions.Note(message.From, received.Version);
        }

        if (_role.AcceptsFrom(received) && TermRule.Passes(message, _role, _state, this))
        {
            _role.OnMessage(received);
        }
    }

    private void OnPersisted(long upTo)
    {
        var issued = _state.Writes.IssuedSequence;
        _state.Require(upTo <= issued, $"write {upTo} is durable and only {issued} were issued");
        if (_state.Writes.NoteDurable(upTo))
        {
            _state.Outbox.Release();
        }

        _snapshots.CompactIfRecorded(_role);
        _role.OnPersisted();
    }

    private void OnDiskSpaceChanged(bool isFull)
    {
        _state.Writes.DiskIsFull = isFull;
        if (isFull)
        {
            _role.OnDiskFull();
        }
    }

    /// <summary>What holds between any two inputs, whatever the input was.</summary>
    private void AssertInvariants(Before before)
    {
        if (!_state.Rules.AreAsserted)
        {
            return;
        }

        _state.Require(CurrentTerm >= before.Term, $"the term was {before.Term}");
        _state.Require(
            CurrentTerm > before.Term || before.Vote is null || VotedFor == before.Vote, $"the vote of this term was {before.Vote}");
        _state.Require(CommitIndex >= before.Commit, $"the commit index was {before.Commit}");
        _state.Require(CommitIndex <= LastLogIndex, $"the commit index passes the last index");
        _state.Require(
            LastApplied >= before.Applied && LastApplied <= CommitIndex, $"applied is {LastApplied} and was {before.Applied}");
        _state.Require(_state.Writes.DurableIndex <= LastLogIndex, $"durable is {_state.Writes.DurableIndex}");
        _role.AssertInvariants();
    }

    /// <summary>Ends a step: the role first, then one write at most, so that the disk starts ahead of the network.</summary>
    private IReadOnlyList<RaftEffect> TakeEffects()
    {
        _state.Writes.Issue(CurrentTerm, VotedFor);
        if (_toldRole != (Role, CurrentTerm, Leader))
        {
            _toldRole = (Role, CurrentTerm, Leader);
            _state.Step.EmitFirst(new RoleChanged(Role, CurrentTerm, Leader));
        }

        return _state.Step.Take();
    }

    /// <summary>What must not have moved back at the end of a step.</summary>
    private readonly record struct Before(Term Term, ServerId? Vote, LogIndex Commit, LogIndex Applied);
}
