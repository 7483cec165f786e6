namespace AkkaRaft.Core;

public sealed partial class RaftServer
{
    /// <summary>The other members, by name. Empty unless this server leads.</summary>
    private Progress[] _peers = [];

    /// <summary>
    /// Numbers what a leader sends. It never starts again within a life, so that no answer to an earlier lead counts in a later one.
    /// </summary>
    private long _heartbeatSequence;

    /// <summary>The first entry of the current lead. Entries before it are committed only behind it (section 5.4.2).</summary>
    private LogIndex _firstOwnIndex;

    /// <summary>Bytes of the entries of the current lead that are not committed.</summary>
    private long _uncommittedBytes;

    private void StepLeader(RaftInput input)
    {
        switch (input)
        {
            case MessageReceived { Message: AppendEntriesReply reply }:
                OnAppendEntriesReply(reply);
                break;
            case MessageReceived { Message: InstallSnapshotReply reply }:
                OnInstallSnapshotReply(reply);
                break;
            case MessageReceived { Message: ReadIndexRequest request }:
                OnReadIndexRequest(request);
                break;
            case MessageReceived { Message: TimeoutNow or ReadIndexReply }:
                // Of the lead that it has followed itself, or of none.
                break;
            case MessageReceived { Message: PreVote request }:
                AnswerPreVote(request);
                break;
            case MessageReceived { Message: RequestVote request }:
                AnswerRequestVote(request);
                break;
            case MessageReceived { Message: PreVoteReply or RequestVoteReply }:
                // Late answers in an election that it has won.
                break;
            case MessageReceived { Message: AppendEntries or InstallSnapshot } received:
                Require(false, $"{received.Message.From} leads in the same term");
                break;
            case Propose propose:
                OnPropose(propose);
                break;
            case Read read:
                OnRead(new PendingRead(read.Request, null, 0));
                break;
            case TransferLeadership transfer:
                OnTransferLeadership(transfer);
                break;
            case ChangeMembers change:
                OnChangeMembers(change);
                break;
            case Persisted:
                CommitWhatIsWritten();
                break;
            case TimerElapsed { Timer: RaftTimer.Heartbeat }:
                OnHeartbeatTimer();
                break;
            case TimerElapsed { Timer: RaftTimer.Election }:
                SetElectionDeadline(_electionDeadline > _now ? _electionDeadline : _now + Options.ElectionTimeoutMax);
                break;
            default:
                throw Broken($"unexpected input {input}");
        }
    }

    private void EnterLead()
    {
        _heartbeatSequence++;
        _peers = [.. OtherMembers().Select(ProgressOf)];
        _firstOwnIndex = LastLogIndex.Next;
        _uncommittedBytes = 0;
        _leadSince = _now;
        _leadBegan = _now;
        _leaseIsOff = false;
        _leaseUntil = TimeSpan.Zero;
        _leaseRounds.Clear();
        _peersConfiguration = Configuration;
        _clusterVersion = LowestVersion();
        SetElectionDeadline(_now + Options.ElectionTimeoutMax);
        Emit(new SetTimer(RaftTimer.Heartbeat, Options.HeartbeatInterval));
        AppendOwn([new LogEntry(LastLogIndex.Next, CurrentTerm, NoOp.Instance)]);
        BeginHistory();
    }

    /// <summary>
    /// Data that were restored or recovered are of a history that has ended. The new one gets its name behind the first leader's first entry,
    /// and ahead of whatever clients ask for. The members stay the same, so it need not wait for what is committed.
    /// </summary>
    private void BeginHistory()
    {
        if (_newHistory != 0 && Configuration is { History: < 0, IsJoint: false } && !_diskIsFull)
        {
            AppendConfiguration(WithHistory(Configuration), null);
        }
    }

    /// <summary>Tells every client that waits: what is in the log may still be committed, what is not never will be from here.</summary>
    private void LeaveLead()
    {
        _peers = [];
        if (Leader is not null || CurrentTerm == _transfer?.Term)
        {
            EndTransfer();
        }

        if (_changeRequest is { } change)
        {
            _changeRequest = null;
            Emit(new Reply(change, new Indeterminate(CurrentTerm, Leader, IndeterminateReason.LeadershipLost)));
        }

        while (_requests.TryDequeue(out var waiting))
        {
            Emit(new Reply(waiting.Request, new Indeterminate(CurrentTerm, Leader, IndeterminateReason.LeadershipLost)));
        }

        foreach (var read in _reads.Drain())
        {
            if (read.Request is { } request)
            {
                Reject(request, Leader is null ? RejectionReason.NoLeaderKnown : RejectionReason.NotLeader);
            }
        }
    }

