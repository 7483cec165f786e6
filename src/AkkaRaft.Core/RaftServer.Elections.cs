namespace AkkaRaft.Core;

// Voting: what every role does in the same way (sections 5.2 and 5.4.1; dissertation, section 9.6).
public sealed partial class RaftServer
{
    /// <summary>Answers in the current candidacy, by server, so that one that comes twice counts once.</summary>
    private readonly SortedDictionary<ServerId, bool> _votes = [];

    /// <summary>
    /// Section 5.4.1: the log that ends in the later term is the more up-to-date one, and in the same term the longer one.
    /// </summary>
    private bool IsUpToDate(LogIndex lastLogIndex, Term lastLogTerm) =>
        lastLogTerm > _log.LastTerm
        || (lastLogTerm == _log.LastTerm && lastLogIndex >= LastLogIndex)
        || Has(RaftFault.SkipUpToDateCheck);

    /// <summary>
    /// Says whether a vote would be granted; changes nothing. A refusal carries the current term, from which one that is behind learns.
    /// </summary>
    private void AnswerPreVote(PreVote request)
    {
        var couldVote = request.Term >= CurrentTerm && IsUpToDate(request.LastLogIndex, request.LastLogTerm) && !DiskHasStopped
            && MayVoteAs(request.ToIncarnation);
        var granted = couldVote && !HearsLeader() && !MustHonourLease;
        Post(new PreVoteReply(Id, request.From, CurrentTerm, request.Term, granted));
    }

    /// <summary>Grants at most one candidate a vote in a term. The answer waits until the vote is durable.</summary>
    private void AnswerRequestVote(RequestVote request)
    {
        var isFree = VotedFor is null && Leader is null;
        var granted = (isFree || VotedFor == request.From) && IsUpToDate(request.LastLogIndex, request.LastLogTerm)
            && MayVoteAs(request.ToIncarnation);
        if (granted)
        {
            GrantVote(request.From);
        }

        Post(new RequestVoteReply(Id, request.From, CurrentTerm, granted));
    }

    private void GrantVote(ServerId candidate)
    {
        if (Role != RaftRole.Follower)
        {
            // It is about to campaign itself; having helped another, it waits for the outcome.
            BecomeFollower(CurrentTerm, null);
        }

        if (VotedFor is null)
        {
            SetTermAndVote(CurrentTerm, candidate);
        }

        ResetElectionTimer();
    }

    /// <summary>A server that votes, and can write its vote, asks for votes; another waits on.</summary>
    private void Campaign()
    {
        EndTransfer();
        if (!MayBeNeededAsLeader || DiskHasStopped || IsDisowned || Options.Priority < 0)
        {
            // It goes on waiting, and does not send clients to a leader that it does not hear any more.
            BecomeFollower(CurrentTerm, null);
            ResetElectionTimer();
        }
        else if (Options.PreVote)
        {
            BecomePreCandidate();
        }
        else
        {
            BecomeCandidate();
        }
    }

    /// <summary>
    /// A voter, and also one whose removal is not known to be committed: it may be the only one that has the change and can be elected
    /// (dissertation, section 4.2.2).
    /// </summary>
    private bool MayBeNeededAsLeader => _configurations.IsVoterSince(LogIndex.Max(CommitIndex, _log.LastIncludedIndex), Id);

    /// <summary>Counts an answer by who gave it. A late refusal of an earlier question does not undo a grant.</summary>
    private VoteResult CountVote(ServerId voter, bool granted)
    {
        if (Has(RaftFault.CountVoteTwice) && granted && _votes.ContainsKey(voter))
        {
            voter = Configuration.Voters.FirstOrDefault(other => !_votes.ContainsKey(other), voter);
        }

        if (granted || !_votes.ContainsKey(voter))
        {
            _votes[voter] = granted;
        }

        return Quorum.Tally(QuorumConfiguration, _votes);
    }

    /// <summary>A request cannot be served here: it is passed on to the leader once, or refused with the leader's name.</summary>
    private void ForwardOrReject(RequestId request, bool forwarded)
    {
        if (Leader is not { } leader)
        {
            Reject(request, Configuration.IsMember(Id) ? RejectionReason.NoLeaderKnown : RejectionReason.NotAMember);
        }
        else if (Options.ForwardToLeader && !forwarded)
        {
            Emit(new Forward(request, leader));
        }
        else
        {
            Reject(request, RejectionReason.NotLeader);
        }
    }

    private void ForwardOrReject(Propose propose)
    {
        foreach (var proposal in propose.Proposals)
        {
            ForwardOrReject(proposal.Request, proposal.Forwarded);
        }
    }

    private void ForwardOrReject(TransferLeadership transfer)
    {
        if (transfer.Request is { } request)
        {
            ForwardOrReject(request, transfer.Forwarded);
        }
    }

    private void Reject(RequestId request, RejectionReason reason, string? detail = null) =>
        Emit(new Reply(request, new Rejected(CurrentTerm, Leader, reason) { Detail = detail }));
}
