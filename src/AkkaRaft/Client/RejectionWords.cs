using AkkaRaft.Core;

namespace AkkaRaft.Client;

/// <summary>What a refusal means and what would be right, for the reader of an error.</summary>
internal static class RejectionWords
{
    /// <summary>The words behind "rejected, ".</summary>
    /// <param name="rejected">The refusal.</param>
    /// <param name="server">Who refused.</param>
    public static string Of(Rejected rejected, ServerId server)
    {
        var words = rejected.Reason switch
        {
            RejectionReason.NoLeaderKnown =>
                $"as {server} knows no leader: an election is under way, or most of the members cannot be reached",
            RejectionReason.NotLeader =>
                $"as {server} does not lead and did not pass it on: ask the leader, or say akka-raft.forward-to-leader = on",
            RejectionReason.Overloaded =>
                $"as too much waits at {server} already: ask more slowly, or raise akka-raft.max-uncommitted-entries, "
                + "max-uncommitted-size, max-unapplied-entries, max-unapplied-size, max-pending-reads or max-waiting-queries",
            RejectionReason.TooLarge =>
                $"as {server} found it too large: split it, or raise akka-raft.max-command-size, or "
                + "akka.remote.dot-netty.tcp.maximum-frame-size where that is auto, on all servers and clients",
            RejectionReason.Unreadable =>
                $"as {server} found it unreadable: bind its type to the same serializer on servers and clients",
            RejectionReason.NotAMember => $"as {server} does not belong to the cluster: ask a member",
            RejectionReason.ShuttingDown => $"as {server} does not run",
            RejectionReason.LeaderNotReady =>
                $"as {server} has only begun to lead and has committed nothing in its term yet: try again in a moment",
            RejectionReason.ChangeInProgress => "as another change of members is under way: try again when that is done",
            RejectionReason.InvalidChange => "as the change makes no sense or its new member cannot be taken in",
            RejectionReason.TransferFailed => $"as {server} could not transfer leadership",
            RejectionReason.DiskFull =>
                $"as the disk of {server} is full: make room there, or lower akka-raft.min-free-disk; reads go on meanwhile",
            RejectionReason.NotCaughtUp =>
                $"as {server} has not come as far as the answer must be: ask again, ask another server, or ask the leader",
            RejectionReason.Unsupported => "as not all members of the cluster run a version that knows it: upgrade them",
            RejectionReason.SessionExpired =>
                "as the client's session had expired: raise akka-raft.client.session-timeout where clients are idle for long",
            RejectionReason.WrongCluster =>
                $"as {server} belongs to another cluster: correct the contact points, or akka-raft.client.cluster-id",
            _ => $"as {server} gave a reason that this version does not know ({(int)rejected.Reason})",
        };
        return rejected.Detail is { } detail ? $"{words} ({detail})" : words;
    }
}
