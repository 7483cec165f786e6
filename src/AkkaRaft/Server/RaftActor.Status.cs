using Akka.Actor;
using AkkaRaft.Client;
using AkkaRaft.Core;

namespace AkkaRaft.Server;

/// <summary>What the server says of itself.</summary>
internal sealed partial class RaftActor
{
    /// <summary>A member that is unresponsive for so long is not only being restarted.</summary>
    private static readonly TimeSpan LostAfter = TimeSpan.FromMinutes(1);

    private void AnswerStatus(GetStatus getStatus)
    {
        if (getStatus.WantsSnapshot && _snapshots is not null)
        {
            Handle(new SnapshotWanted(Now));
        }

        var inside = Server.Status();
        var status = new RaftStatus
        {
            ClusterId = _settings.ClusterId,
            Server = _settings.ServerId,
            Role = Server.Role,
            Term = Server.CurrentTerm,
            LastLogIndex = Server.LastLogIndex,
            CommitIndex = Server.CommitIndex,
            LastApplied = Server.LastApplied,
            Leader = Server.Leader,
            Members = _peers.Members(Server.Configuration),
            UnresponsiveMembers = UnresponsiveMembers(),
            LostMembers = LostMembers(),
            PendingWrites = _pendingWrites,
            DroppedMessages = _droppedMessages,
            UnappliedEntries = inside.UnappliedEntries,
            UnappliedBytes = inside.UnappliedBytes,
            Learners = inside.Configuration.Learners,
            IsWaiting = !inside.Configuration.Members.Any(),
            HasStaleIncarnation = _incarnation != 0
                && inside.Configuration.Incarnations.GetValueOrDefault(_settings.ServerId, _incarnation) != _incarnation,
            IsChangingMembers = inside.IsChangingMembers,
            ClusterVersion = inside.ClusterVersion,
            History = inside.History,
            SnapshotIndex = inside.Snapshot?.LastIncludedIndex ?? LogIndex.Zero,
            TakesSnapshots = _snapshots is not null,
            IsSnapshotUnreadable = inside.IsSnapshotUnreadable,
            LastIncludedIndex = inside.LastIncludedIndex,
            SnapshotWork = _snapshotWork + (_isTrimming ? 1 : 0),
            LongestLeaderContactGap = Server.Role == RaftRole.Leader ? TimeSpan.Zero : _leaderContact.LongestGap,
            IsDiskFull = _diskIsFull,
            LastFailure = Now - _before.Since <= _settings.RestartBackoffMax ? _before.Why : null,
            Progress = [.. inside.Members.Select(ProgressOf)],
        };
        var answer = new StatusAnswer(getStatus.Id, status);
        if (getStatus.WithDigest)
        {
            _toStateMachine.Tell(new AddDigest(Sender, answer));
        }
        else
        {
            Sender.Tell(answer);
        }
    }

    private RaftMemberProgress ProgressOf(MemberStatus member) => new(member.Id, member.MatchIndex)
    {
        InstallingIndex = member.Installing?.LastIncludedIndex ?? LogIndex.Zero,
        InstalledBytes = member.InstalledBytes,
        SnapshotBytes = member.Installing?.SizeBytes ?? 0,
        IsAdmitted = Server.Configuration.Incarnations.ContainsKey(member.Id),
        HasStaleIncarnation = member.HasStaleIncarnation,
    };

    /// <summary>A leader knows nothing of the time before it led.</summary>
    private IReadOnlyList<ServerId> LostMembers() => Server.Role == RaftRole.Leader && Now - _leadsSince >= LostAfter
        ? _peers.UnresponsiveSince(Now - LostAfter, Server.Configuration)
        : [];

    /// <summary>Only those who ask the members for something can tell who does not answer.</summary>
    private IReadOnlyList<ServerId> UnresponsiveMembers() => Server.Role == RaftRole.Follower
        ? []
        : _peers.UnresponsiveSince(Now - (2 * _settings.Protocol.ElectionTimeoutMax), Server.Configuration);
}
