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
        Read read =>
            $"read {read.Request} {read.Consistency} {read.MaxAge} {read.Index}{(read.Forwarded ? " forwarded" : "")}",
        TransferLeadership transfer =>
            $"transfer to {transfer.Target?.Value ?? "the best"} {transfer.Request}{(transfer.Forwarded ? " forwarded" : "")}",
        ChangeMembers change =>
            $"change {string.Join(", ", change.Changes.Select(Of))} {change.Request}{(change.Forwarded ? " forwarded" : "")}",
        DiskSpaceChanged space => space.IsFull ? "disk full" : "disk has space",
        SnapshotWanted => "is asked for a snapshot",
        _ => input.ToString(),
    };

    public static string Of(IReadOnlyList<RaftEffect> effects) =>
        effects.Count == 0 ? "" : $" ⇒ {string.Join("; ", effects.Select(Of))}";

    public static string Of(RaftEffect effect) => effect switch
    {
        SendSnapshotChunk chunk => $"to {chunk.To} {chunk.Length} bytes at {chunk.Offset} of {chunk.Snapshot} sequence {chunk.HeartbeatSequence}",
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
            + $"commit {append.LeaderCommit} sequence {append.HeartbeatSequence}",
        InstallSnapshot install =>
            $"Install t{install.Term} {install.Data.Length} bytes at {install.Offset} of {install.Snapshot} sequence {install.HeartbeatSequence}",
        InstallSnapshotReply reply =>
            $"InstallReply t{reply.Term} {reply.SnapshotIndex} next {reply.NextOffset} "
            + $"{(reply.Installed ? "installed " : "")}sequence {reply.HeartbeatSequence}",
        AppendEntriesReply { Success: true } reply => $"AppendReply t{reply.Term} ok match {reply.MatchIndex} sequence {reply.HeartbeatSequence}",
        AppendEntriesReply reply =>
            $"AppendReply t{reply.Term} no at {reply.RejectedIndex} conflict {reply.ConflictIndex}:t{reply.ConflictTerm} "
            + $"sequence {reply.HeartbeatSequence}",
        TimeoutNow now => $"TimeoutNow t{now.Term}",
        ReadIndexRequest request => $"ReadIndex t{request.Term} context {request.ReadContext}",
        ReadIndexReply reply => $"ReadIndexReply t{reply.Term} context {reply.ReadContext} index {reply.ReadIndex}",
        StartAnnounced start => $"StartAnnounced t{start.Term} {start.Start}",
        StartAcknowledged reply => $"StartAcknowledged t{reply.Term} {reply.Start} latest {reply.LatestStart} promised {reply.Promised.Term}:{reply.Promised.Index}",
        _ => message.ToString(),
    };

    private static string Of(MemberChange change) => change switch
    {
        AddMember add => $"add {add.Id} at '{add.Address}' as {(add.AsLearner ? "learner" : "voter")}, incarnation {add.Incarnation}",
        PromoteMember promote => $"promote {promote.Id}",
        RemoveMember remove => $"remove {remove.Id}",
        MoveMember move => $"move {move.Id} to '{move.Address}'",
        _ => $"{change}",
    };

    private static string Of(EntryPayload payload) => payload switch
    {
        Command command => $"{Attempt.NumberOf(command)}",
        SessionCommand command => $"{Attempt.NumberOf(command.Command)} as {command.SessionId}/{command.Sequence}",
        TimeEntry time => $"time {time.Elapsed}",
        ConfigurationChange change => $"configuration {change.Configuration}",
        NoOp => "no-op",
        OpenSession open => $"open a session of {open.Timeout}",
        CloseSession close => $"close session {close.SessionId}",
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
