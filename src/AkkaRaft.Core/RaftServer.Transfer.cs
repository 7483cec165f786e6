namespace AkkaRaft.Core;

// Handing the lead over (dissertation, section 3.10): the target gets all entries, then the word to campaign at once. Proposals wait
// meanwhile, until another leads and gets them, so none is lost to the change. It is given up after an election timeout.
public sealed partial class RaftServer
{
    /// <summary>The transfer under way; at a former leader until it knows who leads.</summary>
    private Transfer? _transfer;

    /// <summary>When the last transfer was begun, or the lead.</summary>
    private TimeSpan _leadSince;

    /// <summary>When the lead was begun.</summary>
    private TimeSpan _leadBegan;

    private bool _diskIsFull;

    /// <summary>A transfer under way.</summary>
    private sealed class Transfer(ServerId target, RequestId? request, Term term, TimeSpan deadline)
    {
        public ServerId Target { get; } = target;

        /// <summary>The term of the lead that is handed over.</summary>
        public Term Term { get; } = term;

        public RequestId? Request { get; } = request;

        public TimeSpan Deadline { get; } = deadline;

        /// <summary>The target was told to campaign.</summary>
        public bool IsAsked { get; set; }

        /// <summary>Proposals that came since; they are in no log.</summary>
        public List<Proposal> HeldBack { get; } = [];

        public long HeldBackBytes { get; set; }
    }

    private void OnTransferLeadership(TransferLeadership transfer)
    {
        var target = transfer.Target ?? BestPlaced();
        if (target == Id)
        {
            Answer(transfer.Request, null);
        }
        else if (_transfer is { } other)
        {
            Answer(transfer.Request, $"the lead is being handed over to {other.Target} already");
        }
        else if (_clusterVersion < ProtocolVersion.Second)
        {
            Answer(transfer.Request, "a member does not know how to take the lead, or has not been heard yet");
        }
        else if (target is not { } id)
        {
            Answer(transfer.Request, "no other voter has been heard lately");
        }
        else if (!Configuration.Voters.Contains(id))
        {
            Answer(transfer.Request, $"{id} is no voter; the voters are {string.Join(", ", Configuration.Voters)}");
        }
        else
        {
            BeginTransfer(id, transfer.Request);
        }
    }

    private void BeginTransfer(ServerId target, RequestId? request)
    {
        _transfer = new Transfer(target, request, CurrentTerm, _now + Options.ElectionTimeoutMax);
        _leadSince = _now;
        if (PeerOf(target) is { } peer)
        {
            SendEntries(peer);
            AskTargetIfCaughtUp(peer);
        }
    }

    private void AskTargetIfCaughtUp(Progress peer)
    {
        if (_transfer is { IsAsked: false } transfer && transfer.Target == peer.Id && peer.MatchIndex == LastLogIndex)
        {
            transfer.IsAsked = true;
            AskToCampaign(peer.Id);
        }
    }

    /// <summary>The word may come late, and whoever gets it wins against all leases: none is relied on in this term any more.</summary>
    private void AskToCampaign(ServerId? target)
    {
        if (target is { } id)
        {
            _leaseIsOff = !Has(RaftFault.LeaseOutlivesTransfer);
            Post(new TimeoutNow(Id, id, CurrentTerm));
        }
    }

    private void HoldBack(Propose propose)
    {
        var transfer = _transfer!;
        foreach (var proposal in propose.Proposals)
        {
            var bytes = transfer.HeldBackBytes + proposal.Payload.SizeBytes;
            if (transfer.HeldBack.Count < Options.MaxUncommittedEntries && bytes <= Options.MaxUncommittedBytes)
            {
                transfer.HeldBack.Add(proposal);
                transfer.HeldBackBytes = bytes;
            }
            else
            {
                Reject(proposal.Request, RejectionReason.Overloaded);
            }
        }
    }

    /// <summary>
    /// It has come out who leads, or that nobody has taken the lead in time: answers whoever waits for that, and lets the proposals go on
    /// that were held back.
    /// </summary>
    private void EndTransfer()
    {
        if (_transfer is not { } transfer)
        {
            return;
        }

        _transfer = null;
        Answer(
            transfer.Request,
            Leader == transfer.Target ? null
            : Leader is null || Leader == Id ? $"{transfer.Target} has not taken it over within an election timeout"
            : $"{Leader} has taken it over instead of {transfer.Target}");
        if (transfer.HeldBack.Count == 0)
        {
            return;
        }

        if (Role == RaftRole.Leader)
        {
            OnPropose(new Propose(_now, transfer.HeldBack));
            return;
        }

        foreach (var proposal in transfer.HeldBack)
        {
            ForwardOrReject(proposal.Request, proposal.Forwarded);
        }
    }

    private void Answer(RequestId? request, string? failure)
    {
        if (request is { } waiting && failure is null)
        {
            Emit(new Done(waiting));
        }
        else if (request is { } failed)
        {
            Reject(failed, RejectionReason.TransferFailed, failure);
        }
    }

    /// <summary>The voter that is wanted as leader: of the highest priority, then with the most of the log.</summary>
    private ServerId? BestPlaced() =>
        PossibleLeaders().OrderByDescending(peer => peer.Priority).ThenByDescending(peer => peer.MatchIndex).FirstOrDefault()?.Id;

    /// <summary>The voter that would be elected if it campaigned at once: one with the most of the log, whatever its priority.</summary>
    private ServerId? Successor() => PossibleLeaders()
        .Where(peer => peer.MatchIndex >= CommitIndex)
        .OrderByDescending(peer => peer.MatchIndex)
        .ThenByDescending(peer => peer.Priority)
        .FirstOrDefault()?.Id;

    /// <summary>Those among the other voters, by name, who were heard lately and take entries.</summary>
    private IEnumerable<Progress> PossibleLeaders() => _peers.Where(peer =>
        Configuration.Voters.Contains(peer.Id) && peer.HasAnswered && _now - peer.LastContact < Options.ElectionTimeoutMin
        && peer.Priority >= 0 && peer.State == ProgressState.Replicate && !peer.HasStaleIncarnation
        && peer.Version >= ProtocolVersion.Second);

    /// <summary>
    /// A voter of a higher priority is preferred once it has all that is committed; so is any other when this server's disk is full. Not
    /// tried again for a while, as each attempt holds proposals up.
    /// </summary>
    private void HandOverIfAnotherShouldLead()
    {
        if (_transfer is not null || !HasCommittedInItsTerm || IsChangingMembers || _now - _leadSince < 10 * Options.ElectionTimeoutMax
            || BestPlaced() is not { } best || PeerOf(best) is not { } peer)
        {
            return;
        }

        if ((peer.Priority > Options.Priority || _diskIsFull) && peer.MatchIndex >= CommitIndex)
        {
            BeginTransfer(best, null);
        }
    }

    /// <summary>The leader of this term wants this server to lead.</summary>
    private void OnTimeoutNow()
    {
        if (Configuration.IsVoter(Id) && !DiskHasStopped && !_diskIsFull && !IsDisowned)
        {
            EndTransfer();
            BecomeCandidate(isTransfer: true);
        }
    }

    private void OnDiskSpaceChanged(bool isFull)
    {
        _diskIsFull = isFull;
        if (Role == RaftRole.Leader && isFull && _transfer is null && BestPlaced() is { } best)
        {
            BeginTransfer(best, null);
        }
    }
}