    /// <summary>
    /// Whether no quorum has answered for an election timeout, so that another may lead by now (dissertation, section 6.2).
    /// </summary>
    private bool LeadHasExpired()
    {
        if (!Options.CheckQuorum || _now < _electionDeadline || Has(RaftFault.KeepLeadingWithoutQuorum))
        {
            return false;
        }

        _electionDeadline = LastQuorumContact() + Options.ElectionTimeoutMax;
        return _now >= _electionDeadline;
    }

    /// <summary>The latest time by which a quorum had been heard.</summary>
    private TimeSpan LastQuorumContact() =>
        TimeSpan.FromTicks(Quorum.Reached(QuorumConfiguration, this, static (server, id) => server.LastContactOf(id).Ticks));

    private TimeSpan LastContactOf(ServerId id) => id == Id ? _now : PeerOf(id)?.LastContact ?? TimeSpan.Zero;

    private Progress? PeerOf(ServerId id)
    {
        foreach (var peer in _peers)
        {
            if (peer.Id == id)
            {
                return peer;
            }
        }

        return null;
    }

    private void OnPropose(Propose propose)
    {
        if (_transfer is not null)
        {
            HoldBack(propose);
            return;
        }

        List<LogEntry> entries = new(propose.Proposals.Count);
        var unappliedBytes = UnappliedBytes(LastLogIndex);
        foreach (var proposal in propose.Proposals)
        {
            if (proposal.Payload.SizeBytes > Options.MaxCommandBytes)
            {
                Reject(proposal.Request, RejectionReason.TooLarge);
                continue;
            }

            if (_diskIsFull)
            {
                Reject(proposal.Request, RejectionReason.DiskFull);
                continue;
            }

            var entry = new LogEntry(LastLogIndex + (entries.Count + 1), CurrentTerm, proposal.Payload);
            if (!HasRoomFor(entry) || !StateMachineKeepsUp(entry, unappliedBytes))
            {
                Reject(proposal.Request, RejectionReason.Overloaded);
                continue;
            }

            entries.Add(entry);
            _uncommittedBytes += entry.SizeBytes;
            unappliedBytes += entry.SizeBytes;
            _requests.Enqueue((entry.Index, proposal.Request));
        }

        if (entries.Count > 0)
        {
            AppendOwn(entries);
        }
    }

    /// <summary>Only entries of this lead count: how many earlier ones are uncommitted, a new leader does not know.</summary>
    private bool HasRoomFor(LogEntry entry) =>
        entry.Index - LogIndex.Max(CommitIndex, _firstOwnIndex.Previous) <= Options.MaxUncommittedEntries
        && _uncommittedBytes + entry.SizeBytes <= Options.MaxUncommittedBytes;

    /// <summary>
    /// Whether the state machine is not too far behind for an entry. What is committed can be taken back no more, so a proposal that it
    /// would take long to come to is refused here, ahead of the log.
    /// </summary>
    private bool StateMachineKeepsUp(LogEntry entry, long unappliedBytes) =>
        entry.Index - AppliedOrRestored <= Options.MaxUnappliedEntries
        && unappliedBytes + entry.SizeBytes <= Options.MaxUnappliedBytes;

    private void AppendOwn(IReadOnlyList<LogEntry> entries)
    {
        AppendToLog(entries);
        UpdatePeers();
        foreach (var peer in _peers)
        {
            SendEntries(peer);
        }

        if (Has(RaftFault.LeaderCountsUnwrittenEntries))
        {
            CommitWhatIsWritten();
        }
    }

    private void CommitWhatIsWritten()
    {
        if (AdvanceCommit())
        {
            AnnounceCommit();
        }
    }

    private void OnHeartbeatTimer()
    {
        Emit(new SetTimer(RaftTimer.Heartbeat, Options.HeartbeatInterval));
        Govern();
        if (_reads.AnyWaiting && HasCommittedInItsTerm)
        {
            BeginReadRound();
        }
        else
        {
            SendHeartbeats();
            ServeConfirmedReads();
        }
    }

    private IReadOnlyList<MemberStatus> MemberStatuses() =>
    [
        .. _peers.Select(peer => new MemberStatus(peer.Id, peer.MatchIndex, peer.NextIndex, _now - peer.LastContact)
        {
            Installing = peer.Installing, InstalledBytes = peer.StoredBytes, HasStaleIncarnation = peer.HasStaleIncarnation,
        }),
    ];
}
