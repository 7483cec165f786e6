namespace AkkaRaft.Core;

/// <summary>Takes commands, replicates them and commits them (Raft paper, sections 5.3 and 5.4).</summary>
internal sealed class LeaderState : RoleState
{
    private readonly SnapshotKeeper _keeper;
    private readonly ProgressTracker _progress;
    private readonly SnapshotSender _snapshots;
    private readonly Replicator _replicator;
    private readonly ProposalTracker _proposals;
    private readonly LeaderReads _reads;
    private readonly LeadershipTransfers _transfers;
    private readonly MembershipChanges _membership;
    private bool _isOver;

    /// <summary>Makes the state of a new leadership. <see cref="Begin"/> begins it.</summary>
    public LeaderState(ServerState state, ITransitions transitions, SnapshotKeeper keeper, HeartbeatSequence sequence)
        : base(state, transitions)
    {
        _keeper = keeper;
        _progress = new ProgressTracker(state, sequence);
        _snapshots = new SnapshotSender(state, keeper, _progress, sequence);
        _replicator = new Replicator(state, _progress, sequence, _snapshots);
        _proposals = new ProposalTracker(state);
        _reads = new LeaderReads(state, _progress, _replicator, _proposals, keeper, sequence);
        _transfers = new LeadershipTransfers(state, _progress, _replicator, _reads);
        _membership = new MembershipChanges(state, _progress, _transfers, _proposals);
    }

    /// <inheritdoc />
    public override RaftRole Role => RaftRole.Leader;

    /// <inheritdoc />
    public override bool HearsLeader => State.Now - _progress.LastQuorumContact < State.Options.ElectionTimeoutMin;

    /// <inheritdoc />
    public override IEnumerable<SnapshotMetadata> Installing => _snapshots.Installing;

    /// <inheritdoc />
    public override LogIndex FirstIndexNeeded => _snapshots.FirstIndexNeeded;

    /// <summary>Begins the leadership with an entry of its own term, to learn what is committed (sections 5.4.2 and 8).</summary>
    public void Begin()
    {
        State.Versions.ClusterVersion = _progress.LowestVersion();
        State.Timer.SetDeadline(State.Now + State.Options.ElectionTimeoutMax);
        State.Step.Emit(new SetTimer(RaftTimer.Heartbeat, State.Options.HeartbeatInterval));
        Append([new LogEntry(State.Log.LastIndex.Next, State.Term.CurrentTerm, NoOp.Instance)]);
        AppendConfiguration(_membership.BeginningHistory(), null);
    }

    /// <summary>
    /// Ends the leadership: tells every client that waits. What is in the log may still be committed; what is not never will be from here.
    /// </summary>
    public override LeadershipTransfer? Leave()
    {
        _isOver = true;
        _progress.Clear();
        var transfer = _transfers.Take();
        if (State.Term.Leader is not null || State.Term.CurrentTerm == transfer?.Term)
        {
            transfer?.Answer(State);
            transfer?.ForwardHeldBack(State);
            transfer = null;
        }

        _membership.Abandon();
        _proposals.Abandon();
        _reads.Abandon();
        return transfer;
    }

    /// <summary>
    /// Ahead of every input: a leader that was paused must not count replies that waited for it meanwhile, and one whose disk has stalled
    /// lets another lead.
    /// </summary>
    public override void CheckExpiry()
    {
        if (HasExpired() || State.Writes.HasStalled)
        {
            _transfers.AskToCampaign(State.Writes.HasStalled ? _transfers.Successor() : null);
            Transitions.BecomeFollower(State.Term.CurrentTerm, null);
        }
    }

    /// <inheritdoc />
    public override bool AcceptsFrom(MessageReceived received)
    {
        if (_progress.Of(received.Message.From) is { } peer)
        {
            peer.Contact.Version = received.Version;
        }

        if (received.Incarnation == 0 || !State.Rules.ChecksIncarnations)
        {
            return true;
        }

        return _membership.AcceptsFrom(received, IsReply(received.Message)) && base.AcceptsFrom(received);
    }

    /// <inheritdoc />
    public override void OnMessage(MessageReceived received)
    {
        switch (received.Message)
        {
            case AppendEntriesReply reply:
                OnAppendEntriesReply(reply);
                break;
            case InstallSnapshotReply reply:
                OnInstallSnapshotReply(reply);
                break;
            case ReadIndexRequest request:
                if (_progress.Of(request.From) is not null)
                {
                    _reads.OnRead(new PendingRead(null, request.From, request.ReadContext));
                }

                break;
            case TimeoutNow or ReadIndexReply:
                // Of the leadership that it has followed itself, or of none.
                break;
            case PreVoteReply or RequestVoteReply:
                // Late replies in an election that it has won.
                break;
            case AppendEntries or InstallSnapshot:
                State.Require(false, $"{received.Message.From} leads in the same term");
                break;
            default:
                base.OnMessage(received);
                break;
        }
    }

