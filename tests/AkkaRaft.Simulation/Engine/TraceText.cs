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
            proposal => $"propose {Of(proposal.Payload)} {proposal.Request}{(proposal.Forwarded ? " forwarded" : "")}")),
        SnapshotTaken taken => $"has taken {taken.Snapshot}",
        SnapshotFailed => "has failed to take a snapshot",
        SnapshotUnreadable unreadable => $"cannot read {unreadable.Snapshot}",
        SnapshotChunkStored stored => $"has stored {stored.UpTo} bytes of {stored.Snapshot}",
        SnapshotReceived received => $"has received {received.Snapshot}",
        SnapshotReceptionFailed failed => $"cannot use what it received of {failed.Snapshot}",
        Read read => $"read {read.Request}{(read.Forwarded ? " forwarded" : "")}",
        _ => input.ToString(),
    };

    public static string Of(IReadOnlyList<RaftEffect> effects) =>
        effects.Count == 0 ? "" : $" ⇒ {string.Join("; ", effects.Select(Of))}";

    public static string Of(RaftEffect effect) => effect switch
    {
        SendSnapshotChunk chunk => $"to {chunk.To} {chunk.Length} bytes at {chunk.Offset} of {chunk.Snapshot} round {chunk.Round}",
        StoreSnapshotChunk chunk => $"store {chunk.Data.Length} bytes at {chunk.Offset} of {chunk.Snapshot}",
        TakeSnapshot take => $"take a snapshot at {take.AtLeast} or later",
        RestoreSnapshot restore => $"restore {restore.Snapshot}",
        Compact compact => $"compact up to {compact.UpTo}, keep {string.Join(", ", compact.Keep)}",
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
        InstallSnapshot install =>
            $"Install t{install.Term} {install.Data.Length} bytes at {install.Offset} of {install.Snapshot} round {install.Round}",
        InstallSnapshotReply reply =>
            $"InstallReply t{reply.Term} {reply.SnapshotIndex} next {reply.NextOffset} "
            + $"{(reply.Installed ? "installed " : "")}round {reply.Round}",
        AppendEntriesReply { Success: true } reply => $"AppendReply t{reply.Term} ok match {reply.MatchIndex} round {reply.Round}",
        AppendEntriesReply reply =>
            $"AppendReply t{reply.Term} no at {reply.RejectedIndex} hint {reply.HintIndex}:t{reply.HintTerm} round {reply.Round}",
        _ => message.ToString(),
    };

    private static string Of(EntryPayload payload) => payload switch
    {
        Command command => $"{Attempt.NumberOf(command)}",
        SessionCommand command => $"{Attempt.NumberOf(command.Command)} as {command.SessionId}/{command.Sequence}",
        _ => payload.ToString(),
    };

    public static string Of(RaftEvent written) => written switch
    {
        TermAndVote vote => $"t{vote.CurrentTerm} vote {vote.VotedFor?.Value ?? "none"}",
        EntriesAppended appended => Of(appended.Entries),
        Bootstrapped => "members",
        SnapshotRecorded recorded => $"{recorded.Snapshot}{(recorded.Installed ? " installed" : "")}",
        _ => written.ToString(),
    };

    private static string Of(IReadOnlyList<LogEntry> entries) =>
        entries.Count == 0
            ? "no entries"
            : $"entries {Range(entries[0].Index, entries[^1].Index)} t{entries[0].Term}..t{entries[^1].Term}";

    private static string Range(LogIndex first, LogIndex last) => first == last ? $"{first}" : $"{first}–{last}";
}
