namespace AkkaRaft.Core;

/// <summary>
/// What a server does in one role, and what it knows only in that role. What is here, every role does in the same way: it votes; and unless
/// it leads, it forwards clients to the leader.
/// </summary>
internal abstract class RoleState(ServerState state, ITransitions transitions) : ISnapshotUsers
{
    /// <summary>The role.</summary>
    public abstract RaftRole Role { get; }

    /// <summary>What the role shares with the others.</summary>
    protected ServerState State { get; } = state;

    /// <summary>The ways out of the role.</summary>
    protected ITransitions Transitions { get; } = transitions;

    /// <summary>
    /// Whether the server is sure enough of a leader to refuse to help another become one (dissertation, sections 4.2.3 and 6.2).
    /// </summary>
    public virtual bool HearsLeader =>
        State.Term.Leader is not null && State.Now - State.Term.LastLeaderContact < State.Options.ElectionTimeoutMin;

    /// <inheritdoc />
    public virtual IEnumerable<SnapshotMetadata> Installing => [];

    /// <inheritdoc />
    public virtual LogIndex FirstIndexNeeded => State.Log.LastIndex;

    /// <summary>What a leader knows of the other members; empty in any other role.</summary>
    public virtual IReadOnlyList<MemberStatus> MemberStatuses() => [];

    /// <summary>
    /// Whether a message may be heard: replies of a member that has lost its data count for nothing. Requests of leaders and candidates are
    /// answered whatever their incarnation: this server's configuration may be old, and an election settles the rest.
    /// </summary>
    public virtual bool AcceptsFrom(MessageReceived received)
    {
        if (received.Incarnation == 0 || !State.Rules.ChecksIncarnations)
        {
            return true;
        }

        var admitted = State.IncarnationOf(received.Message.From);
        return admitted == 0 || admitted == received.Incarnation || !IsReply(received.Message);
    }

    /// <summary>Ahead of every input: whether the role is over, as the time shows. It then has left it.</summary>
    public virtual void CheckExpiry()
    {
    }

    /// <summary>A message of the current term that passed all checks.</summary>
    public virtual void OnMessage(MessageReceived received)
    {
        switch (received.Message)
        {
            case PreVote request:
                AnswerPreVote(request);
                break;
            case RequestVote request:
                AnswerRequestVote(request);
                break;
            default:
                throw State.Broken($"unexpected input {received}");
        }
    }

    /// <summary>The election timer has fired.</summary>
    public abstract void OnElectionTimer();

    /// <summary>The heartbeat timer has fired. In any role but a leader's it is of a leadership that is over.</summary>
    public virtual void OnHeartbeatTimer()
    {
    }

    /// <summary>Writes are durable; the messages that waited for them were released.</summary>
    public virtual void OnPersisted()
    {
    }

    /// <summary>Clients propose commands.</summary>
    public virtual void OnPropose(Propose propose)
    {
        foreach (var proposal in propose.Proposals)
        {
            State.ForwardOrReject(proposal.Request, proposal.Forwarded);
        }
    }

    /// <summary>A client reads at the leader.</summary>
    public virtual void OnRead(Read read) => State.ForwardOrReject(read.Request, read.Forwarded);

    /// <summary>A client wants another leader.</summary>
    public virtual void OnTransferLeadership(TransferLeadership transfer)
    {
        if (transfer.Request is { } request)
        {
            State.ForwardOrReject(request, transfer.Forwarded);
        }
    }

    /// <summary>A client wants other members.</summary>
    public virtual void OnChangeMembers(ChangeMembers change) => State.ForwardOrReject(change.Request, change.Forwarded);

    /// <summary>A read that this server answers itself needs the leader's read index, and this server may be the leader.</summary>
    /// <returns>Whether it is, and takes the read.</returns>
    public virtual bool TryRead(RequestId request) => false;

    /// <summary>The disk has no room any more.</summary>
    public virtual void OnDiskFull()
    {
    }

    /// <summary>A snapshot cannot be read.</summary>
    public virtual void OnSnapshotUnreadable(SnapshotMetadata snapshot)
    {
    }

    /// <summary>No snapshot could be taken.</summary>
    public virtual void OnSnapshotFailed()
    {
    }

    /// <summary>Ends the role.</summary>
    /// <returns>A leadership transfer whose outcome is not known yet; the follower that comes next waits for it.</returns>
    public virtual LeadershipTransfer? Leave() => null;

    /// <summary>What the role's own data must satisfy between two inputs.</summary>
    public virtual void AssertInvariants()
    {
    }

    /// <summary>Whether a message is one by which a leader or candidate counts its sender, or lets it answer reads.</summary>
    protected static bool IsReply(RaftMessage message) =>
        message is RequestVoteReply or PreVoteReply or AppendEntriesReply or InstallSnapshotReply or ReadIndexRequest;

    /// <summary>A server that votes, and can write its vote, asks for votes; another waits on.</summary>
    protected void Campaign()
    {
        if (!State.MayBeNeededAsLeader || State.Writes.HasStalled || State.HasStaleIncarnation || State.Options.Priority < 0)
        {
            // It goes on waiting, and does not send clients to a leader that it does not hear any more.
            Transitions.BecomeFollower(State.Term.CurrentTerm, null);
            State.Timer.Reset();
        }
        else if (State.Options.PreVote)
        {
            Transitions.BecomePreCandidate();
        }
        else
        {
            Transitions.BecomeCandidate();
        }
    }

    /// <summary>
    /// Says whether a vote would be granted, and changes nothing (dissertation, section 9.6). A refusal carries the current term, from
    /// which one that is behind learns.
    /// </summary>
    private void AnswerPreVote(PreVote request)
    {
        var couldVote = request.Term >= State.Term.CurrentTerm
            && State.Rules.IsUpToDate(State.Log, request.LastLogIndex, request.LastLogTerm)
            && !State.Writes.HasStalled
            && State.MayVoteAs(request.ToIncarnation);
        var granted = couldVote && !HearsLeader && !State.MustHonourLease;
        State.Outbox.Post(new PreVoteReply(State.Id, request.From, State.Term.CurrentTerm, request.Term, granted));
    }

    /// <summary>
    /// Grants at most one candidate a vote in a term, by sections 5.2 and 5.4.1. The reply waits until the vote is durable.
    /// </summary>
    private void AnswerRequestVote(RequestVote request)
    {
        var isFree = State.Term.VotedFor is null && State.Term.Leader is null;
        var granted = (isFree || State.Term.VotedFor == request.From)
            && State.Rules.IsUpToDate(State.Log, request.LastLogIndex, request.LastLogTerm)
            && State.MayVoteAs(request.ToIncarnation);
        if (granted)
        {
            GrantVote(request.From);
        }

        State.Outbox.Post(new RequestVoteReply(State.Id, request.From, State.Term.CurrentTerm, granted));
    }

    private void GrantVote(ServerId candidate)
    {
        if (Role != RaftRole.Follower)
        {
            // It is about to campaign itself. Having helped another, it waits for the outcome.
            Transitions.BecomeFollower(State.Term.CurrentTerm, null);
        }

        if (State.Term.VotedFor is null)
        {
            State.SetTermAndVote(State.Term.CurrentTerm, candidate);
        }

        State.Timer.Reset();
    }
}