    /// <inheritdoc />
    public override void OnElectionTimer() => State.Timer.SetDeadline(
        State.Timer.Deadline > State.Now ? State.Timer.Deadline : State.Now + State.Options.ElectionTimeoutMax);

    /// <inheritdoc />
    public override void OnHeartbeatTimer()
    {
        State.Step.Emit(new SetTimer(RaftTimer.Heartbeat, State.Options.HeartbeatInterval));
        Govern();
        _reads.OnHeartbeatTimer();
    }

    /// <inheritdoc />
    public override void OnPersisted() => CommitWhatIsWritten();

    /// <inheritdoc />
    public override void OnPropose(Propose propose)
    {
        if (_transfers.Current is { } transfer)
        {
            transfer.HoldBack(propose, State);
            return;
        }

        var entries = _proposals.EntriesOf(propose);
        if (entries.Count > 0)
        {
            Append(entries);
        }
    }

    /// <inheritdoc />
    public override void OnRead(Read read) => TryRead(read.Request);

    /// <inheritdoc />
    public override bool TryRead(RequestId request)
    {
        _reads.OnRead(new PendingRead(request, null, 0));
        return true;
    }

    /// <inheritdoc />
    public override void OnTransferLeadership(TransferLeadership transfer) => _transfers.OnRequest(transfer);

    /// <inheritdoc />
    public override void OnChangeMembers(ChangeMembers change) => AppendConfiguration(_membership.Accept(change), change.Request);

    /// <inheritdoc />
    public override void OnDiskFull() => _transfers.BeginForWantOfSpace();

    /// <inheritdoc />
    public override void OnSnapshotUnreadable(SnapshotMetadata snapshot) => _replicator.CancelInstalls(snapshot);

    /// <summary>
    /// A follower waits for a snapshot, this server has none that can be read, and cannot take one: another leads. Whether its snapshots
    /// are good nobody knows before it sends one; if they are not, it takes another in its turn.
    /// </summary>
    public override void OnSnapshotFailed()
    {
        if (_keeper.LastIsUnreadable && _keeper.LastReadable is null)
        {
            _transfers.BeginForWantOfSnapshot(_proposals.HasCommittedInItsTerm, _keeper.ReplacementPause);
        }
    }

    /// <inheritdoc />
    public override IReadOnlyList<MemberStatus> MemberStatuses() => _progress.Statuses();

    /// <inheritdoc />
    public override void AssertInvariants()
    {
        foreach (var peer in _progress.Peers)
        {
            State.Require(peer.MatchIndex < peer.NextIndex, $"match {peer.MatchIndex} and next {peer.NextIndex} of {peer.Id}");
            State.Require(peer.NextIndex <= State.Log.LastIndex.Next, $"next {peer.NextIndex} of {peer.Id}");
        }
    }

    /// <summary>
    /// Whether no quorum has answered for an election timeout, so that another may lead by now (dissertation, section 6.2).
    /// </summary>
    private bool HasExpired()
    {
        if (!State.Rules.StepsDownWithoutQuorum(State.Options) || State.Now < State.Timer.Deadline)
        {
            return false;
        }

        State.Timer.Postpone(_progress.LastQuorumContact + State.Options.ElectionTimeoutMax);
        return State.Now >= State.Timer.Deadline;
    }

    private void OnAppendEntriesReply(AppendEntriesReply reply)
    {
        if (_progress.Of(reply.From) is not { } peer || _progress.IsFromEarlierConfiguration(peer, reply.HeartbeatSequence))
        {
            return;
        }

        peer.Contact.Heard(reply.HeartbeatSequence, State.Now);
        if (reply.Success)
        {
            peer.Contact.Priority = reply.Priority;
            State.Require(reply.MatchIndex <= State.Log.LastIndex, $"{peer.Id} acknowledges {reply.MatchIndex}");
            var match = LogIndex.Min(reply.MatchIndex, State.Log.LastIndex);
            OnMatch(peer, reply.HeartbeatSequence, match);
            State.Rules.AfterMatch(peer, match);
        }
        else if (!peer.IsStaleReply(reply.HeartbeatSequence, reply.RejectedIndex))
        {
            _replicator.OnAppendRejected(peer, reply);
        }

        _reads.ServeConfirmed();
    }

