using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>Whether a server's process runs.</summary>
internal enum ProcessState
{
    /// <summary>It is not there: not started yet, killed, or stopped by itself.</summary>
    Stopped,

    Running,

    /// <summary>Its process is held: nothing happens in it, and all that comes waits.</summary>
    Paused,

    /// <summary>Its journal is corrupt: it stays down, as it may neither vote nor lead on a memory that it is not sure of.</summary>
    Refused,
}

/// <summary>
/// The shell around one server of the core, as the actors are in the product: it hands inputs in, interprets the effects one by one, and
/// can die between any two of them. It keeps a copy of the log, in memory and on disk, which the invariants look at.
/// </summary>
internal sealed partial class SimulatedServer
{
    private readonly World _world;
    private readonly SimulationRandom _random;
    private ClusterConfiguration _bootstrap;
    private RaftOptions _options;
    private readonly List<SimulatedEvent> _backlog = [];
    private readonly List<JournalRecord> _synced = [];

    /// <summary>Numbers the fsyncs: one that is to be done at another time than it was first said is another.</summary>
    private long _sync;

    public SimulatedServer(World world, int index, ClusterConfiguration bootstrap, RaftOptions options, SimulationRandom random)
    {
        _world = world;
        _random = random;
        _bootstrap = bootstrap;
        _options = options;
        Index = index;
        Id = World.IdOf(index);
        StateMachine = new StateMachine(bootstrap);
        Disk = new SimulatedDisk(random.Fork());
        Clock = new LocalClock(random.Between(0, 1000 * Duration.Second));
    }

    public int Index { get; }

    public RaftOptions Options => _options;

    public ServerId Id { get; }

    public SimulatedDisk Disk { get; private set; }

    public LocalClock Clock { get; }

    /// <summary>What it tells of its disk's incarnation: the first version of the protocol tells nothing.</summary>
    public long SpokenIncarnation => Options.Version == ProtocolVersion.First ? 0 : Disk.Incarnation;

    public ProcessState Process { get; private set; }

    /// <summary>Rises with each start and each end of the process: what was scheduled for an earlier life is void.</summary>
    public int Life { get; private set; }

    /// <summary>The server itself; null while the process is not there.</summary>
    public RaftServer? Core { get; private set; }

    public StateMachine StateMachine { get; private set; }

    /// <summary>The log in memory.</summary>
    public SimulatedLog Log { get; } = new();

    /// <summary>The log on disk.</summary>
    public SimulatedLog DurableLog { get; } = new();

    public Term DurableTerm { get; private set; }

    public ServerId? DurableVote { get; private set; }

    /// <summary>What the server was like before its last step, and what that step did to the log.</summary>
    public StepChange Change { get; } = new();

    /// <summary>After how many more effects the process dies; below zero for never.</summary>
    public int EffectsUntilCrash { get; set; } = -1;

    /// <summary>How long it is down after a crash of that kind.</summary>
    public long DownTimeAfterCrash { get; set; }

    /// <summary>Its process is to run, or has run.</summary>
    public bool IsInUse => Life > 0;

    /// <summary>What was on the disk that it lost while it was a member.</summary>
    public (long Incarnation, SimulatedLog Log)? Lost { get; private set; }

    /// <summary>Its disk was wiped under its name.</summary>
    public bool HasForgotten { get; private set; }

    /// <summary>Whether an administrator would add it: it runs, or waits to.</summary>
    public bool CanBeAdded => !IsInUse || IsUp;

    public bool IsUp => Process is ProcessState.Running or ProcessState.Paused;

    public bool IsLeader => Core is { Role: RaftRole.Leader };

    public TimeSpan LocalTime => Clock.At(_world.Now);

    /// <summary>Reads the journal and takes part, unless the journal, or the snapshots that it needs, are corrupt.</summary>
    public void Start()
    {
        Life++;
        if (Disk.Recover(out var records) == Recovery.Corrupt || Recover(records) is not { } state)
        {
            Process = ProcessState.Refused;
            _world.Trace?.Note($"{Id} refuses to start: its journal or a snapshot is corrupt");
            return;
        }

        var onDisk = new Promise(state.CurrentTerm, state.LastIndex);
        StateMachine = new StateMachine(_bootstrap);
        Process = ProcessState.Running;
        var newHistory = _options.Version == ProtocolVersion.First ? 0 : 1 + _world.Now;
        Core = new RaftServer(Id, _bootstrap, state, _options, _random.NextULong(), Disk.Incarnation, newHistory)
        {
            Rules = FaultyRules.Of(_world.CoreFaults),
        };
        _world.Trace?.Note($"{Id} starts with entries from {Log.LastIncludedIndex + 1} to {Log.LastIndex}");
        _world.Invariants.AfterStart(this);
        AskForPromises(onDisk, records.Count == 0);
    }

    private void TakePart()
    {
        IsAsking = false;
        Step(new Started(LocalTime));
        _toldFull = false;
        CheckDisk();
    }

    /// <summary>Sees to it that the server runs and waits to be added.</summary>
    public void BeAdded()
    {
        if (!IsInUse)
        {
            Start();
        }
    }

