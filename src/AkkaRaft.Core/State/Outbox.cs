namespace AkkaRaft.Core;

/// <summary>
/// Messages that wait for the disk. A message that promises something goes out when the write with the promise, and every earlier one, is
/// durable (Raft paper, figure 2: "updated on stable storage before responding to RPCs").
/// </summary>
internal sealed class Outbox(ServerState state)
{
    /// <summary>Messages that wait for a write, in the order in which they were posted; all of the current term.</summary>
    private readonly List<HeldMessage> _held = [];

    private readonly record struct HeldMessage(long Sequence, RaftMessage Message);

    /// <summary>Sends a message as soon as the term that it names, and the write that it depends on, are durable.</summary>
    public void Post(RaftMessage message, long sequence = 0)
    {
        var needed = Math.Max(sequence, state.Writes.TermSequence);
        if (!state.Rules.MustWait(needed, state.Writes.DurableSequence))
        {
            state.Step.Emit(new Send(message));
        }
        else if (_held.Count < state.Options.MaxHeldMessages || message is RequestVote)
        {
            // A candidate asks each voter once a term. Dropped at the bound, its requests would never reach the same few voters.
            _held.Add(new HeldMessage(needed, message));
        }
    }

    /// <summary>Drops all messages of an earlier term: an append that one acknowledges may be cut off in the new term.</summary>
    public void Clear() => _held.Clear();

    /// <summary>Sends the messages whose writes are durable.</summary>
    public void Release()
    {
        var kept = 0;
        for (var i = 0; i < _held.Count; i++)
        {
            var held = _held[i];
            if (held.Sequence > state.Writes.DurableSequence)
            {
                _held[kept++] = held;
            }
            else if (IsOvertaken(held.Message))
            {
                CoverageMark.Hit("DurabilityTests.Requests_for_votes_that_waited_for_the_disk_are_not_sent_once_a_leader_is_followed");
            }
            else
            {
                state.Step.Emit(new Send(held.Message));
            }
        }

        _held.RemoveRange(kept, _held.Count - kept);
    }

    /// <summary>
    /// Whether a message asks for votes in an election that this server has left since. It may have followed a leader in the meantime, and
    /// learnt that it is no voter any more.
    /// </summary>
    private bool IsOvertaken(RaftMessage message) => message switch
    {
        PreVote => state.Term.Role != RaftRole.PreCandidate || message.Term != state.Term.CurrentTerm,
        RequestVote => state.Term.Role != RaftRole.Candidate || message.Term != state.Term.CurrentTerm,
        _ => false,
    };
}
