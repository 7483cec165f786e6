using System.Runtime.Serialization;
using Akka.Actor;
using AkkaRaft.Client;
using AkkaRaft.Core;
using AkkaRaft.Serialization;

namespace AkkaRaft.Server;

/// <summary>
/// Runs the user's state machine, off the protocol's mailbox: applies committed entries in order, and answers clients itself. A query
/// stands in its mailbox behind the entries that it must see.
/// </summary>
internal sealed class StateMachineActor : ReceiveActor
{
    private readonly RaftSettings _settings;
    private readonly IStateMachine _stateMachine;
    private readonly PayloadCodec _codec;
    private readonly AnswerBox _answers;

    /// <summary>Index of the last entry given to the state machine; entries come without a gap.</summary>
    private LogIndex _lastApplied = LogIndex.Zero;

    public StateMachineActor(RaftSettings settings, Func<IStateMachine> stateMachine)
    {
        _settings = settings;
        _stateMachine = stateMachine();
        _codec = new PayloadCodec(Context.System, settings.AllowJsonPayloads);
        _answers = new AnswerBox(settings.ServerId, settings.MaxAnswerBytes);
        Receive<ApplyEntries>(OnApply);
        Receive<ServeQueries>(OnServe);
        Receive<AddDigest>(OnAddDigest);
    }

    private void OnApply(ApplyEntries apply)
    {
        CrashPoint.Reached(CrashPoint.BeforeApply);
        foreach (var (entry, proposal) in apply.Entries)
        {
            if (entry.Index != _lastApplied.Next)
            {
                throw new InvariantViolationException($"Entry {entry.Index} is to be applied behind {_lastApplied}.");
            }

            var result = entry.Payload is Command command ? Apply(entry.Index, command, proposal) : null;
            _lastApplied = entry.Index;
            if (proposal is not null)
            {
                _answers.Add(proposal.Client, AnswerWith(proposal.Id, entry.Index, result), apply.Term, Context.Parent);
            }
        }

        CrashPoint.Reached(CrashPoint.AfterApply);
        _answers.Flush(apply.Term, Context.Parent);
        CrashPoint.Reached(CrashPoint.AfterAnswer);
        Context.Parent.Tell(new EntriesApplied(_lastApplied));
    }

    private object? Apply(LogIndex index, Command command, PendingProposal? proposal)
    {
        var decoded = proposal?.Decoded ?? _codec.Decode(command.SerializerId, command.Manifest, command.Data);
        return _stateMachine.Apply(index, decoded);
    }

    private void OnServe(ServeQueries serve)
    {
        if (_lastApplied < serve.ReadIndex)
        {
            throw new InvariantViolationException($"Queries that must see {serve.ReadIndex} came when {_lastApplied} was applied.");
        }

        foreach (var query in serve.Queries)
        {
            _answers.Add(query.Client, AnswerTo(query), serve.Term, Context.Parent);
        }

        _answers.Flush(serve.Term, Context.Parent);
    }

    private Answer AnswerTo(PendingQuery query)
    {
        object? result;
        try
        {
            result = _stateMachine.Query(_codec.Decode(query.Payload));
        }
        catch (Exception cause)
        {
            // A query changes nothing, so its failure is the client's to hear and no reason to stop.
            return new NoResultAnswer(query.Id, _lastApplied, $"the query failed: {cause.GetType().Name}: {cause.Message}");
        }

        return AnswerWith(query.Id, _lastApplied, result);
    }

    private Answer AnswerWith(long id, LogIndex index, object? result)
    {
        if (result is null)
        {
            return new ResultAnswer(id, index, null);
        }

        try
        {
            var answer = new ResultAnswer(id, index, _codec.Encode(result));
            return answer.SizeBytes <= _settings.MaxAnswerBytes
                ? answer
                : new NoResultAnswer(
                    id, index, $"the result has {answer.SizeBytes} bytes, and {_settings.MaxAnswerBytes} fit into a frame");
        }
        catch (SerializationException cause)
        {
            return new NoResultAnswer(id, index, cause.Message);
        }
    }

    private void OnAddDigest(AddDigest request)
    {
        var digest = (_stateMachine as IStateDigest)?.Digest;
        var status = request.Answer.Status with { Digest = digest, DigestIndex = _lastApplied, LastApplied = _lastApplied };
        request.Client.Tell(request.Answer with { Status = status }, Context.Parent);
    }
}
