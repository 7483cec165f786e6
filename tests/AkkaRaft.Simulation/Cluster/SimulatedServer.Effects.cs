using AkkaRaft.Core;
using AkkaRaft.Core.Sessions;
using AkkaRaft.TestKit.Linearizability;

namespace AkkaRaft.Simulation;

// One step of the core and what has to be done after it.
internal sealed partial class SimulatedServer
{
    private readonly Dictionary<long, Attempt> _requests = [];
    private readonly List<Proposal> _batch = [];
    private readonly Queue<RaftEffect> _forStateMachine = new();
    private readonly long[] _timerSettings = new long[Enum.GetValues<RaftTimer>().Length];
    private long _nextRequest;
    private long _nextTimerSetting;

    /// <summary>How long the state machine usually takes to get to what is handed to it.</summary>
    public long MeanApplyTime { get; set; } = 300 * Duration.Microsecond;

    /// <summary>How long proposals are gathered to be handed in together; 0 for not at all.</summary>
    public long BatchTime { get; set; }

    /// <summary>Some timers that were set anew meanwhile come all the same, as they may.</summary>
    public bool HasLateTimers { get; set; }

    private void OnMessage(Letter letter)
    {
        if (PassesStartCheck(letter))
        {
            Step(new MessageReceived(LocalTime, letter.Message)
            {
                Incarnation = letter.Incarnation,
                Version = letter.Incarnation == 0 ? ProtocolVersion.First : ProtocolVersion.Latest,
            });
        }
    }

    private void OnTimer(long number)
    {
        var timer = (RaftTimer)(number & 3);
        if (_timerSettings[(int)timer] == number || (HasLateTimers && _random.Chance(0.3)))
        {
            Step(new TimerElapsed(LocalTime, timer));
        }
    }

    private void OnRequest(Attempt attempt, bool isForwarded)
    {
        var request = ++_nextRequest;
        _requests.Add(request, attempt);
        if (attempt.Administration is { } administration)
        {
            var id = new RequestId(request);
            Step(administration.IsTransfer
                ? new TransferLeadership(LocalTime, id, administration.Target, isForwarded)
                : new ChangeMembers(LocalTime, id, administration.Changes, isForwarded));
            return;
        }

        if (attempt.IsRead)
        {
            Step(new Read(LocalTime, new RequestId(request), isForwarded)
            {
                Consistency = attempt.Consistency,
                MaxAge = attempt.MaxAge,
                Index = new LogIndex(attempt.AtIndex),
            });
            return;
        }

        if (attempt.Payload is OpenSession && Core!.Status().ClusterVersion < ProtocolVersion.Second)
        {
            Reject(request, RejectionReason.Unsupported);
            return;
        }

        _batch.Add(new Proposal(new RequestId(request), attempt.Payload!, isForwarded));
        if (BatchTime == 0)
        {
            ProposeBatch();
        }
        else if (_batch.Count == 1)
        {
            _world.Schedule(_world.Now + BatchTime, new SimulatedEvent(EventKind.Batch, Index, Life));
        }
    }

    private void ProposeBatch()
    {
        Proposal[] proposals = [.. _batch];
        _batch.Clear();
        Step(new Propose(LocalTime, proposals));
    }

    private void Step(RaftInput input)
    {
        var core = Core!;
        Change.Begin(core, Log);
        IReadOnlyList<RaftEffect> effects;
        try
        {
            effects = core.Step(input);
        }
        catch (Exception failure) when (failure is InvariantViolationException or ArgumentException or InvalidOperationException)
        {
            _world.Trace?.Step(this, input, []);
            throw new InvariantBrokenException("CoreAssertion", $"{Id} threw {failure.GetType().Name}: {failure.Message}");
        }

        _world.Statistics.Steps++;
        _world.Trace?.Step(this, input, effects);
        FollowLog(effects);
        _world.Invariants.AfterStep(this, input);
        Interpret(effects);
    }

    private void FollowLog(IReadOnlyList<RaftEffect> effects)
    {
        foreach (var effect in effects)
        {
            if (effect is not Persist persist)
            {
                continue;
            }

            foreach (var written in persist.Events)
            {
                Change.Note(Log, written);
                Follow(Log, written);
            }
        }
    }

    private void Interpret(IReadOnlyList<RaftEffect> effects)
    {
        var life = Life;
        foreach (var effect in effects)
        {
            if (EffectsUntilCrash >= 0 && EffectsUntilCrash-- == 0)
            {
                Stop("it crashes between two effects", DownTimeAfterCrash);
            }
            else if (_world.CrashesBefore is { } crashesBefore && crashesBefore(this, effect))
            {
                Stop($"the scenario kills it before {TraceText.Of(effect)}", DownTimeAfterCrash);
            }

            if (Life != life)
            {
                return;
            }

            Interpret(effect);
        }
    }

    private void Interpret(RaftEffect effect)
    {
        switch (effect)
        {
            case Persist persist:
                Write(persist);
                break;
            case Send send:
                Send(send.Message);
                break;
            case Apply or Serve or TakeSnapshot or RestoreSnapshot:
                HandToStateMachine(effect);
                break;
            case Reply reply:
                OnReply(reply);
                break;
            case Forward forward:
                if (_requests.Remove(forward.Request.Value, out var attempt))
                {
                    _world.Network.Forward(attempt, Index, _world.IndexOf(forward.Leader));
                }

                break;
            case SetTimer timer:
                Set(timer);
                break;
            case Done done:
                OnDone(done);
                break;
            case SendSnapshotChunk chunk:
                SendChunk(chunk);
                break;
            case StoreSnapshotChunk chunk:
                StoreChunk(chunk);
                break;
            case Compact compact:
                StartCompacting(compact);
                break;
            case RoleChanged changed:
                OnRoleChanged(changed);
                break;
            default:
                throw new InvariantBrokenException("CoreAssertion", $"{Id}: the shell does not know {effect}");
        }
    }

