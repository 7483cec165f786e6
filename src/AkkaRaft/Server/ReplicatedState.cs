using AkkaRaft.Client;
using AkkaRaft.Core;
using AkkaRaft.Core.Sessions;
using AkkaRaft.Serialization;
using AkkaRaft.Snapshots;

namespace AkkaRaft.Server;

/// <summary>The state that the log replicates: the user's state machine, the clients' sessions, and the place in the log.</summary>
/// <param name="initial">The state machine as it is before the first entry.</param>
/// <param name="clusterId">The cluster, for the headers of snapshots.</param>
/// <param name="codec">Decodes commands.</param>
/// <param name="results">Encodes results.</param>
internal sealed class ReplicatedState(IStateMachine initial, string clusterId, PayloadCodec codec, ResultEncoder results)
{
    /// <summary>The restore of a snapshot replaces it.</summary>
    private IStateMachine _machine = initial;

    /// <summary>The sessions, and the answers to their commands as they were first given; the numbers of answers mean nothing.</summary>
    private SessionTable<Answer> _sessions = new();

    /// <summary>The command that is being applied, for the message when it fails.</summary>
    private object? _command;

    /// <summary>Index of the last entry given to the state machine; entries come without a gap.</summary>
    public LogIndex LastApplied { get; private set; } = LogIndex.Zero;

    public Term LastTerm { get; private set; }

    public ClusterConfiguration Configuration { get; private set; } = ClusterConfiguration.Empty;

    /// <summary>The name of the cluster's history; 0 for none.</summary>
    public long History => Math.Max(0, Configuration.History);

    /// <summary>Whether sessions or the state machine wait for time to pass.</summary>
    public bool NeedsTime => _sessions.Count > 0 || _machine is ITimedStateMachine { NeedsTime: true };

    public bool HasSnapshots => _machine is ISnapshotStateMachine;

    public string? Digest => (_machine as IStateDigest)?.Digest;

    /// <summary>Notes the members that the log begins with.</summary>
    public void Begin(ClusterConfiguration configuration) => Configuration = configuration;

    /// <summary>Applies the next entry.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="proposal">The proposal that waits for its result, or null.</param>
    /// <param name="term">The server's term.</param>
    /// <returns>The answer, or null where no proposal waits.</returns>
    public Answer? Apply(LogEntry entry, PendingProposal? proposal, Term term)
    {
        if (entry.Index != LastApplied.Next)
        {
            throw new InvariantViolationException($"Entry {entry.Index} is to be applied behind {LastApplied}.");
        }

        _command = null;
        Answer? answer;
        try
        {
            answer = ApplyPayload(entry, proposal, term);
        }
        catch (Exception cause) when (cause is not InvariantViolationException)
        {
            throw new ApplyFailedException(entry, WordsFor(entry.Payload), cause);
        }

        LastApplied = entry.Index;
        LastTerm = entry.Term;
        if (entry.Payload is ConfigurationChange change)
        {
            ChangeConfiguration(entry.Index, change.Configuration);
        }

        return answer;
    }

    public object? Query(object query) => _machine.Query(query);

    /// <summary>Captures the state for a snapshot's file; the state machine must have snapshots.</summary>
    public WriteSnapshot Capture() => new(
        new SnapshotHeader(clusterId, LastApplied, LastTerm, Configuration),
        _sessions.Capture(),
        ((ISnapshotStateMachine)_machine).Capture());

    /// <summary>Replaces the state by a snapshot's.</summary>
    public void Replace(SnapshotMetadata snapshot, IStateMachine machine, SessionsCapture<Answer> sessions)
    {
        _machine = machine;
        _sessions = new SessionTable<Answer>(sessions);
        LastApplied = snapshot.LastIncludedIndex;
        LastTerm = snapshot.LastIncludedTerm;
        Configuration = snapshot.Configuration;
    }

    private void ChangeConfiguration(LogIndex index, ClusterConfiguration configuration)
    {
        var former = Configuration.History;
        Configuration = configuration;
        if (former != 0 && configuration.History > 0 && configuration.History != former)
        {
            (_machine as IHistoryStateMachine)?.BeginHistory(index);
        }
    }

    private Answer? ApplyPayload(LogEntry entry, PendingProposal? proposal, Term term)
    {
        switch (entry.Payload)
        {
            case Command command:
                var result = Run(entry.Index, command, proposal);
                return proposal is null ? null : results.Encode(entry.Index, result);
            case SessionCommand command:
                return ApplyOnce(entry.Index, command, proposal, term);
            case OpenSession open:
                var session = open.IdAt(entry.Index);
                _sessions.Open(session, open.Timeout);
                return proposal is null ? null : new ResultAnswer(0, entry.Index, null) { OpenedSession = session };
            case CloseSession close:
                _sessions.Close(close.SessionId);
                break;
            case TimeEntry time:
                AdvanceTime(entry.Index, time);
                break;
        }

        return proposal is null ? null : new ResultAnswer(0, entry.Index, null);
    }

    private Answer ApplyOnce(LogIndex index, SessionCommand command, PendingProposal? proposal, Term term)
    {
        switch (_sessions.Judge(command, out var answer))
        {
            case SessionVerdict.New:
                answer = results.Encode(index, Run(index, command.Command, proposal));
                _sessions.Keep(command, answer);
                return answer;
            case SessionVerdict.Answered:
                return answer!;
            case SessionVerdict.Forgotten:
                return new NoResultAnswer(0, index, "the client has acknowledged its answer");
            case SessionVerdict.TooFarAhead:
                return StateReplies.Refusal(term, RejectionReason.Overloaded);
            default:
                return StateReplies.Refusal(term, RejectionReason.SessionExpired);
        }
    }

    private object? Run(LogIndex index, Command command, PendingProposal? proposal)
    {
        _command = proposal?.Decoded ?? codec.Decode(command.SerializerId, command.Manifest, command.Data);
        return _machine.Apply(index, _command);
    }

    private void AdvanceTime(LogIndex index, TimeEntry time)
    {
        _sessions.AdvanceTime(time.Elapsed);
        if (_machine is ITimedStateMachine timed)
        {
            timed.AdvanceTime(index, _sessions.ReplicatedTime);
        }
    }

    private string WordsFor(EntryPayload payload) => (_command, payload) switch
    {
        ({ } decoded, _) => $"a {decoded.GetType()}",
        (_, Command command) => $"a command of the serializer {command.SerializerId}, manifest '{command.Manifest}'",
        (_, SessionCommand { Command: var command }) => WordsFor(command),
        _ => $"a {payload.GetType().Name}",
    };
}
