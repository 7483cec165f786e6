using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using AkkaRaft.Client;
using AkkaRaft.Core;
using AkkaRaft.Serialization;
using AkkaRaft.Snapshots;

namespace AkkaRaft.Server;

/// <summary>
/// A Raft server: the shell around <see cref="RaftServer"/>, which decides everything. The actor routes messages to collaborators, which
/// hand inputs to the core, and interprets the core's effects. The mailbox keeps moving while the disk works: nothing here waits.
/// </summary>
internal sealed class RaftActor : ReceivePersistentActor, IWithTimers, IEffectHandler
{
    private readonly ServerCore _core;
    private readonly ServerJournal _journal;
    private readonly PeerTransport _peers;
    private readonly ServerStart _start;
    private readonly ClientRequestHandler _clients;
    private readonly StateMachineQueue _stateMachine;
    private readonly SnapshotCoordinator _snapshots;
    private readonly LeadershipAnnouncer _leadership;
    private readonly DiskMonitor _disk;
    private readonly GracefulStop _stop;
    private readonly StatusReporter _status;

    public RaftActor(RaftSettings settings, Func<IStateMachine> stateMachine, LeadershipFeed leadership, string? lastFailure)
    {
        JournalPluginId = settings.JournalPluginId;
        SnapshotPluginId = settings.SnapshotPluginId;

        var log = new RaftServerLogger(Context.GetLogger(), settings.ServerId);
        var failures = new FailureReporter(Context.Parent, log, () => _core!.CurrentTerm);
        var raftTimers = new ServerTimers(Context.System.Scheduler, Self, new PauseWatch(log, settings.Protocol.ElectionTimeoutMin / 2));
        _core = new ServerCore(
            settings.ServerId, Self, Context.System.Scheduler, () => Timers, raftTimers, () => _journal!.Replay.Term, failures, this);
        _journal = OpenJournal(settings, failures, log);
        var directory = new PeerDirectory(
            Context, settings, (peer, unresponsive) => log.Reconnects(_core.CurrentTerm, peer, unresponsive));
        var filter = new MessageFilter(settings, _core, directory, log);
        var contact = new MemberContact(settings, _core, directory);
        _peers = new PeerTransport(settings, _core, directory, filter, _journal.Identity, failures);
        _clients = ClientsOf(settings, directory, filter, contact, log);

        var machine = Context.Watch(Context.ActorOf(StateMachineActor.PropsOf(settings, stateMachine), "state-machine"));
        var store = settings.SnapshotDirectory.Length > 0
            ? Context.ActorOf(SnapshotStoreActor.PropsOf(settings), "snapshots")
            : null;
        _stateMachine = new StateMachineQueue(machine, 4L * settings.Protocol.MaxBatchEntries);
        _snapshots = new SnapshotCoordinator(_core, _peers, machine, store, log);
        _leadership = new LeadershipAnnouncer(_core, leadership, log);
        _disk = new DiskMonitor(DiskSpace.Of(settings), _core, log);
        _stop = new GracefulStop(settings, _core, _journal.Writer, Context.Parent, log, _clients.Submit, () => Become(Finishing));
        _start = new ServerStart(
            settings,
            _core,
            _journal,
            _peers,
            failures,
            log,
            new StartActors(Context.Parent, machine, store, Context.System.Scheduler),
            new StartBehaviours(() => Become(Opening), () => Become(Asking), BecomeReady));
        _status = new StatusReporter(
            settings,
            _core,
            directory,
            contact,
            _peers,
            filter,
            _journal,
            _snapshots,
            _disk,
            _stateMachine,
            new PreviousFailure(lastFailure, _core.Now));

        Recover<JournalOwner>(_journal.Replay.Replay);
        Recover<RaftEvent>(_journal.Replay.Replay);
        Recover<RecoveryCompleted>(_ => _start.OnReplayed());
        Follower();
    }

    /// <inheritdoc />
    public override string PersistenceId => _core.Id.Value;

