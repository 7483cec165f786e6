using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using AkkaRaft.Client;
using AkkaRaft.Core;
using AkkaRaft.Serialization;
using AkkaRaft.Snapshots;

namespace AkkaRaft.Server;

/// <summary>
/// A Raft server: the shell around <see cref="RaftServer"/>, which decides everything. This actor hands it what happens, as inputs, and
/// does what it answers, as effects. The mailbox keeps moving while the disk works: nothing here waits.
/// </summary>
internal sealed partial class RaftActor : ReceivePersistentActor, IWithTimers
{
    private readonly RaftSettings _settings;
    private readonly RaftServerLogger _log;
    private readonly PeerDirectory _peers;
    private readonly ServerTimers _timers;
    private readonly PayloadCodec _codec;
    private readonly ReplyBatcher _answers;
    private readonly LeaderContact _leaderContact = new();
    private readonly PauseWatch _pauses;
    private readonly IActorRef _stateMachine;
    private readonly StateMachineQueue _toStateMachine;

    private RaftServer? _server;
    private int _pendingWrites;
    private long _droppedMessages;

    /// <summary>Why the life before this one ended, and when this one began.</summary>
    private readonly (string? Why, TimeSpan Since) _before;

    public RaftActor(RaftSettings settings, Func<IStateMachine> stateMachine, LeadershipFeed leadership, string? lastFailure)
    {
        _settings = settings;
        _leadership = leadership;
        _before = (lastFailure, Now);
        _log = new RaftServerLogger(Context.GetLogger(), settings.ServerId);
        _peers = new PeerDirectory(Context, settings, (peer, unresponsive) => _log.Reconnects(CurrentTerm, peer, unresponsive));
        _disk = DiskSpace.Of(settings);
        _timers = new ServerTimers(Context.System.Scheduler, Self);
        _codec = new PayloadCodec(Context.System, settings.AllowJsonPayloads);
        _answers = new ReplyBatcher(settings);
        _pauses = new PauseWatch(_log, settings.Protocol.ElectionTimeoutMin / 2);
        _stateMachine = Context.Watch(Context.ActorOf(
            Props.Create(() => new StateMachineActor(settings, stateMachine))
                .WithDispatcher(settings.StateMachineDispatcher).WithMailbox("akka-raft.guarded-mailbox"),
            "state-machine"));
        _toStateMachine = new StateMachineQueue(_stateMachine, 4L * settings.Protocol.MaxBatchEntries);
        _snapshots = settings.SnapshotDirectory.Length > 0
            ? Context.ActorOf(SnapshotStoreActor.PropsOf(settings), "snapshots")
            : null;
        PersistenceId = settings.ServerId.Value;
        JournalPluginId = settings.JournalPluginId;
        SnapshotPluginId = settings.SnapshotPluginId;

        Recover<JournalOwner>(ReplayOwner);
        Recover<RaftEvent>(Replay);
        Recover<RecoveryCompleted>(_ => EndReplay());
        Follower();
    }

    /// <inheritdoc />
    public override string PersistenceId { get; }

    /// <inheritdoc />
    public override Recovery Recovery => new(SnapshotSelectionCriteria.None);

    /// <inheritdoc />
    public ITimerScheduler Timers { get; set; } = null!;

    private RaftServer Server => _server ?? throw new InvalidOperationException("The server has not read its journal yet.");

    private Term CurrentTerm => _server?.CurrentTerm ?? _recovered.CurrentTerm;

    private TimeSpan Now => Context.System.Scheduler.HighResMonotonicClock;

    public static Props PropsOf(
        RaftSettings settings, Func<IStateMachine> stateMachine, LeadershipFeed leadership, string? lastFailure) =>
        Props.Create(() => new RaftActor(settings, stateMachine, leadership, lastFailure))
            .WithDispatcher(settings.Dispatcher).WithMailbox("akka-raft.guarded-mailbox");

    // A state machine that failed takes its server down with it, and the supervisor starts both again from the journal.
    /// <inheritdoc />
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(cause =>
    {
        TellFailure(cause is ApplyFailedException ? cause.Message : $"{cause.GetType().Name}: {FailureWords.Of(cause)}", cause);
        return Directive.Escalate;
    });

    /// <inheritdoc />
    protected override void PostStop()
    {
        _timers.CancelAll();
        _leadership.Lost();
        base.PostStop();
    }

    /// <inheritdoc />
    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
    {
        TellFailure($"a write to the journal failed: {FailureWords.Of(cause)}", cause, ofJournal: true);
        base.OnPersistFailure(cause, @event, sequenceNr);
    }

    /// <inheritdoc />
    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        TellFailure($"the journal rejected a write: {FailureWords.Of(cause)}", cause, ofJournal: true);
        base.OnPersistRejected(cause, @event, sequenceNr);

