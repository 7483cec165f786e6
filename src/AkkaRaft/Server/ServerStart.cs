using Akka.Actor;
using AkkaRaft.Core;
using AkkaRaft.Snapshots;

namespace AkkaRaft.Server;

/// <summary>Takes a server from the end of its replay to its first step: opens the snapshots, makes the core, checks the start.</summary>
internal sealed class ServerStart(
    RaftSettings settings,
    ServerCore core,
    ServerJournal journal,
    PeerTransport peers,
    FailureReporter failures,
    RaftServerLogger log,
    StartActors actors,
    StartBehaviours behaviours)
{
    private const int HistoryChanceBits = 20;

    private IEnumerable<ServerId> OtherVoters =>
        core.Configuration.Voters.Union(core.Configuration.OutgoingVoters).Where(voter => voter != settings.ServerId);

    /// <summary>
    /// Whether nothing was ever promised under the name of this data directory, or the members' version knows of no starts.
    /// </summary>
    private bool MayNotBeChecked =>
        journal.Replay.IsEmpty || !journal.Identity.IsNamed || settings.Protocol.Version < ProtocolVersion.Third;

    /// <summary>The journal has been read.</summary>
    public void OnReplayed()
    {
        var replay = journal.Replay;
        replay.Complete();
        if (actors.Snapshots is { } snapshots)
        {
            behaviours.Opening();
            snapshots.Tell(new OpenSnapshots([.. replay.State.Snapshots], JournalIsEmpty: replay.IsEmpty));
        }
        else if (replay.State.Snapshot is { } snapshot)
        {
            failures.Refuse(
                "akka-raft.snapshot-directory", "\"\"", $"the journal tells of a {snapshot}, so the folder that holds it is expected");
        }
        else
        {
            Begin();
        }
    }

    public void OnSnapshotsOpened(SnapshotsOpened opened)
    {
        if (opened.Refusal is { } refusal)
        {
            failures.Refuse("akka-raft.snapshot-directory", $"'{settings.SnapshotDirectory}'", refusal);
        }

        var state = journal.Replay.State;
        foreach (var fault in opened.Faults)
        {
            if (state.Snapshots.Count < 2 || !state.FallBack())
            {
                failures.Refuse(
                    "akka-raft.snapshot-directory",
                    $"'{settings.SnapshotDirectory}'",
                    $"{string.Join("; ", opened.Faults)}. The journal does not reach back behind it: remove this server from its cluster, "
                    + "wipe its data directory, and add it anew");
            }

            log.FellBack(state.CurrentTerm, fault, state.Snapshot!);
        }

        Begin();
    }

    /// <summary>The protocol has not begun: other messages are lost, as they are while a process starts.</summary>
    public void OnPeerMessage(PeerMessage peerMessage, IActorRef sender)
    {
        peers.AcceptsFrom(peerMessage, sender);
        if (peers.StartCheck.IsAnsweredBy(OtherVoters))
        {
            core.CancelTimer(AskedLongEnough.Instance);
            behaviours.Ready();
        }
    }

    /// <summary>The first wait for answers is over: the server goes on without those that are missing.</summary>
    public void OnAskedLongEnough()
    {
        behaviours.Ready();
        AskAgain();
    }

    /// <summary>Asks those that have not answered: they may have been away, and may know what no other server does.</summary>
    public void AskAgain()
    {
        if (!peers.StartCheck.IsAnsweredBy(OtherVoters))
        {
            Ask(settings.Protocol.ElectionTimeoutMax);
        }
    }

    /// <summary>The server is ready: the core takes its first input.</summary>
    public void Start()
    {
        journal.Writer.NameJournalOfFirstFormat();
        core.Step(new Started(core.Now));
        if (!core.Configuration.Members.Any())
        {
            log.WaitsToBeAdded(core.CurrentTerm);
        }
    }

    private void Begin()
    {
        var state = journal.Replay.State;
        log.Starting(state.CurrentTerm, state.LastIndex, state.VotedFor, state.Snapshot);
        var options = actors.Snapshots is null ? settings.Protocol with { SnapshotEntries = 0, SnapshotBytes = 0 } : settings.Protocol;
        var onDisk = new Promise(state.CurrentTerm, state.LastIndex);
        peers.StartCheck = new StartCheck(settings.ServerId, UnixMilliseconds(), onDisk, MayNotBeChecked);
        core.Open(new RaftServer(
            settings.ServerId, settings.Bootstrap, state, options, settings.Seed(), journal.Identity.Incarnation, NewHistory()));
        actors.StateMachine.Tell(new StateBegins(state.Bootstrap ?? settings.Bootstrap));
        journal.Replay.Take();
        actors.Supervisor.Tell(new ServerStarted(core.CurrentTerm));
        AskForPromises();
    }

    /// <summary>
    /// Asks the others what this server has promised. One that does not answer within the shortest election timeout is asked again, and its
    /// messages are not accepted before it has answered.
    /// </summary>
    private void AskForPromises()
    {
        if (peers.StartCheck.IsAnsweredBy(OtherVoters))
        {
            behaviours.Ready();
            return;
        }

        behaviours.Asking();
        Ask(settings.Protocol.ElectionTimeoutMin);
    }

    private void Ask(TimeSpan patience)
    {
        foreach (var announcement in peers.StartCheck.AnnouncementsTo(OtherVoters).ToList())
        {
            peers.Send(announcement);
        }

        core.StartTimer(AskedLongEnough.Instance, AskedLongEnough.Instance, patience);
    }

    /// <summary>Names of histories rise with time, so that clients know the later of two: milliseconds, then random bits.</summary>
    private long NewHistory() =>
        (UnixMilliseconds() << HistoryChanceBits) | (settings.NewId() & ((1 << HistoryChanceBits) - 1));

    private long UnixMilliseconds() => actors.Scheduler.Now.ToUnixTimeMilliseconds();
}

/// <summary>The actors that a starting server talks to.</summary>
/// <param name="Supervisor">Hears that the server is started.</param>
/// <param name="StateMachine">Runs the state machine.</param>
/// <param name="Snapshots">Has the snapshots' files; null when there are to be none.</param>
/// <param name="Scheduler">Gives the time of day.</param>
internal sealed record StartActors(IActorRef Supervisor, IActorRef StateMachine, IActorRef? Snapshots, ITimeProvider Scheduler);

/// <summary>The behaviours of the server's actor while it starts.</summary>
/// <param name="Opening">The snapshots are being opened: all else waits.</param>
/// <param name="Asking">The other servers are asked what this one has promised.</param>
/// <param name="Ready">The server is ready for all messages.</param>
internal sealed record StartBehaviours(Action Opening, Action Asking, Action Ready);

/// <summary>The other servers have had their time to answer.</summary>
internal sealed class AskedLongEnough
{
    public static readonly AskedLongEnough Instance = new();
}
