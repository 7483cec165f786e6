using Akka.Actor;
using AkkaRaft.Client;
using AkkaRaft.Core;

namespace AkkaRaft.Server;

/// <summary>Collects the server's status, and answers those that ask for it.</summary>
internal sealed class StatusReporter(
    RaftSettings settings,
    IServerPort server,
    PeerDirectory directory,
    MemberContact contact,
    PeerTransport peers,
    MessageFilter filter,
    ServerJournal journal,
    SnapshotCoordinator snapshots,
    DiskMonitor disk,
    StateMachineQueue stateMachine,
    PreviousFailure previous)
{
    public void OnGetStatus(GetStatus getStatus, IActorRef client)
    {
        if (getStatus.WantsSnapshot && snapshots.TakesSnapshots)
        {
            server.Step(new SnapshotWanted(server.Now));
        }

        var answer = new StatusAnswer(getStatus.Id, Collect());
        if (getStatus.WithDigest)
        {
            stateMachine.Tell(new AddDigest(client, answer));
        }
        else
        {
            client.Tell(answer);
        }
    }

    /// <summary>Answers a probe once the incarnation is on disk: one that may change is of no use.</summary>
    public void OnProbe(MemberProbe probe, IActorRef prober)
    {
        if (!journal.Identity.IsNamed)
        {
            return;
        }

        prober.Tell(new MemberProbeAnswer(probe.Number, settings.ClusterId, settings.ServerId)
        {
            Incarnation = journal.Identity.Incarnation,
            Version = settings.Protocol.Version,
            LastLogIndex = server.LastLogIndex,
            IsWaiting = !server.Configuration.Members.Any(),
        });
    }

    private RaftStatus Collect()
    {
        var core = server.Status();
        var incarnation = journal.Identity.Incarnation;
        return new RaftStatus
        {
            ClusterId = settings.ClusterId,
            Server = settings.ServerId,
            Role = server.Role,
            Term = server.CurrentTerm,
            LastLogIndex = server.LastLogIndex,
            CommitIndex = server.CommitIndex,
            LastApplied = server.LastApplied,
            Leader = server.Leader,
            Members = directory.Members(server.Configuration),
            UnresponsiveMembers = contact.Unresponsive(),
            LostMembers = contact.Lost(),
            PendingWrites = journal.Writer.PendingWrites,
            DroppedMessages = filter.Dropped,
            UnappliedEntries = core.UnappliedEntries,
            UnappliedBytes = core.UnappliedBytes,
            Learners = core.Configuration.Learners,
            IsWaiting = !core.Configuration.Members.Any(),
            HasStaleIncarnation = incarnation != 0
                && core.Configuration.Incarnations.GetValueOrDefault(settings.ServerId, incarnation) != incarnation,
            IsChangingMembers = core.IsChangingMembers,
            ClusterVersion = core.ClusterVersion,
            History = core.History,
            SnapshotIndex = core.Snapshot?.LastIncludedIndex ?? LogIndex.Zero,
            TakesSnapshots = snapshots.TakesSnapshots,
            IsSnapshotUnreadable = core.IsSnapshotUnreadable,
            LastIncludedIndex = core.LastIncludedIndex,
            SnapshotWork = snapshots.Work + journal.Trimmer.Work,
            LongestLeaderContactGap = server.Role == RaftRole.Leader ? TimeSpan.Zero : peers.LongestContactGap,
            IsDiskFull = disk.IsFull,
            LastFailure = server.Now - previous.RestartedAt <= settings.RestartBackoffMax ? previous.Why : null,
            Progress = [.. core.Members.Select(ProgressOf)],
        };
    }

    private RaftMemberProgress ProgressOf(MemberStatus member) => new(member.Id, member.MatchIndex)
    {
        InstallingIndex = member.Installing?.LastIncludedIndex ?? LogIndex.Zero,
        InstalledBytes = member.InstalledBytes,
        SnapshotBytes = member.Installing?.SizeBytes ?? 0,
        IsAdmitted = server.Configuration.Incarnations.ContainsKey(member.Id),
        HasStaleIncarnation = member.HasStaleIncarnation,
    };
}

/// <summary>Why the run before this one ended, or null when this is the first, and when this one began.</summary>
internal sealed record PreviousFailure(string? Why, TimeSpan RestartedAt);