        // Akka would let the actor live on with a log that it does not have on disk.
        Context.Stop(Self);
    }

    /// <inheritdoc />
    protected override void OnRecoveryFailure(Exception reason, object? message = null)
    {
        TellFailure($"the journal cannot be replayed behind its record {_lastRecord}: {FailureWords.Of(reason)}", reason);
        base.OnRecoveryFailure(reason, message);
    }

    /// <summary>Answers leaders and candidates; passes clients on to the leader.</summary>
    private void Follower()
    {
        Answers<AppendEntries>();
        Answers<InstallSnapshot>();
        Answers<RequestVote>();
        Answers<PreVote>();
        Minds(RaftTimer.Election);
        Always();
    }

    /// <summary>Counts who would vote for it, and still answers leaders and candidates; refuses clients.</summary>
    private void PreCandidate()
    {
        Answers<PreVoteReply>();
        Answers<PreVote>();
        Answers<RequestVote>();
        Answers<AppendEntries>();
        Minds(RaftTimer.Election);
        Always();
    }

    /// <summary>Counts votes, and still answers leaders and candidates; refuses clients.</summary>
    private void Candidate()
    {
        Answers<RequestVoteReply>();
        Answers<RequestVote>();
        Answers<PreVote>();
        Answers<AppendEntries>();
        Minds(RaftTimer.Election);
        Always();
    }

    /// <summary>Takes proposals and queries, says that it leads, and checks that a quorum still answers.</summary>
    private void Leader()
    {
        Answers<AppendEntriesReply>();
        Answers<InstallSnapshotReply>();
        Answers<RequestVote>();
        Answers<PreVote>();
        Minds(RaftTimer.Heartbeat);
        Minds(RaftTimer.Election);
        Always();
    }

    private void Answers<T>()
        where T : RaftMessage => Command<PeerMessage>(OnPeerMessage, peerMessage => peerMessage.Message is T);

    private void Minds(RaftTimer timer) => Command<TimerTick>(OnTimer, tick => tick.Timer == timer);

    /// <summary>What every role takes.</summary>
    private void Always()
    {
        // A message meant for another role is not answered, but its term counts in every role (Raft paper, section 5.1).
        Command<PeerMessage>(OnPeerMessage);
        Minds(RaftTimer.Reads);
        Command<TimerTick>(_ => { });
        MindsSnapshots();
        Command<ClientMessage>(RefuseAsStopping, _ => _isStopping);
        Command<ProposeRequests>(GatherProposals);
        Command<QueryRequests>(GatherQueries);
        Command<RequestsGathered>(_ => HandInRequests());
        Command<TransferRequest>(OnTransferRequest);
        Command<EntriesApplied>(OnApplied);
        Command<ClockDue>(_ => OnClockDue());
        Command<GetStatus>(AnswerStatus);
        Command<ChangeMembersRequest>(OnChangeMembers);
        Command<MemberProbe>(AnswerProbe);
        Command<DiskLook>(OnDiskLook);
        Command<LookAtDiskAgain>(_ => LookAtDisk());
        Command<HandOver>(_ => OnHandOver());
        Command<HandOverEnds>(_ => FinishWrites());
        Command<MemberProbeAnswer>(OnProbeAnswer);
        Command<AskCandidatesAgain>(OnAskCandidatesAgain);
        Command<AskedLongEnough>(_ => AskAgain());
        Command<Terminated>(_ => throw new InvalidOperationException("The state machine's actor has stopped."));
    }

    private void TellFailure(string why, Exception cause, bool ofJournal = false)
    {
        _log.Stops(CurrentTerm, why, cause);
        Context.Parent.Tell(new ServerFailed(why, ofJournal));
    }

    private void OnTimer(TimerTick tick)
    {
        if (_timers.IsCurrent(tick))
        {
            if (tick.Timer == RaftTimer.Heartbeat)
            {
                _pauses.Note(_timers.LatenessOf(tick), CurrentTerm, Now);
            }

            Handle(new TimerElapsed(Now, tick.Timer));
        }
    }

    private void OnPeerMessage(PeerMessage peerMessage)
    {
        if (IsForProtocol(peerMessage))
        {
            var message = peerMessage.Message;
            _leaderContact.Heard(message, Now);
            Handle(new MessageReceived(Now, message) { Incarnation = peerMessage.Incarnation, Version = peerMessage.Version });
        }
    }

    /// <summary>Takes note of a message that is for this server, and says whether it goes to the protocol.</summary>
    private bool IsForProtocol(PeerMessage peerMessage)
    {
        var message = peerMessage.Message;
        if (WhyDropped(peerMessage.ClusterId, message.From, message.To, Sender, MayComeFromStranger(message)) is { } why)
        {
            Drop(why);
            return false;
        }

        _peers.Heard(message.From, Server.Configuration, Sender, peerMessage.IsUnheard, Now);
        return PassesStartCheck(peerMessage);
    }

    /// <summary>
    /// Whether the sender may be a server that is not in the configuration here: the entry that adds it may be on its way still, and
    /// without the votes of such servers no leader might be found (dissertation, section 4.2.3). Its answers count for nothing, save that to
    /// a start, without which it would not be heard.
    /// </summary>
    private static bool MayComeFromStranger(RaftMessage message) =>
        message is AppendEntries or InstallSnapshot or PreVote or RequestVote or TimeoutNow or StartAnnounced or StartAcknowledged;

    /// <summary>
    /// Why a message that claims to come from one server and to be for another is none for this one, or null when it is.
    /// </summary>
    private string? WhyDropped(string clusterId, ServerId from, ServerId to, IActorRef? sender, bool mayBeStranger)
    {
        if (clusterId != _settings.ClusterId)
        {
            return $"from cluster '{clusterId}'";
        }

        if (to != _settings.ServerId)
        {
            return $"for {to}";
        }

        if (from == _settings.ServerId || !(mayBeStranger || Server.Configuration.IsMember(from)))
        {
            return $"from {from}, which is no other member";
        }

        return sender is null || _peers.IsAt(from, Server.Configuration, sender)
            ? null
            : $"that claims to be from {from} and came from {sender.Path}";
    }

    private void Drop(string why)
    {
        _droppedMessages++;
        if (long.IsPow2(_droppedMessages))
        {
            _log.Dropped(CurrentTerm, why, _droppedMessages);
        }
    }
}