    /// <summary>The disk is lost and an empty one takes its place, under the same name.</summary>
    public void Wipe(long restartAfter, bool joins)
    {
        Stop("its disk is lost", restartAfter, powerLost: true);
        Lost = joins ? Lost : (Disk.Incarnation, DurableLog.Copy());
        Disk.Wipe();
        Log.Clear();
        DurableLog.Clear();
        DurableTerm = Term.Zero;
        DurableVote = null;
        _bootstrap = joins ? ClusterConfiguration.Empty : _bootstrap;
        HasForgotten |= !joins;
        _world.Statistics.Wipes++;
        if (Process == ProcessState.Refused)
        {
            Process = ProcessState.Stopped;
        }

        RestartAfter(restartAfter);
    }

    /// <summary>The process is replaced by one that speaks the latest version.</summary>
    public void Upgrade(long downTime)
    {
        _options = _options with { Version = ProtocolVersion.Latest };
        Stop("it is upgraded", downTime);
    }

    /// <summary>The process is gone. It is started again after a time, or not at all if that is negative.</summary>
    public void Stop(string why, long restartAfter, bool powerLost = false)
    {
        if (!IsUp)
        {
            return;
        }

        _world.Trace?.Note($"{Id} stops: {why}");
        if (powerLost)
        {
            Disk.PowerLost();
        }
        else
        {
            Disk.ProcessKilled();
        }

        Process = ProcessState.Stopped;
        Core = null;
        IsAsking = false;
        EffectsUntilCrash = -1;
        _backlog.Clear();
        _requests.Clear();
        _tickTerm = Term.Zero;
        _batch.Clear();
        _forStateMachine.Clear();
        _toStore.Clear();
        RestartAfter(restartAfter);
    }

    /// <summary>A stopped process is not started when it was to be, but after another time; not at all if that is negative.</summary>
    public void RestartAfter(long time)
    {
        if (Process != ProcessState.Stopped)
        {
            return;
        }

        Life++;
        if (time >= 0)
        {
            _world.Schedule(_world.Now + time, new SimulatedEvent(EventKind.Restart, Index, Life));
        }
    }

    /// <summary>The disk answers again, also to the fsync that is under way.</summary>
    public void EndStall()
    {
        Disk.StallUntil(0);
        if (Disk.IsSyncing)
        {
            _world.Schedule(_world.Now + Disk.MeanLatency, new SimulatedEvent(EventKind.DiskSynced, Index, Life, null, ++_sync));
        }
    }

    public void Pause()
    {
        if (Process == ProcessState.Running)
        {
            Process = ProcessState.Paused;
        }
    }

    public void Resume()
    {
        if (Process != ProcessState.Paused)
        {
            return;
        }

        Process = ProcessState.Running;
        StartSync();
        HandleBacklog();
    }

    private void HandleBacklog()
    {
        var waiting = _backlog.ToArray();
        _backlog.Clear();
        foreach (var simulatedEvent in waiting)
        {
            Receive(simulatedEvent);
        }
    }

    /// <summary>Something happens to the server.</summary>
    public void Receive(in SimulatedEvent simulatedEvent)
    {
        var isOfThisLife = simulatedEvent.Life == Life;
        switch (simulatedEvent.Kind)
        {
            case EventKind.Restart:
                if (isOfThisLife && Process == ProcessState.Stopped)
                {
                    Start();
                }

                break;
            case EventKind.DiskSynced:
                if (isOfThisLife && simulatedEvent.Number == _sync)
                {
                    OnDiskSynced();
                }

                break;
            default:
                if (simulatedEvent.Life != 0 && !isOfThisLife)
                {
                    break;
                }

                if (Process == ProcessState.Paused)
                {
                    _backlog.Add(simulatedEvent);
                }
                else if (Process == ProcessState.Running)
                {
                    Handle(simulatedEvent);
                }

                break;
        }
    }

    private void Handle(in SimulatedEvent simulatedEvent)
    {
        if (IsAsking)
        {
            HandleWhileAsking(simulatedEvent);
            return;
        }

        switch (simulatedEvent.Kind)
        {
            case EventKind.Message:
                OnMessage((Letter)simulatedEvent.Payload!);
                break;
            case EventKind.Timer:
                OnTimer(simulatedEvent.Number);
                break;
            case EventKind.Persisted:
                Step(new Persisted(LocalTime, simulatedEvent.Number));
                break;
            case EventKind.Batch:
                ProposeBatch();
                break;
            case EventKind.StateMachine:
                RunStateMachine();
                break;
            case EventKind.DiskCheck:
                CheckDisk();
                break;
            case EventKind.AskedLongEnough:
                AskAgain();
                break;
            case EventKind.Tick:
                OnTick(simulatedEvent.Number);
                break;
            case EventKind.SnapshotWritten:
                OnSnapshotWritten((SnapshotMetadata)simulatedEvent.Payload!);
                break;
            case EventKind.SnapshotFailed:
                OnSnapshotFailed(simulatedEvent.Payload as SnapshotMetadata);
                break;
            case EventKind.ChunkStored:
                OnChunkStored();
                break;
            case EventKind.Trim:
                OnTrim((Compact)simulatedEvent.Payload!);
                break;
            case EventKind.Request:
                OnRequest((Attempt)simulatedEvent.Payload!, isForwarded: false);
                break;
            case EventKind.ForwardedRequest:
                OnRequest((Attempt)simulatedEvent.Payload!, isForwarded: true);
                break;
        }
    }
}
