namespace AkkaRaft.Core;

/// <summary>
/// A leadership transfer under way (dissertation, section 3.10). Proposals wait meanwhile, until another server leads and gets them, so
/// none is lost to the change.
/// </summary>
/// <param name="target">Who is to lead.</param>
/// <param name="request">Who waits for the outcome, or null.</param>
/// <param name="term">The term of the leadership that ends.</param>
/// <param name="deadline">When the transfer is given up.</param>
internal sealed class LeadershipTransfer(ServerId target, RequestId? request, Term term, TimeSpan deadline)
{
    /// <summary>Proposals that came since; they are in no log.</summary>
    private readonly List<Proposal> _heldBack = [];

    private long _heldBackBytes;

    /// <summary>Who is to lead.</summary>
    public ServerId Target => target;

    /// <summary>The term of the leadership that ends.</summary>
    public Term Term => term;

    /// <summary>When the transfer is given up.</summary>
    public TimeSpan Deadline => deadline;

    /// <summary>The target was told to campaign.</summary>
    public bool IsAsked { get; set; }

    /// <summary>Proposals that came since; they are in no log.</summary>
    public IReadOnlyList<Proposal> HeldBack => _heldBack;

    /// <summary>Answers a request for a transfer.</summary>
    /// <param name="state">The server.</param>
    /// <param name="request">The request, or null if nobody waits.</param>
    /// <param name="failure">What went wrong, or null.</param>
    public static void Answer(ServerState state, RequestId? request, string? failure)
    {
        if (request is { } waiting && failure is null)
        {
            state.Step.Emit(new Done(waiting));
        }
        else if (request is { } failed)
        {
            state.Reject(failed, RejectionReason.TransferFailed, failure);
        }
    }

    /// <summary>Answers whoever waits for the outcome, which shows in the leader that the server knows.</summary>
    public void Answer(ServerState state)
    {
        var leader = state.Term.Leader;
        Answer(
            state,
            request,
            leader == target ? null
            : leader is null || leader == state.Id ? $"{target} has not become leader within an election timeout"
            : $"{leader} became leader instead of {target}");
    }

    /// <summary>Holds proposals back, within the bounds of a leader's uncommitted entries.</summary>
    public void HoldBack(Propose propose, ServerState state)
    {
        foreach (var proposal in propose.Proposals)
        {
            var bytes = _heldBackBytes + proposal.Payload.SizeBytes;
            if (_heldBack.Count < state.Options.MaxUncommittedEntries && bytes <= state.Options.MaxUncommittedBytes)
            {
                _heldBack.Add(proposal);
                _heldBackBytes = bytes;
            }
            else
            {
                state.Reject(proposal.Request, RejectionReason.Overloaded);
            }
        }
    }

    /// <summary>Lets the proposals go on that were held back: this server does not lead any more.</summary>
    public void ForwardHeldBack(ServerState state)
    {
        foreach (var proposal in _heldBack)
        {
            state.ForwardOrReject(proposal.Request, proposal.Forwarded);
        }
    }
}
