using System.Runtime.Serialization;
using Akka.Actor;
using AkkaRaft.Backups;
using AkkaRaft.Client;
using AkkaRaft.Core;
using AkkaRaft.Serialization;

namespace AkkaRaft.Server;

/// <summary>
/// Runs the user's state machine, off the protocol's mailbox: applies committed entries in order, and answers clients itself. A query
/// stands in its mailbox behind the entries that it must see.
/// </summary>
internal sealed class StateMachineActor : ReceiveActor, IWithTimers, IWithUnboundedStash
{
    private readonly PayloadCodec _codec;
    private readonly ReplicatedState _state;
    private readonly StateReplies _replies;
    private readonly BackupService _backups;
    private readonly QueryRunner _queries;
    private readonly WaitingQueries _waiting;
    private readonly SnapshotRestorer _restorer;

    public StateMachineActor(RaftSettings settings, Func<IStateMachine> stateMachine)
    {
        var self = Self;
        _codec = new PayloadCodec(Context.System, settings.AllowJsonPayloads);
        var results = new ResultEncoder(settings, _codec);
        _state = new ReplicatedState(stateMachine(), settings.ClusterId, _codec, results);
        _replies = new StateReplies(new ReplyBatcher(settings), Context.Parent);
        _backups = new BackupService(settings, _state, () => self.Tell(BackupWritten.Instance, self));
        _queries = new QueryRunner(_state, _backups, results);
        _waiting = new WaitingQueries(settings, _queries, _state, _replies, self, Context.System.Scheduler, () => Timers);
        _restorer = new SnapshotRestorer(settings, stateMachine, self);
        Receive<ApplyEntries>(OnApply);
        Receive<ServeQueries>(OnServe);
        Receive<WaitIsOver>(_ => _waiting.OnWaitOver());
        Receive<RunWaitingQueries>(_ => _waiting.OnRunDue());
        Receive<AddDigest>(OnAddDigest);
        Receive<StateBegins>(OnBegins);
        Receive<CaptureState>(OnCapture);
        Receive<RestoreState>(OnRestore);
        Receive<BackupWritten>(_ => _waiting.Run());
    }

    /// <inheritdoc />
    public ITimerScheduler Timers { get; set; } = null!;

    /// <inheritdoc />
    public IStash Stash { get; set; } = null!;

    public static Props PropsOf(RaftSettings settings, Func<IStateMachine> stateMachine) =>
        Props.Create(() => new StateMachineActor(settings, stateMachine))
            .WithDispatcher(settings.StateMachineDispatcher).WithMailbox("akka-raft.guarded-mailbox");

    /// <inheritdoc />
    protected override void PostStop()
    {
        _restorer.Stop();
        _backups.Stop();
        base.PostStop();
    }

    private void OnBegins(StateBegins begins)
    {
        _state.Begin(begins.Configuration);
        _replies.History = _state.History;
    }

    private void OnApply(ApplyEntries apply)
    {
        _replies.Term = apply.Term;
        CrashPoint.Reached(CrashPoint.BeforeApply);
        foreach (var (entry, proposal) in apply.Entries)
        {
            var answer = _state.Apply(entry, proposal, apply.Term);
            _replies.History = _state.History;
            if (proposal is not null)
            {
                _replies.Add(proposal.Client, proposal.Request.Id, answer!, proposal.Request.MaxAnswerBytes);
            }
        }

        CrashPoint.Reached(CrashPoint.AfterApply);
        _waiting.RunLater();
        _replies.Flush();
        CrashPoint.Reached(CrashPoint.AfterAnswer);
        TellApplied();
    }

    private void TellApplied() => Context.Parent.Tell(new EntriesApplied(_state.LastApplied, _state.NeedsTime));

    private void OnServe(ServeQueries serve)
    {
        _replies.Term = serve.Term;
        if (_state.LastApplied < serve.ReadIndex)
        {
            throw new InvariantViolationException($"Queries that must see {serve.ReadIndex} came when {_state.LastApplied} was applied.");
        }

        foreach (var query in serve.Queries)
        {
            _replies.Add(query.Client, query.Id, AnswerTo(query), query.MaxAnswerBytes);
        }

        _replies.Flush();
    }

    private Answer AnswerTo(PendingQuery query)
    {
        try
        {
            var decoded = _codec.Decode(query.Payload);
            return _queries.Run(decoded) ?? _waiting.Add(query, decoded);
        }
        catch (SerializationException cause)
        {
            return new NoResultAnswer(0, _state.LastApplied, cause.Message);
        }
    }

    private void OnAddDigest(AddDigest request)
    {
        var applied = _state.LastApplied;
        var status = request.Answer.Status with { Digest = _state.Digest, DigestIndex = applied, LastApplied = applied };
        request.Client.Tell(request.Answer with { Status = status }, Context.Parent);
    }

    private void OnCapture(CaptureState request)
    {
        if (!_state.HasSnapshots)
        {
            Context.Parent.Tell(StateNotCaptured.Instance);
            return;
        }

        if (_state.LastApplied < request.AtLeast)
        {
            throw new InvariantViolationException(
                $"The state of {request.AtLeast} is to be captured, and {_state.LastApplied} was applied.");
        }

        request.Store.Tell(_state.Capture(), Context.Parent);
    }

    private void OnRestore(RestoreState request)
    {
        _restorer.Begin(request.Snapshot);
        BecomeStacked(() =>
        {
            Receive<StateRestored>(OnRestored);
            Receive<StateNotRestored>(failed => throw new InvalidDataException(failed.Why, failed.Cause));
            ReceiveAny(_ => Stash.Stash());
        });
    }

    private void OnRestored(StateRestored restored)
    {
        _state.Replace(restored.Snapshot, restored.Machine, restored.Sessions);
        _replies.History = _state.History;
        CrashPoint.Reached(CrashPoint.AfterRestore);
        UnbecomeStacked();
        Stash.UnstashAll();
        _waiting.Run();
        TellApplied();
    }

    /// <summary>A backup is written, or has failed.</summary>
    private sealed class BackupWritten
    {
        public static readonly BackupWritten Instance = new();
    }
}
