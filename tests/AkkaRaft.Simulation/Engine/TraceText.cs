using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>Inputs, effects and messages in few words. The columns are explained in docs/testing.md.</summary>
internal static class TraceText
{
    public static string Of(RaftInput input) => input switch
    {
        Started => "starts",
        MessageReceived received => $"{received.Message.From} says {Of(received.Message)}",
        TimerElapsed elapsed => $"{elapsed.Timer} timer",
        Persisted persisted => $"durable up to write {persisted.UpTo}",
        Applied applied => $"applied up to {applied.UpTo}",
        Propose propose => string.Join(", ", propose.Proposals.Select(
            proposal => $"propose {Attempt.NumberOf(proposal.Command)} {proposal.Request}{(proposal.Forwarded ? " forwarded" : "")}")),
        Read read => $"read {read.Request}{(read.Forwarded ? " forwarded" : "")}",
        _ => input.ToString(),
    };

    public static string Of(IReadOnlyList<RaftEffect> effects) =>
        effects.Count == 0 ? "" : $" ⇒ {string.Join("; ", effects.Select(Of))}";

    public static string Of(RaftEffect effect) => effect switch
    {
        Persist persist => $"write {persist.Sequence}: {string.Join(", ", persist.Events.Select(Of))}",
        Send send => $"to {send.Message.To} {Of(send.Message)}",
        Apply apply => $"apply {Range(apply.Entries[0].Entry.Index, apply.Entries[^1].Entry.Index)}",
        Serve serve => $"serve {serve.Request} at {serve.ReadIndex}",
        Reply { Failure: Rejected rejected } reply => $"reject {reply.Request} {rejected.Reason}",
        Reply { Failure: Indeterminate indeterminate } reply => $"lose {reply.Request} {indeterminate.Reason}",
        Forward forward => $"pass {forward.Request} to {forward.Leader}",
        SetTimer timer => FormattableString.Invariant($"{timer.Timer} timer in {timer.After.TotalMilliseconds:0.0} ms"),
        RoleChanged changed => $"{changed.Role} in t{changed.Term}, leader {changed.Leader?.Value ?? "unknown"}",
        _ => effect.ToString(),
    };

    public static string Of(RaftMessage message) => message switch
    {
        PreVote vote => $"PreVote t{vote.Term} last {vote.LastLogIndex}:t{vote.LastLogTerm}",
        PreVoteReply reply => $"PreVoteReply t{reply.Term} {(reply.Granted ? "yes" : "no")} for t{reply.RequestTerm}",
        RequestVote vote => $"RequestVote t{vote.Term} last {vote.LastLogIndex}:t{vote.LastLogTerm}",
        RequestVoteReply reply => $"RequestVoteReply t{reply.Term} {(reply.Granted ? "yes" : "no")}",
        AppendEntries append =>
            $"Append t{append.Term} prev {append.PrevLogIndex}:t{append.PrevLogTerm} {Of(append.Entries)} "
            + $"commit {append.LeaderCommit} round {append.Round}",
        AppendEntriesReply { Success: true } reply => $"AppendReply t{reply.Term} ok match {reply.MatchIndex} round {reply.Round}",
        AppendEntriesReply reply =>
            $"AppendReply t{reply.Term} no at {reply.RejectedIndex} hint {reply.HintIndex}:t{reply.HintTerm} round {reply.Round}",
        _ => message.ToString(),
    };

    private static string Of(RaftEvent written) => written switch
    {
        TermAndVote vote => $"t{vote.CurrentTerm} vote {vote.VotedFor?.Value ?? "none"}",
        EntriesAppended appended => Of(appended.Entries),
        Bootstrapped => "members",
        _ => written.ToString(),
    };

    private static string Of(IReadOnlyList<LogEntry> entries) =>
        entries.Count == 0
            ? "no entries"
            : $"entries {Range(entries[0].Index, entries[^1].Index)} t{entries[0].Term}..t{entries[^1].Term}";

    private static string Range(LogIndex first, LogIndex last) => first == last ? $"{first}" : $"{first}–{last}";
}
