using System.Runtime.CompilerServices;
using System.Text;

namespace AkkaRaft.Core;

public sealed partial class RaftServer
{
    /// <summary>What must not have moved back at the end of a step.</summary>
    private readonly record struct Before(Term Term, ServerId? Vote, LogIndex Commit, LogIndex Applied);

    /// <summary>What holds between any two inputs, whatever the input was.</summary>
    private void AssertInvariants(Before before)
    {
        if (Faults != RaftFault.None)
        {
            return;
        }

        Require(CurrentTerm >= before.Term, $"the term was {before.Term}");
        Require(CurrentTerm > before.Term || before.Vote is null || VotedFor == before.Vote, $"the vote of this term was {before.Vote}");
        Require(CommitIndex >= before.Commit, $"the commit index was {before.Commit}");
        Require(CommitIndex <= LastLogIndex, $"the commit index passes the last index");
        Require(LastApplied >= before.Applied && LastApplied <= CommitIndex, $"applied is {LastApplied} and was {before.Applied}");
        Require(_durableIndex <= LastLogIndex, $"durable is {_durableIndex}");
        foreach (var peer in _peers)
        {
            Require(peer.MatchIndex < peer.NextIndex, $"match {peer.MatchIndex} and next {peer.NextIndex} of {peer.Id}");
            Require(peer.NextIndex <= LastLogIndex.Next, $"next {peer.NextIndex} of {peer.Id}");
        }
    }

    /// <summary>
    /// Stops the server with the facts when the condition does not hold; not under a simulation's fault, which must be found from outside.
    /// </summary>
    private void Require(bool condition, [InterpolatedStringHandlerArgument("condition")] Facts facts)
    {
        if (!condition && Faults == RaftFault.None)
        {
            throw Broken(facts.ToString());
        }
    }

    private InvariantViolationException Broken(string facts) =>
        new($"{Id} ({Role}, term {CurrentTerm}, last index {LastLogIndex}, commit index {CommitIndex}): {facts}.");

    /// <summary>The text of a broken invariant, which costs nothing while the invariant holds.</summary>
    [InterpolatedStringHandler]
    private readonly ref struct Facts
    {
        private readonly StringBuilder? _text;

        public Facts(int literalLength, int formattedCount, bool condition, out bool isWanted)
        {
            isWanted = !condition;
            _text = isWanted ? new StringBuilder(literalLength + (formattedCount * 8)) : null;
        }

        public void AppendLiteral(string literal) => _text?.Append(literal);

        public void AppendFormatted<T>(T value) => _text?.Append(value);

        public override string ToString() => _text?.ToString() ?? "";
    }
}
