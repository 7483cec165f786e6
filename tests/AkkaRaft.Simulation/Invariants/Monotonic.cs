using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>
/// Term, vote within a term, commit index and applied index only move forward within a life; the terms that a server speaks in never fall,
/// and it votes for one candidate a term, across all lives of one disk (Raft paper, figure 2 and section 5.2).
/// </summary>
internal sealed class Monotonic : Invariant
{
    private readonly Dictionary<(long Memory, Term Term), ServerId> _votes = [];
    private readonly Dictionary<long, Term> _spokenTerms = [];

    public override void AfterStep(SimulatedServer server, RaftInput input)
    {
        var core = server.Core!;
        var before = server.Change;
        Require(core.CurrentTerm >= before.Term, server, $"the term falls from {before.Term} to {core.CurrentTerm}");
        Require(core.CommitIndex >= before.Commit, server, $"the commit index falls from {before.Commit} to {core.CommitIndex}");
        Require(core.LastApplied >= before.Applied, server, $"the applied index falls from {before.Applied} to {core.LastApplied}");
        Require(
            core.CurrentTerm > before.Term || before.Vote is null || core.VotedFor == before.Vote,
            server,
            $"the vote in term {core.CurrentTerm} changes from {before.Vote} to {core.VotedFor}");
    }

    public override void OnSend(SimulatedServer server, RaftMessage message)
    {
        var spoken = _spokenTerms.GetValueOrDefault(server.Disk.Incarnation);
        if (message.Term != spoken)
        {
            Require(message.Term > spoken, server, $"it speaks in term {message.Term} after it spoke in term {spoken}");
            _spokenTerms[server.Disk.Incarnation] = message.Term;
        }

        if (message is RequestVote)
        {
            NoteVote(server, message.Term, server.Id);
        }
        else if (message is RequestVoteReply { Granted: true })
        {
            NoteVote(server, message.Term, message.To);
        }
    }

    private void NoteVote(SimulatedServer server, Term term, ServerId candidate)
    {
        if (!_votes.TryAdd((server.Disk.Incarnation, term), candidate))
        {
            var former = _votes[(server.Disk.Incarnation, term)];
            Require(former == candidate, server, $"in term {term} it votes for {candidate} after it voted for {former}");
        }
    }
}