    private void OnInstallSnapshotReply(InstallSnapshotReply reply)
    {
        if (_progress.Of(reply.From) is not { } peer || _progress.IsFromEarlierConfiguration(peer, reply.HeartbeatSequence))
        {
            return;
        }

        peer.Contact.Heard(reply.HeartbeatSequence, State.Now);
        if (reply.Installed)
        {
            OnMatch(peer, reply.HeartbeatSequence, reply.SnapshotIndex);
        }
        else if (peer.Installing?.LastIncludedIndex == reply.SnapshotIndex)
        {
            _snapshots.OnStored(peer, reply.NextOffset);
        }

        _reads.ServeConfirmed();
    }

    /// <summary>The follower's durable log is this one up to an index.</summary>
    private void OnMatch(Progress peer, long sequence, LogIndex match)
    {
        var hasRisen = peer.Accepted(sequence, match);
        var hasCommitted = hasRisen && AdvanceCommit();
        if (_isOver)
        {
            // What was committed has removed this server from the cluster.
            CoverageMark.Hit(
                "MembershipTests.A_leader_that_is_removed_leads_until_it_is_committed_without_counting_itself_then_hands_over_and_leaves");
            return;
        }

        AppendConfiguration(_membership.NoteCatchingUp(peer), null);

        _replicator.SendEntries(peer);
        _transfers.AskTargetIfCaughtUp(peer);
        if (hasCommitted)
        {
            AnnounceCommit();
        }
        else
        {
            _replicator.TellCommitIfIdle(peer);
        }
    }

    private void Append(IReadOnlyList<LogEntry> entries)
    {
        State.Append(entries);
        _progress.Update();
        _replicator.SendEntries();
        if (State.Rules.CommitsAheadOfDisk)
        {
            CommitWhatIsWritten();
        }
    }

    /// <summary>Appends a configuration that is to follow the one in force, if there is any.</summary>
    private void AppendConfiguration(ClusterConfiguration? next, RequestId? request)
    {
        if (next is not null)
        {
            Append([_membership.EntryOf(next, request)]);
        }
    }

    private void CommitWhatIsWritten()
    {
        if (AdvanceCommit())
        {
            AnnounceCommit();
        }
    }

    /// <summary>
    /// Commits what a quorum has on disk, if it is of the current term; what is ahead of it is committed with it (sections 5.3 and 5.4.2).
    /// </summary>
    /// <returns>Whether anything was committed.</returns>
    private bool AdvanceCommit()
    {
        var reached = _progress.QuorumMatch;
        if (reached <= State.Commits.CommitIndex || !State.Rules.MayCommit(State.Log.TermAt(reached), State.Term.CurrentTerm))
        {
            return false;
        }

        State.Commits.CommitTo(reached, _proposals);
        MoveChangeOn();
        return true;
    }

    /// <summary>The commit index has risen: reads may have waited for the first entry of the term, and followers can apply.</summary>
    private void AnnounceCommit()
    {
        _reads.SendHeartbeatsIfReadsWait();
        _replicator.TellCommit();
    }

    /// <summary>
    /// More was committed: a joint configuration is followed by the new one alone; when that is committed the others are told and
    /// forgotten, and a leader that is no member of it transfers its leadership and leaves (dissertation, section 4.2.2).
    /// </summary>
    private void MoveChangeOn()
    {
        if (State.Configurations.LatestIndex > State.Commits.CommitIndex)
        {
            return;
        }

        if (_membership.EntryAfterJoint() is { } entry)
        {
            Append([entry]);
            return;
        }

        _replicator.DismissFormerMembers();
        if (!State.Configuration.IsVoter(State.Id))
        {
            _transfers.AskToCampaign(_transfers.Successor());
            Transitions.BecomeFollower(State.Term.CurrentTerm, null);
        }
    }

    /// <summary>
    /// What a leader looks after with each heartbeat, apart from the log: versions, incarnations, a transfer that takes too long, and
    /// whether another should lead.
    /// </summary>
    private void Govern()
    {
        State.Versions.ClusterVersion = _progress.LowestVersion();
        if (_transfers.Current is { } transfer && State.Now >= transfer.Deadline)
        {
            _transfers.Take();
            transfer.Answer(State);
            if (transfer.HeldBack.Count > 0)
            {
                OnPropose(new Propose(State.Now, transfer.HeldBack));
            }
        }

        AppendConfiguration(_membership.WithNames(), null);

        _transfers.BeginIfAnotherShouldLead(_proposals.HasCommittedInItsTerm);
    }
}