    /// <inheritdoc />
    public override Recovery Recovery => new(SnapshotSelectionCriteria.None);

    /// <inheritdoc />
    public ITimerScheduler Timers { get; set; } = null!;

    public static Props PropsOf(
        RaftSettings settings, Func<IStateMachine> stateMachine, LeadershipFeed leadership, string? lastFailure) =>
        Props.Create(() => new RaftActor(settings, stateMachine, leadership, lastFailure))
            .WithDispatcher(settings.Dispatcher).WithMailbox("akka-raft.guarded-mailbox");

    /// <summary>The one place where what the core decided is carried out.</summary>
    void IEffectHandler.Interpret(RaftEffect effect)
    {
        switch (effect)
        {
            case Persist persist:
                _journal.Writer.Write(persist);
                break;
            case Send send:
                _peers.Send(send.Message);
                break;
            case Apply apply:
                _stateMachine.Tell(new ApplyEntries(_core.CurrentTerm, _clients.Prepare(apply.Entries)));
                break;
            case Serve serve:
                _stateMachine.Tell(new ServeQueries(_core.CurrentTerm, serve.ReadIndex, _clients.TakeQueries(serve.Request)));
                break;
            case Reply reply when _stop.EndTransfer(reply.Request):
                break;
            case Reply reply:
                _clients.Fail(reply.Request, reply.Failure);
                break;
            case Done done when _stop.EndTransfer(done.Request):
                break;
            case Done done:
                _clients.Complete(done.Request);
                break;
            case Forward forward:
                _clients.Forward(forward.Request, forward.Leader);
                break;
            case TakeSnapshot take:
                _snapshots.Take(take);
                break;
            case RestoreSnapshot restore:
                _stateMachine.Tell(new RestoreState(restore.Snapshot));
                break;
            case SendSnapshotChunk chunk:
                _snapshots.ReadChunk(chunk);
                break;
            case StoreSnapshotChunk store:
                _snapshots.Store(store);
                break;
            case Compact compact:
                _snapshots.Free(compact);
                _journal.Trimmer.Free(compact);
                break;
            case SetTimer setTimer:
                _core.SetTimer(setTimer);
                break;
            case RoleChanged changed:
                ChangeRole(changed);
                break;
            default:
                throw new InvariantViolationException($"The shell does not know the effect {effect.GetType().Name}.");
        }
    }

    /// <inheritdoc />
    void IEffectHandler.EndStep() => _clients.EndStep();

    // A state machine that failed stops its server too, and the supervisor restarts both from the journal.
    /// <inheritdoc />
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(cause =>
    {
        _core.Failures.ReportFailure(
            cause is ApplyFailedException ? cause.Message : $"{cause.GetType().Name}: {FailureWords.Of(cause)}", cause);
        return Directive.Escalate;
    });

    /// <inheritdoc />
    protected override void PostStop()
    {
        _core.CancelRaftTimers();
        _leadership.Stop();
        base.PostStop();
    }

    /// <inheritdoc />
    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
    {
        _core.Failures.ReportFailure($"a write to the journal failed: {FailureWords.Of(cause)}", cause, ofJournal: true);
        base.OnPersistFailure(cause, @event, sequenceNr);
    }

    /// <inheritdoc />
    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        _core.Failures.ReportFailure($"the journal rejected a write: {FailureWords.Of(cause)}", cause, ofJournal: true);
        base.OnPersistRejected(cause, @event, sequenceNr);

