using Akka.Actor;
using Akka.Event;
using AkkaRaft.Client;
using AkkaRaft.Core;
using AkkaRaft.Links;

namespace AkkaRaft.Server;

/// <summary>
/// What clients talk to. It keeps a server running: one that failed or was stopped is made anew from its journal after a wait, never
/// restarted by Akka with an empty memory. While there is none, it rejects requests, which is safe: none of them has entered a log.
/// </summary>
internal sealed class RaftSupervisor : ReceiveActor, IWithTimers
{
    private readonly RaftSettings _settings;
    private readonly Func<IStateMachine> _stateMachine;
    private readonly RaftServerLogger _log;
    private readonly StartOutcome _start = new();
    private readonly RestartBackoff _backoff;
    private readonly LeadershipFeed _leadership;

    private readonly DiskSpace? _disk;

    private IActorRef? _server;
    private ServerFailed? _failure;
    private bool _isStopping;
    private string _whyDown = "it is starting";

    public RaftSupervisor(RaftSettings settings, Func<IStateMachine> stateMachine)
    {
        _settings = settings;
        _stateMachine = stateMachine;
        _log = new RaftServerLogger(Context.GetLogger(), settings.ServerId);
        _backoff = new RestartBackoff(settings.RestartBackoffMin, settings.RestartBackoffMax);
        _leadership = new LeadershipFeed(Context.System.EventStream, settings.ClusterId, settings.ServerId);
        _disk = DiskSpace.Of(settings);
        Receive<ClientMessage>(OnClientMessage);
        Receive<GetStatus>(OnGetStatus);
        Receive<MemberProbe>(OnProbe);
        Receive<AwaitStarted>(_ => _start.Tell(Sender));
        Receive<GetLeadershipFeed>(_ => Sender.Tell(_leadership));
        Receive<ServerStarted>(_start.Note);
        Receive<ServerRefused>(_start.Note);
        Receive<ServerFailed>(failed => _failure = failed);
        Receive<Terminated>(_ => OnServerStopped());
        Receive<StartServer>(_ => StartAgain());
        Receive<DiskLook>(OnDiskLook);
        Receive<StopGracefully>(_ => OnStopGracefully());
        Receive<ReadyToStop>(_ => Context.Stop(Self));
    }

    /// <inheritdoc />
    public ITimerScheduler Timers { get; set; } = null!;

    private TimeSpan Now => Context.System.Scheduler.HighResMonotonicClock;

    public static Props PropsOf(RaftSettings settings, Func<IStateMachine> stateMachine) =>
        Props.Create(() => new RaftSupervisor(settings, stateMachine)).WithMailbox("akka-raft.guarded-mailbox");

    /// <inheritdoc />
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    /// <inheritdoc />
    protected override void PreStart() => Start();

    /// <inheritdoc />
    protected override void PostStop()
    {
        _leadership.End();
        base.PostStop();
    }

    /// <summary>A journal that could not be written while there is no room would fail again: its server waits for room.</summary>
    private void StartAgain()
    {
        if (_isStopping)
        {
            return;
        }

        if (_disk is { } disk && _failure is { OfJournal: true })
        {
            disk.LookAsync().PipeTo(Self);
        }
        else
        {
            Start();
        }
    }

    private void OnDiskLook(DiskLook look)
    {
        if (!_disk!.IsFull(look, wasFull: true))
        {
            Start();
            return;
        }

        const string disk = "its disk is full, and it starts again when there is room";
        var details = _disk.Describe(look);
        if (!_whyDown.StartsWith(disk, StringComparison.Ordinal))
        {
            _log.DiskStaysFull(details);
        }

        _whyDown = $"{disk}: {_failure?.Why}; {details}";

        Timers.StartSingleTimer(StartServer.Instance, StartServer.Instance, DiskSpace.Interval);
    }

    private void OnStopGracefully()
    {
        _isStopping = true;
        if (_server is { } server)
        {
            server.Tell(PrepareToStop.Instance);

            // A server that still reads its journal has written nothing and does not hear this; one that hears it keeps its own time.
            var protocol = _settings.Protocol;
            var patience = (2 * protocol.ElectionTimeoutMax) + (_start.IsStarted ? 2 * protocol.MaxWriteStall : TimeSpan.Zero);
            Timers.StartSingleTimer(ReadyToStop.Instance, ReadyToStop.Instance, patience);
        }
        else
        {
            Context.Stop(Self);
        }
    }

    private void Start()
    {
        var before = _failure?.Why;
        _failure = null;
        _start.NoteRestart();
        _backoff.NoteStart(Now);
        _server = Context.Watch(Context.ActorOf(RaftActor.PropsOf(_settings, _stateMachine, _leadership, before), "server"));
    }

    private void OnServerStopped()
    {
        _server = null;
        if (_isStopping)
        {
            Context.Stop(Self);
            return;
        }

        if (_start.Refusal is { } refused)
        {
            _whyDown = refused.Cause.Message;
            _log.Refused(refused.Cause);
            return;
        }

        _whyDown = $"it failed and will be started again from its journal{(_failure is null ? "" : $": {_failure.Why}")}";
        var backoff = _backoff.Next(Now);
        _log.RestartsIn(backoff, _failure?.Why ?? "it stopped");
        Timers.StartSingleTimer(StartServer.Instance, StartServer.Instance, backoff);
    }

    private void OnClientMessage(ClientMessage message)
    {
        if (_server is { } server)
        {
            server.Forward(message);
            return;
        }

        var failure = new Rejected(Term.Zero, null, RejectionReason.ShuttingDown) { Detail = _whyDown };
        Sender.Tell(new Answers(_settings.ServerId, Term.Zero, [.. message.Ids.Select(id => new FailureAnswer(id, failure, null, []))])
        {
            ClusterId = _settings.ClusterId,
        });
    }

    private void OnProbe(MemberProbe probe)
    {
        if (_server is { } server)
        {
            server.Forward(probe);
        }
        else
        {
            Sender.Tell(new MemberProbeAnswer(probe.Number, _settings.ClusterId, _settings.ServerId) { Down = _whyDown });
        }
    }

    private void OnGetStatus(GetStatus getStatus)
    {
        if (getStatus.IsUnheard && !Sender.IsNobody())
        {
            Associations.Of(Context.System).RenewUnheard(Sender.Path.Address, _settings.ReconnectAfter);
        }

        if (_server is { } server)
        {
            server.Forward(getStatus);
            return;
        }

        Sender.Tell(new StatusAnswer(getStatus.Id, new RaftStatus
        {
            ClusterId = _settings.ClusterId,
            Server = _settings.ServerId,
            Role = RaftRole.Follower,
            Term = Term.Zero,
            LastLogIndex = LogIndex.Zero,
            CommitIndex = LogIndex.Zero,
            LastApplied = LogIndex.Zero,
            Leader = null,
            Members = _settings.Members,
            UnresponsiveMembers = [],
            PendingWrites = 0,
            DroppedMessages = 0,
            Down = _whyDown,
        }));
    }

    /// <summary>The wait before a restart is over.</summary>
    private sealed class StartServer
    {
        public static readonly StartServer Instance = new();
    }
}