    private void Send(RaftMessage message)
    {
        _world.Invariants.OnSend(this, message);
        _world.Network.Send(message, Index, _world.IndexOf(message.To));
    }

    private void Write(Persist persist)
    {
        foreach (var written in persist.Events)
        {
            if (written is SnapshotRecorded recorded)
            {
                _world.Invariants.Snapshots.OnRecord(this, recorded);
            }
        }

        if (Disk.TryWrite(persist.Sequence, persist.Events))
        {
            StartSync();
        }
        else
        {
            Stop("its disk is full", _random.Between(200 * Duration.Millisecond, 1000 * Duration.Millisecond));
        }
    }

    private void Set(SetTimer timer)
    {
        // The number names the setting, and in its lowest bits the timer.
        var number = (++_nextTimerSetting << 2) | (long)timer.Timer;
        _timerSettings[(int)timer.Timer] = number;
        _world.Schedule(_world.Now + Clock.RealTime(timer.After), new SimulatedEvent(EventKind.Timer, Index, Life, null, number));
    }

    private void OnReply(Reply reply)
    {
        if (_requests.Remove(reply.Request.Value, out var attempt))
        {
            if (reply.Failure is Rejected)
            {
                _world.Invariants.OnRejected(this, attempt);
            }

            _world.Network.Answer(Index, attempt, new Answer(default, reply.Failure, 0));
        }
    }

    private void OnDone(Done done)
    {
        if (_requests.Remove(done.Request.Value, out var attempt))
        {
            _world.Statistics.Transfers++;
            _world.Network.Answer(Index, attempt, new Answer(default, null, 0));
        }
    }

    private void Reject(long request, RejectionReason reason) =>
        OnReply(new Reply(new RequestId(request), new Rejected(Core!.CurrentTerm, Core.Leader, reason)));

    private void HandToStateMachine(RaftEffect effect)
    {
        _forStateMachine.Enqueue(effect);
        if (_forStateMachine.Count == 1)
        {
            ScheduleStateMachine();
        }
    }

    private void ScheduleStateMachine() => _world.Schedule(
        _world.Now + (20 * Duration.Microsecond) + _random.Exponential(MeanApplyTime),
        new SimulatedEvent(EventKind.StateMachine, Index, Life));

    private void RunStateMachine()
    {
        var life = Life;
        LogIndex? applied = null;
        while (_forStateMachine.TryDequeue(out var effect))
        {
            if (effect is Apply apply)
            {
                applied = ApplyAll(apply);
            }
            else if (effect is RestoreSnapshot restore)
            {
                applied = Restore(restore.Snapshot) ?? applied;
            }
            else if (effect is TakeSnapshot take)
            {
                Capture(take);
            }
            else if (effect is Serve serve && _requests.Remove(serve.Request.Value, out var attempt))
            {
                _world.Invariants.Reads.OnServe(this, attempt, serve);
                _world.Network.Answer(Index, attempt, new Answer(StateMachine.Read(attempt.Input!.Key), null, StateMachine.LastIndex));
            }
        }

        if (applied is { } upTo && Life == life)
        {
            Step(new Applied(LocalTime, upTo));
        }
    }

    private LogIndex ApplyAll(Apply apply)
    {
        foreach (var committed in apply.Entries)
        {
            var entry = committed.Entry;
            var origin = _world.AttemptOf(entry.Payload);
            _world.Invariants.BeforeApply(this, entry);
            var outcome = StateMachine.Apply(entry, origin?.Input);
            NoteSession(entry, origin, outcome);
            _world.Invariants.AfterApply(this, entry);
            if (committed.Request is { } request && _requests.Remove(request.Value, out var attempt))
            {
                _world.Network.Answer(Index, attempt, AnswerTo(attempt, entry, outcome));
            }
        }

        return apply.Entries[^1].Entry.Index;
    }

    private void NoteSession(LogEntry entry, Attempt? origin, Outcome outcome)
    {
        if (entry.Payload is not SessionCommand command)
        {
            return;
        }

        _world.Invariants.Sessions.OnUse(this, entry, command, outcome.Verdict == SessionVerdict.Expired);
        if (outcome.Verdict == SessionVerdict.New)
        {
            _world.Invariants.Once.OnEffect(this, origin!, entry, outcome.Output);
        }
    }

    private Answer AnswerTo(Attempt attempt, LogEntry entry, Outcome outcome)
    {
        if (outcome.Verdict is not (null or SessionVerdict.New or SessionVerdict.Answered))
        {
            return new Answer(default, new Rejected(Core!.CurrentTerm, Core.Leader, RejectionReason.SessionExpired), 0);
        }

        if (attempt.Input is not null)
        {
            _world.Invariants.OnAcknowledged(this, attempt, entry);
        }

        if (outcome.Verdict is not null)
        {
            _world.Invariants.Once.OnSessionAnswer(this, attempt, outcome.Output);
        }

        return new Answer(outcome.Output, null, entry.Index.Value);
    }
}
