using AkkaRaft.Core;
using AkkaRaft.Core.Sessions;
using AkkaRaft.TestKit.Linearizability;

namespace AkkaRaft.Simulation;

/// <summary>What came of an entry.</summary>
/// <param name="Output">What it is answered with.</param>
/// <param name="Verdict">For a command in a session: what became of it.</param>
internal readonly record struct Outcome(RegisterOutput Output, SessionVerdict? Verdict);

/// <summary>
/// A server's registers and sessions, and a hash over all that was applied and answered, which must be equal on all servers at the same
/// index. It can be captured between two entries, and begun anew from what was captured.
/// </summary>
internal sealed class StateMachine(ClusterConfiguration bootstrap)
{
    private static readonly RegisterModel Model = new();
    private readonly SortedDictionary<string, RegisterState> _registers = new(StringComparer.Ordinal);
    private SessionTable<RegisterOutput> _sessions = new();

    public long LastIndex { get; private set; }

    public Term LastTerm { get; private set; }

    /// <summary>The configuration in force at the last applied entry.</summary>
    public ClusterConfiguration Configuration { get; private set; } = bootstrap;

    /// <summary>Whether something waits for replicated time to pass.</summary>
    public bool NeedsTime => _sessions.Count > 0;

    public TimeSpan Time => _sessions.ReplicatedTime;

    public ulong Hash { get; private set; } = 14695981039346656037;

    /// <summary>Applies an entry; the input is null for one that is not a command.</summary>
    public Outcome Apply(LogEntry entry, RegisterInput? input)
    {
        LastIndex = entry.Index.Value;
        LastTerm = entry.Term;
        var outcome = Apply(entry.Index, entry.Payload, input);
        var told = (outcome.Output.Succeeded ? 1UL : 0UL) + (2UL * (ulong)(outcome.Verdict is { } verdict ? (int)verdict + 1 : 0));
        Hash = Mix(Mix(Mix(Mix(Hash, (ulong)entry.Index.Value), (ulong)entry.Term.Value), told), (ulong)_sessions.Count);
        return outcome;
    }

    public RegisterOutput Read(string key) => RegisterOutput.Of(_registers.GetValueOrDefault(key).Value);

    /// <summary>The state behind the last applied entry, as a snapshot's file holds it.</summary>
    public (SnapshotMetadata Snapshot, byte[] Content) Capture(bool withSessions)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(LastIndex);
        writer.Write(Hash);
        writer.Write(_registers.Count);
        foreach (var (key, state) in _registers)
        {
            writer.Write(key);
            WriteText(writer, state.Value);
        }

        WriteSessions(writer, withSessions ? _sessions.Capture() : new SessionTable<RegisterOutput>().Capture());
        var content = stream.ToArray();
        var checksum = SnapshotFile.ChecksumOf(content);
        return (new SnapshotMetadata(new LogIndex(LastIndex), LastTerm, Configuration, content.Length, checksum), content);
    }

    /// <summary>Replaces the state by a snapshot's.</summary>
    public void Restore(SnapshotMetadata snapshot, byte[] content)
    {
        using var reader = new BinaryReader(new MemoryStream(content));
        LastIndex = reader.ReadInt64();
        Hash = reader.ReadUInt64();
        LastTerm = snapshot.LastIncludedTerm;
        Configuration = snapshot.Configuration;
        _registers.Clear();
        for (var count = reader.ReadInt32(); count > 0; count--)
        {
            _registers.Add(reader.ReadString(), new RegisterState(ReadText(reader)));
        }

        _sessions = new SessionTable<RegisterOutput>(ReadSessions(reader));
    }

    private Outcome Apply(LogIndex index, EntryPayload payload, RegisterInput? input)
    {
        switch (payload)
        {
            case Command when input is not null:
                return new Outcome(Change(input), null);
            case SessionCommand command when input is not null:
                return Apply(command, input);
            case ConfigurationChange change:
                Configuration = change.Configuration;
                break;
            case OpenSession open:
                _sessions.Open(open.IdAt(index), open.Timeout);
                break;
            case CloseSession close:
                _sessions.Close(close.SessionId);
                break;
            case TimeEntry tick:
                _sessions.AdvanceTime(tick.Elapsed);
                break;
        }

        return default;
    }

    private Outcome Apply(SessionCommand command, RegisterInput input)
    {
        var verdict = _sessions.Judge(command, out var output);
        if (verdict == SessionVerdict.New)
        {
            output = Change(input);
            _sessions.Keep(command, output);
        }

        return new Outcome(output, verdict);
    }

    private RegisterOutput Change(RegisterInput input)
    {
        var (state, output) = Model.Apply(_registers.GetValueOrDefault(input.Key), input);
        _registers[input.Key] = state;
        return output;
    }

    private static void WriteSessions(BinaryWriter writer, SessionsCapture<RegisterOutput> sessions)
    {
        writer.Write(sessions.ReplicatedTime.Ticks);
        writer.Write(sessions.Sessions.Count);
        foreach (var session in sessions.Sessions)
        {
            writer.Write(session.Id.Value);
            writer.Write(session.Timeout.Ticks);
            writer.Write(session.IdleSince?.Ticks ?? -1);
            writer.Write(session.Acknowledged);
            writer.Write(session.Answers.Count);
            foreach (var (sequence, answer) in session.Answers.OrderBy(each => each.Key))
            {
                writer.Write(sequence);
                writer.Write(answer.Succeeded);
                WriteText(writer, answer.Value);
            }
        }
    }

    private static SessionsCapture<RegisterOutput> ReadSessions(BinaryReader reader)
    {
        var clock = TimeSpan.FromTicks(reader.ReadInt64());
        var sessions = new SessionCapture<RegisterOutput>[reader.ReadInt32()];
        for (var i = 0; i < sessions.Length; i++)
        {
            var id = new SessionId(reader.ReadInt64());
            var timeout = TimeSpan.FromTicks(reader.ReadInt64());
            var idleSince = reader.ReadInt64();
            var acknowledged = reader.ReadInt64();
            var answers = new Dictionary<long, RegisterOutput>();
            for (var count = reader.ReadInt32(); count > 0; count--)
            {
                var sequence = reader.ReadInt64();
                var succeeded = reader.ReadBoolean();
                answers.Add(sequence, new RegisterOutput(ReadText(reader), succeeded));
            }

            sessions[i] = new SessionCapture<RegisterOutput>(
                id, timeout, idleSince < 0 ? null : TimeSpan.FromTicks(idleSince), acknowledged, answers);
        }

        return new SessionsCapture<RegisterOutput>(clock, sessions);
    }

    private static void WriteText(BinaryWriter writer, string? text)
    {
        writer.Write(text is not null);
        writer.Write(text ?? "");
    }

    private static string? ReadText(BinaryReader reader)
    {
        var isThere = reader.ReadBoolean();
        var text = reader.ReadString();
        return isThere ? text : null;
    }

    private static ulong Mix(ulong hash, ulong value) => (hash ^ value) * 1099511628211;
}