        // Akka would keep the actor running with a log that it does not have on disk.
        Context.Stop(Self);
    }

    /// <inheritdoc />
    protected override void OnRecoveryFailure(Exception reason, object? message = null)
    {
        _core.Failures.ReportFailure(
            $"the journal cannot be replayed behind its record {_journal.Replay.LastRecord}: {FailureWords.Of(reason)}", reason);
        base.OnRecoveryFailure(reason, message);
    }

    /// <summary>The journal has been read and the snapshots are being opened: all else waits.</summary>
    private void Opening()
    {
        Command<SnapshotsOpened>(_start.OnSnapshotsOpened);
        CommandAny(_ => Stash.Stash());
    }

    /// <summary>The other servers are asked what this one has promised.</summary>
    private void Asking()
    {
        Command<PeerMessage>(message => _start.OnPeerMessage(message, Sender));
        Command<AskedLongEnough>(_ => _start.OnAskedLongEnough());
        Command<GetStatus>(getStatus => _status.OnGetStatus(getStatus with { WantsSnapshot = false }, Sender));
        Command<MemberProbe>(probe => _status.OnProbe(probe, Sender));
        CommandAny(_ => Stash.Stash());
    }

    /// <summary>Answers leaders and candidates; forwards clients to the leader.</summary>
    private void Follower()
    {
        OnMessage<AppendEntries>();
        OnMessage<InstallSnapshot>();
        OnMessage<RequestVote>();
        OnMessage<PreVote>();
        OnTimer(RaftTimer.Election);
        Always();
    }

    /// <summary>Counts pre-votes, and still answers leaders and candidates; refuses clients.</summary>
    private void PreCandidate()
    {
        OnMessage<PreVoteReply>();
        OnMessage<PreVote>();
        OnMessage<RequestVote>();
        OnMessage<AppendEntries>();
        OnTimer(RaftTimer.Election);
        Always();
    }

    /// <summary>Counts votes, and still answers leaders and candidates; refuses clients.</summary>
    private void Candidate()
    {
        OnMessage<RequestVoteReply>();
        OnMessage<RequestVote>();
        OnMessage<PreVote>();
        OnMessage<AppendEntries>();
        OnTimer(RaftTimer.Election);
        Always();
    }

    /// <summary>Takes proposals and queries, sends heartbeats, and checks that a quorum still answers.</summary>
    private void Leader()
    {
        OnMessage<AppendEntriesReply>();
        OnMessage<InstallSnapshotReply>();
        OnMessage<RequestVote>();
        OnMessage<PreVote>();
        OnTimer(RaftTimer.Heartbeat);
        OnTimer(RaftTimer.Election);
        Always();
    }

    /// <summary>Takes only the end of what is under way. The journal's answers come by another way.</summary>
    private void Finishing()
    {
        Command<EntriesApplied>(OnApplied);
        Command<GetStatus>(getStatus => _status.OnGetStatus(getStatus, Sender));
        Command<ClientMessage>(message => _clients.RefuseAsStopping(message, Sender));
        Command<WritesTakeTooLong>(_ => _stop.OnWritesTakeTooLong());
        CommandAny(_ => { });
    }

    private void OnMessage<T>()
        where T : RaftMessage => Command<PeerMessage>(OnPeerMessage, peerMessage => peerMessage.Message is T);

    private void OnTimer(RaftTimer timer) => Command<TimerTick>(_core.OnTimer, tick => tick.Timer == timer);

    /// <summary>What every role takes.</summary>
    private void Always()
    {
        // A message meant for another role is not answered, but its term counts in every role (Raft paper, section 5.1).
        Command<PeerMessage>(OnPeerMessage);
        OnTimer(RaftTimer.Reads);
        Command<TimerTick>(_ => { });
        Command<ISnapshotOutcome>(_snapshots.OnOutcome);
        Command<DeleteMessagesSuccess>(_ => _journal.Trimmer.OnTrimmed());
        Command<DeleteMessagesFailure>(_journal.Trimmer.OnNotTrimmed);
        Command<ClientMessage>(message => _clients.RefuseAsStopping(message, Sender), _ => _stop.IsStopping);
        Command<ProposeRequests>(requests => _clients.OnProposals(requests, Sender));
        Command<QueryRequests>(requests => _clients.OnQueries(requests, Sender));
        Command<SubmitRequests>(_ => _clients.Submit());
        Command<TransferRequest>(request => _clients.OnTransfer(request, Sender));
        Command<EntriesApplied>(OnApplied);
        Command<TimeEntryDue>(_ => _clients.Time.OnDue());
        Command<GetStatus>(getStatus => _status.OnGetStatus(getStatus, Sender));
        Command<ChangeMembersRequest>(request => _clients.OnMemberChange(request, Sender));
        Command<MemberProbe>(probe => _status.OnProbe(probe, Sender));
        Command<DiskLook>(_disk.OnMeasured);
        Command<MeasureDisk>(_ => _disk.Measure());
        Command<PrepareToStop>(_ => _stop.Begin());
        Command<TransferEnded>(_ => _stop.FinishWrites());
        Command<MemberProbeAnswer>(_clients.Members.OnProbeAnswer);
        Command<ProbeAgain>(_clients.Members.OnProbeAgain);
        Command<AskedLongEnough>(_ => _start.AskAgain());
        Command<Terminated>(_ => throw new InvalidOperationException("The state machine's actor has stopped."));
    }

    private void OnPeerMessage(PeerMessage peerMessage) => _peers.OnMessage(peerMessage, Sender);

    private void OnApplied(EntriesApplied applied)
    {
        _clients.Time.NoteNeed(applied.NeedsTime);
        _stateMachine.Applied(applied.UpTo);
        _core.Step(new Applied(_core.Now, applied.UpTo));
        _leadership.OnApplied();
        _clients.Time.Update();
        _stop.ReportIfFinished();
    }

    private void BecomeReady()
    {
        Become(Follower);
        _start.Start();
        _disk.Measure();
        _journal.Trimmer.Resume(_journal.Replay.FirstRecord);
        Stash.UnstashAll();
    }

    private void ChangeRole(RoleChanged changed)
    {
        _leadership.OnRoleChanged(changed);
        _clients.Time.OnRoleChanged();
        if (_stop.IsFinishing)
        {
            return;
        }

        Become(changed.Role switch
        {
            RaftRole.Follower => Follower,
            RaftRole.PreCandidate => PreCandidate,
            RaftRole.Candidate => Candidate,
            RaftRole.Leader => Leader,
            _ => throw new InvariantViolationException($"There is no role {changed.Role}."),
        });
    }

    private ServerJournal OpenJournal(RaftSettings settings, FailureReporter failures, RaftServerLogger log)
    {
        var port = new JournalPort(
            () => LastSequenceNr,
            (events, written) => PersistAllAsync(events, written),
            (record, written) => PersistAsync(record, written),
            DeleteMessages);
        var identity = new JournalIdentity(settings);
        var extent = new JournalExtent();
        var writer = new JournalWriter(port, identity, extent, _core, () => _stop.ReportIfFinished());
        return new ServerJournal(
            identity,
            new JournalReplay(settings, port, identity, extent, failures),
            writer,
            new JournalTrimmer(port, writer, identity, extent, _core, log));
    }

    private ClientRequestHandler ClientsOf(
        RaftSettings settings, PeerDirectory directory, MessageFilter filter, MemberContact contact, RaftServerLogger log)
    {
        var replies = new ClientReplies(_core, directory, contact, new ReplyBatcher(settings));
        var forwarder = new RequestForwarder(settings, _core, directory);
        var codec = new PayloadCodec(Context.System, settings.AllowJsonPayloads);
        var validator = new ProposalValidator(settings, _core, codec, log);
        var kinds = new RequestKinds(
            new ProposalBatcher(settings, _core, validator, replies, forwarder),
            new QueryBatcher(settings, _core, replies, forwarder),
            new LeadershipTransfers(_core, replies, forwarder),
            new MemberChanges(settings, _core, directory, replies, forwarder, log, Context.ActorSelection),
            new ReplicatedTime(settings, _core));
        return new ClientRequestHandler(settings, _core, filter, replies, forwarder, kinds);
    }
}
