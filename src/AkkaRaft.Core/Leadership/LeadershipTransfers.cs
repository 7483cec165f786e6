namespace AkkaRaft.Core;

/// <summary>
/// A leader's transfers (dissertation, section 3.10): the target gets all entries, and is then told to campaign at once. A transfer is
/// given up after an election timeout.
/// </summary>
internal sealed class LeadershipTransfers(ServerState state, ProgressTracker progress, Replicator replicator, LeaderReads reads)
{
    /// <summary>When the last transfer was begun, or the leadership.</summary>
    private TimeSpan _since = state.Now;

    /// <summary>The transfer under way, or null.</summary>
    public LeadershipTransfer? Current { get; private set; }

    /// <summary>How long ago the last transfer was begun, or the leadership.</summary>
    public TimeSpan SinceLast => state.Now - _since;

    /// <summary>Somebody wants another leader.</summary>
    public void OnRequest(TransferLeadership transfer)
    {
        var target = transfer.Target ?? BestPlaced();
        if (target == state.Id)
        {
            LeadershipTransfer.Answer(state, transfer.Request, null);
        }
        else if (Current is { } other)
        {
            Refuse($"a leadership transfer to {other.Target} is under way");
        }
        else if (state.Versions.ClusterVersion < ProtocolVersion.Second)
        {
            Refuse("a member does not know leadership transfers, or has not been heard yet");
        }
        else if (target is not { } id)
        {
            Refuse("no other voter has been heard lately");
        }
        else if (!state.Configuration.Voters.Contains(id))
        {
            Refuse($"{id} is no voter; the voters are {string.Join(", ", state.Configuration.Voters)}");
        }
        else
        {
            Begin(id, transfer.Request);
        }

        void Refuse(string why) => LeadershipTransfer.Answer(state, transfer.Request, why);
    }

    /// <summary>Begins a transfer.</summary>
    public void Begin(ServerId target, RequestId? request)
    {
        Current = new LeadershipTransfer(target, request, state.Term.CurrentTerm, state.Now + state.Options.ElectionTimeoutMax);
        _since = state.Now;
        if (progress.Of(target) is { } peer)
        {
            replicator.SendEntries(peer);
            AskTargetIfCaughtUp(peer);
        }
    }

    /// <summary>Ends the transfer under way and gives it.</summary>
    public LeadershipTransfer? Take()
    {
        var transfer = Current;
        Current = null;
        return transfer;
    }

    /// <summary>Tells the target to campaign once it has the whole log.</summary>
    public void AskTargetIfCaughtUp(Progress peer)
    {
        if (Current is { IsAsked: false } transfer && transfer.Target == peer.Id && peer.MatchIndex == state.Log.LastIndex)
        {
            transfer.IsAsked = true;
            AskToCampaign(peer.Id);
        }
    }

    /// <summary>
    /// Tells a server to campaign. The message may come late, and its receiver wins against all leases: none is relied on in this term any
    /// more.
    /// </summary>
    public void AskToCampaign(ServerId? target)
    {
        if (target is { } id)
        {
            reads.EndLease();
            state.Outbox.Post(new TimeoutNow(state.Id, id, state.Term.CurrentTerm));
        }
    }

    /// <summary>The voter that is wanted as leader: of the highest priority, then with the most of the log.</summary>
    public ServerId? BestPlaced() =>
        PossibleLeaders().OrderByDescending(peer => peer.Contact.Priority).ThenByDescending(peer => peer.MatchIndex).FirstOrDefault()?.Id;

    /// <summary>The voter that would be elected if it campaigned at once: one with the most of the log, whatever its priority.</summary>
    public ServerId? Successor() => PossibleLeaders()
        .Where(peer => peer.MatchIndex >= state.Commits.CommitIndex)
        .OrderByDescending(peer => peer.MatchIndex)
        .ThenByDescending(peer => peer.Contact.Priority)
        .FirstOrDefault()?.Id;

    /// <summary>
    /// A voter of a higher priority is preferred once it has all that is committed; so is any other when this server's disk is full. Not
    /// tried again for a while, as each attempt holds proposals up.
    /// </summary>
    public void BeginIfAnotherShouldLead(bool hasCommittedInItsTerm)
    {
        if (Current is not null
            || !hasCommittedInItsTerm
            || state.IsChangingMembers
            || SinceLast < 10 * state.Options.ElectionTimeoutMax
            || BestPlaced() is not { } best
            || progress.Of(best) is not { } peer)
        {
            return;
        }

        if ((peer.Contact.Priority > state.Options.Priority || state.Writes.DiskIsFull) && peer.MatchIndex >= state.Commits.CommitIndex)
        {
            Begin(best, null);
        }
    }

    /// <summary>The disk is full: another server leads, if any can.</summary>
    public void BeginForWantOfSpace()
    {
        if (Current is null && BestPlaced() is { } best)
        {
            Begin(best, null);
        }
    }

    /// <summary>A follower waits for a snapshot and this server has none that can be read: another server leads, if any can.</summary>
    public void BeginForWantOfSnapshot(bool hasCommittedInItsTerm, TimeSpan pause)
    {
        if (Current is null
            && hasCommittedInItsTerm
            && !state.IsChangingMembers
            && SinceLast >= pause
            && progress.Peers.Any(peer => peer.NextIndex <= state.Log.LastIncludedIndex)
            && Successor() is { } successor)
        {
            Begin(successor, null);
        }
    }

    /// <summary>Those among the other voters, by name, who were heard lately and take entries.</summary>
    private IEnumerable<Progress> PossibleLeaders() => progress.Peers.Where(peer =>
        state.Configuration.Voters.Contains(peer.Id)
        && peer.Contact.HasAnswered
        && state.Now - peer.Contact.Last < state.Options.ElectionTimeoutMin
        && peer.Contact.Priority >= 0
        && peer.State == ProgressState.Replicate
        && !peer.Contact.HasStaleIncarnation
        && peer.Contact.Version >= ProtocolVersion.Second);
}
