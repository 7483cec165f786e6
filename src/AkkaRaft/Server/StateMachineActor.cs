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
internal sealed partial class StateMachineActor : ReceiveActor, IWithTimers
{
    private readonly RaftSettings _settings;
    private readonly Func<IStateMachine> _newStateMachine;
    private readonly PayloadCodec _codec;
    private readonly ReplyBatcher _answers;

    /// <summary>Another takes its place when a snapshot is restored.</summary>
    private IStateMachine _stateMachine;

    /// <summary>Index of the last entry given to the state machine; entries come without a gap.</summary>
    private LogIndex _lastApplied = LogIndex.Zero;

    /// <summary>The command that is being applied, for whoever is told that it cannot be.</summary>
    private object? _command;

    /// <summary>The server's term when it last gave work to this actor.</summary>
    private Term _term;

    /// <inheritdoc />
    public ITimerScheduler Timers { get; set; } = null!;

    public StateMachineActor(RaftSettings settings, Func<IStateMachine> stateMachine)
    {
        _settings = settings;
        _newStateMachine = stateMachine;
        _stateMachine = stateMachine();
        _codec = new PayloadCodec(Context.System, settings.AllowJsonPayloads);
        _answers = new ReplyBatcher(settings);
        Receive<ApplyEntries>(OnApply);
        Receive<ServeQueries>(OnServe);
        Receive<WaitIsOver>(_ => EndWaits());
        Receive<EntriesWereApplied>(_ => OnEntriesWereApplied());
        Receive<AddDigest>(OnAddDigest);
        MindsSnapshots();
        MindsBackups();
    }

    public static Props PropsOf(RaftSettings settings, Func<IStateMachine> stateMachine) =>
        Props.Create(() => new StateMachineActor(settings, stateMachine))
            .WithDispatcher(settings.StateMachineDispatcher).WithMailbox("akka-raft.guarded-mailbox");

    private void OnApply(ApplyEntries apply)
    {
        _term = apply.Term;
        CrashPoint.Reached(CrashPoint.BeforeApply);
        foreach (var (entry, proposal) in apply.Entries)
        {
            if (entry.Index != _lastApplied.Next)
            {
                throw new InvariantViolationException($"Entry {entry.Index} is to be applied behind {_lastApplied}.");
            }

            var answer = TryApply(entry, proposal);
            _lastApplied = entry.Index;
            NoteApplied(entry);
            if (proposal is not null)
            {
                _answers.Add(
                    proposal.Client,
                    answer! with { Id = proposal.Request.Id },
                    apply.Term,
                    Context.Parent,
                    proposal.Request.MaxAnswerBytes);
            }
        }

        CrashPoint.Reached(CrashPoint.AfterApply);
        AskAgainLater();
        _answers.Flush(apply.Term, Context.Parent);
        CrashPoint.Reached(CrashPoint.AfterAnswer);
        TellApplied();
    }

    private void TellApplied() => Context.Parent.Tell(new EntriesApplied(_lastApplied, NeedsTime));

    private Answer? TryApply(LogEntry entry, PendingProposal? proposal)
    {
        _command = null;
        try
        {
            return Apply(entry, proposal);
        }
        catch (Exception cause) when (cause is not InvariantViolationException)
        {
            throw new ApplyFailedException(entry, WordsFor(entry.Payload), cause);
        }
    }

    private string WordsFor(EntryPayload payload) => (_command, payload) switch
    {
        ({ } decoded, _) => $"a {decoded.GetType()}",
        (_, Command command) => $"a command of the serializer {command.SerializerId}, manifest '{command.Manifest}'",
        (_, SessionCommand { Command: var command }) => WordsFor(command),
        _ => $"a {payload.GetType().Name}",
    };

    /// <returns>The answer, or null where nobody needs one.</returns>
    private Answer? Apply(LogEntry entry, PendingProposal? proposal)
    {
        switch (entry.Payload)
        {
            case Command command:
                var result = Run(entry.Index, command, proposal);
                return proposal is null ? null : AnswerWith(entry.Index, result);
            case SessionCommand command:
                return ApplyOnce(entry.Index, command, proposal);
            case OpenSession open:
                var session = open.IdAt(entry.Index);
                _sessions.Open(session, open.Timeout);
                return proposal is null ? null : new ResultAnswer(0, entry.Index, null) { OpenedSession = session };
            case CloseSession close:
                _sessions.Close(close.SessionId);
                break;
            case TimeEntry tick:
                AdvanceTime(entry.Index, tick);
                break;
        }

        return proposal is null ? null : new ResultAnswer(0, entry.Index, null);
    }

    private object? Run(LogIndex index, Command command, PendingProposal? proposal)
    {
        _command = proposal?.Decoded ?? _codec.Decode(command.SerializerId, command.Manifest, command.Data);
        return _stateMachine.Apply(index, _command);
    }

    private void OnServe(ServeQueries serve)
    {
        _term = serve.Term;
        if (_lastApplied < serve.ReadIndex)
        {
            throw new InvariantViolationException($"Queries that must see {serve.ReadIndex} came when {_lastApplied} was applied.");
        }

        foreach (var query in serve.Queries)
        {
            Answer(query, AnswerTo(query));
        }

        _answers.Flush(serve.Term, Context.Parent);
    }

    private Answer AnswerTo(PendingQuery query)
    {
        try
        {
            var decoded = _codec.Decode(query.Payload);
            return Ask(decoded) ?? Wait(query, decoded);
        }
        catch (SerializationException cause)
        {
            return new NoResultAnswer(0, _lastApplied, cause.Message);
        }
    }

    /// <returns>The answer, or null if there is none yet.</returns>
    private Answer? Ask(object query)
    {
        object? result;
        try
        {
            result = query is BackupQuery backup ? Answer(backup) : _stateMachine.Query(query);
        }
        catch (Exception cause)
        {
            // A query changes nothing, so its failure is the client's to hear and no reason to stop.
            return new NoResultAnswer(0, _lastApplied, $"the query failed: {cause.GetType().Name}: {cause.Message}");
        }

        return result is BlockingQuery ? null : AnswerWith(_lastApplied, result);
    }

    private Answer AnswerWith(LogIndex index, object? result)
    {
        if (result is null)
        {
            return new ResultAnswer(0, index, null);
        }

        try
        {
            var answer = new ResultAnswer(0, index, _codec.Encode(result));
            return answer.SizeBytes <= _settings.MaxAnswerBytes
                ? answer
                : new NoResultAnswer(
                    0, index, $"the result has {answer.SizeBytes} bytes, and {_settings.MaxAnswerBytes} fit into a frame");
        }
        catch (SerializationException cause)
        {
            return new NoResultAnswer(0, index, cause.Message);
        }
    }

    private void OnAddDigest(AddDigest request)
    {
        var digest = (_stateMachine as IStateDigest)?.Digest;
        var status = request.Answer.Status with { Digest = digest, DigestIndex = _lastApplied, LastApplied = _lastApplied };
        request.Client.Tell(request.Answer with { Status = status }, Context.Parent);
    }
}
