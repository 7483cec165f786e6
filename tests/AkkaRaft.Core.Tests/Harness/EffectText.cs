namespace AkkaRaft.Core.Tests.Harness;

/// <summary>Effects as lines that a person reads. Times are left out: they are drawn at random.</summary>
internal static class EffectText
{
    public static string Of(RaftEffect effect) => effect switch
    {
        RoleChanged changed => $"{changed.Role} in term {changed.Term}, leader {changed.Leader?.Value ?? "none"}",
        Persist persist => $"write {persist.Sequence}: {string.Join("; ", persist.Events.Select(Of))}",
        Send send => $"to {send.Message.To}: {Of(send.Message)}",
        Apply apply => $"apply {Positions(apply.Entries.Select(committed => committed.Entry))}{Requests(apply)}",
        Serve serve => $"serve {serve.Request} at {serve.ReadIndex}",
        Reply { Failure: Rejected rejected } reply =>
            $"reject {reply.Request}: {rejected.Reason}, leader {rejected.Leader?.Value ?? "none"}",
        Reply { Failure: Indeterminate indeterminate } reply => $"indeterminate {reply.Request}: {indeterminate.Reason}",
        Forward forward => $"forward {forward.Request} to {forward.Leader}",
        SetTimer timer => $"timer {timer.Timer}",
        Done done => $"done {done.Request}",
        TakeSnapshot take => $"take a snapshot at {take.AtLeast}",
        SendSnapshotChunk chunk => $"to {chunk.To}: bytes {chunk.Offset} to {chunk.Offset + chunk.Length} of {Of(chunk.Snapshot)}",
        StoreSnapshotChunk chunk => $"store bytes {chunk.Offset} to {chunk.Offset + chunk.Data.Length} of {Of(chunk.Snapshot)}",
        RestoreSnapshot restore => $"restore {Of(restore.Snapshot)}",
        Compact compact => $"compact up to {compact.UpTo}, keep {string.Join(", ", compact.Keep.Select(Of))}",
        _ => effect.ToString()!,
    };

    private static string Of(RaftEvent raftEvent) => raftEvent switch
    {
        Bootstrapped => "members",
        TermAndVote termAndVote => $"term {termAndVote.CurrentTerm} vote {termAndVote.VotedFor?.Value ?? "none"}",
        EntriesAppended appended => $"entries {Positions(appended.Entries)}",
        SnapshotRecorded recorded => $"{Of(recorded.Snapshot)}{(recorded.Installed ? " in place of the log" : "")}",
        _ => raftEvent.ToString()!,
    };

    private static string Of(RaftMessage message) => message switch
    {
        PreVote ask => $"pre-vote in {ask.Term}? last {ask.LastLogIndex}/{ask.LastLogTerm}",
        PreVoteReply answer => $"pre-vote {(answer.Granted ? "yes" : "no")} for {answer.RequestTerm}, term {answer.Term}",
        RequestVote ask =>
            $"vote in {ask.Term}? last {ask.LastLogIndex}/{ask.LastLogTerm}{(ask.LeadershipTransfer ? ", as the leader wants" : "")}",
        RequestVoteReply answer => $"vote {(answer.Granted ? "yes" : "no")}, term {answer.Term}",
        AppendEntries append =>
            $"append {Positions(append.Entries)} behind {append.PrevLogIndex}/{append.PrevLogTerm}, commit {append.LeaderCommit}, "
            + $"term {append.Term}",
        AppendEntriesReply { Success: true } answer => $"match {answer.MatchIndex}, term {answer.Term}",
        AppendEntriesReply answer => $"no match at {answer.RejectedIndex}, conflict {answer.ConflictIndex}/{answer.ConflictTerm}, term {answer.Term}",
        InstallSnapshotReply { Installed: true } answer => $"installed {answer.SnapshotIndex}, term {answer.Term}",
        InstallSnapshotReply answer => $"{answer.NextOffset} bytes of snapshot {answer.SnapshotIndex} stored, term {answer.Term}",
        TimeoutNow => $"campaign now, term {message.Term}",
        ReadIndexRequest => $"read index in {message.Term}?",
        ReadIndexReply answer => $"read index {answer.ReadIndex}, term {answer.Term}",
        _ => message.ToString(),
    };

    private static string Of(SnapshotMetadata snapshot) => $"snapshot {snapshot.LastIncludedIndex}/{snapshot.LastIncludedTerm}";

    private static string Positions(IEnumerable<LogEntry> entries) =>
        $"[{string.Join(" ", entries.Select(entry => $"{entry.Index}/{entry.Term}"))}]";

    private static string Requests(Apply apply)
    {
        var requests = apply.Entries.Where(committed => committed.Request is not null).Select(committed => committed.Request.ToString());
        return string.Join(" ", requests.Prepend("").ToArray());
    }
}
