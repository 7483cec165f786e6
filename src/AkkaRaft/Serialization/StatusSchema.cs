using AkkaRaft.Client;
using AkkaRaft.Core;
using Google.Protobuf;

namespace AkkaRaft.Serialization;

/// <summary>Turns a server's status, and the request for it, into their schema and back.</summary>
internal static class StatusSchema
{
    public static IMessage Write(GetStatus getStatus) => new Proto.GetStatus
    {
        Id = getStatus.Id, WithDigest = getStatus.WithDigest, Unheard = getStatus.IsUnheard,
        WantsSnapshot = getStatus.WantsSnapshot,
    };

    public static GetStatus Read(Proto.GetStatus getStatus) => new(getStatus.Id, getStatus.WithDigest)
    {
        IsUnheard = getStatus.Unheard, WantsSnapshot = getStatus.WantsSnapshot,
    };

    public static IMessage Write(StatusAnswer answer)
    {
        var status = answer.Status;
        var result = new Proto.StatusAnswer
        {
            Id = answer.Id,
            ClusterId = status.ClusterId,
            Server = status.Server.Value,
            Role = (int)status.Role,
            Term = status.Term.Value,
            LastLogIndex = status.LastLogIndex.Value,
            CommitIndex = status.CommitIndex.Value,
            LastApplied = status.LastApplied.Value,
            PendingWrites = status.PendingWrites,
            DroppedMessages = status.DroppedMessages,
            DigestIndex = status.DigestIndex.Value,
            LastIncludedIndex = status.LastIncludedIndex.Value,
            SnapshotWork = status.SnapshotWork,
            LongestLeaderContactGap = status.LongestLeaderContactGap.Ticks,
            UnappliedEntries = status.UnappliedEntries,
            UnappliedBytes = status.UnappliedBytes,
            IsWaiting = status.IsWaiting,
            HasStaleIncarnation = status.HasStaleIncarnation,
            IsChangingMembers = status.IsChangingMembers,
            ClusterVersion = status.ClusterVersion,
            SnapshotIndex = status.SnapshotIndex.Value,
            IsDiskFull = status.IsDiskFull,
            History = status.History,
            TakesSnapshots = status.TakesSnapshots,
            IsSnapshotUnreadable = status.IsSnapshotUnreadable,
        };
        if (status.Leader is { } leader)
        {
            result.Leader = leader.Value;
        }

        if (status.Digest is { } digest)
        {
            result.Digest = digest;
        }

        if (status.LastFailure is { } lastFailure)
        {
            result.LastFailure = lastFailure;
        }

        if (status.Down is { } down)
        {
            result.Down = down;
        }

        result.Members.Add(status.Members.Select(member => new Proto.Member { Id = member.Id.Value, Address = member.Address }));
        result.UnresponsiveMembers.Add(status.UnresponsiveMembers.Select(member => member.Value));
        result.LostMembers.Add(status.LostMembers.Select(member => member.Value));
        result.Learners.Add(status.Learners.Select(member => member.Value));
        result.Progress.Add(status.Progress.Select(Write));
        return result;
    }

    public static StatusAnswer Read(Proto.StatusAnswer answer) => new(answer.Id, new RaftStatus
    {
        ClusterId = answer.ClusterId,
        Server = new ServerId(answer.Server),
        Role = (RaftRole)answer.Role,
        Term = new Term(answer.Term),
        LastLogIndex = new LogIndex(answer.LastLogIndex),
        CommitIndex = new LogIndex(answer.CommitIndex),
        LastApplied = new LogIndex(answer.LastApplied),
        Leader = answer.HasLeader ? new ServerId(answer.Leader) : null,
        Members = [.. answer.Members.Select(member => new RaftMember(new ServerId(member.Id), member.Address))],
        UnresponsiveMembers = [.. answer.UnresponsiveMembers.Select(member => new ServerId(member))],
        LostMembers = [.. answer.LostMembers.Select(member => new ServerId(member))],
        PendingWrites = answer.PendingWrites,
        DroppedMessages = answer.DroppedMessages,
        Digest = answer.HasDigest ? answer.Digest : null,
        DigestIndex = new LogIndex(answer.DigestIndex),
        LastIncludedIndex = new LogIndex(answer.LastIncludedIndex),
        SnapshotWork = answer.SnapshotWork,
        LongestLeaderContactGap = TimeSpan.FromTicks(answer.LongestLeaderContactGap),
        UnappliedEntries = answer.UnappliedEntries,
        UnappliedBytes = answer.UnappliedBytes,
        LastFailure = answer.HasLastFailure ? answer.LastFailure : null,
        Down = answer.HasDown ? answer.Down : null,
        Learners = [.. answer.Learners.Select(member => new ServerId(member))],
        IsWaiting = answer.IsWaiting,
        HasStaleIncarnation = answer.HasStaleIncarnation,
        IsChangingMembers = answer.IsChangingMembers,
        ClusterVersion = Math.Max(answer.ClusterVersion, ProtocolVersion.First),
        SnapshotIndex = new LogIndex(answer.SnapshotIndex),
        IsDiskFull = answer.IsDiskFull,
        History = Checked.Number(answer.History),
        TakesSnapshots = answer.TakesSnapshots,
        IsSnapshotUnreadable = answer.IsSnapshotUnreadable,
        Progress = [.. answer.Progress.Select(Read)],
    });

    private static Proto.MemberProgress Write(RaftMemberProgress progress) => new()
    {
        Id = progress.Id.Value,
        MatchIndex = progress.MatchIndex.Value,
        InstallingIndex = progress.InstallingIndex.Value,
        InstalledBytes = progress.InstalledBytes,
        SnapshotBytes = progress.SnapshotBytes,
        HasStaleIncarnation = progress.HasStaleIncarnation,
        IsAdmitted = progress.IsAdmitted,
    };

    private static RaftMemberProgress Read(Proto.MemberProgress progress) =>
        new(new ServerId(progress.Id), new LogIndex(progress.MatchIndex))
        {
            InstallingIndex = new LogIndex(progress.InstallingIndex),
            InstalledBytes = progress.InstalledBytes,
            SnapshotBytes = progress.SnapshotBytes,
            HasStaleIncarnation = progress.HasStaleIncarnation,
            IsAdmitted = progress.IsAdmitted,
        };
}
