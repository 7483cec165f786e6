using System.Runtime.Serialization;
using AkkaRaft.Core;
using Google.Protobuf;

namespace AkkaRaft.Serialization;

/// <summary>Turns log entries into their schema and back.</summary>
internal static class EntrySchema
{
    public static void Write(IReadOnlyList<LogEntry> entries, Google.Protobuf.Collections.RepeatedField<Proto.Entry> target)
    {
        target.Capacity = entries.Count;
        foreach (var entry in entries)
        {
            target.Add(Write(entry));
        }
    }

    public static LogEntry[] Read(IReadOnlyList<Proto.Entry> entries, long firstIndex)
    {
        var result = new LogEntry[entries.Count];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = new LogEntry(Checked.Index(firstIndex + i), Checked.Term(entries[i].Term), ReadPayload(entries[i]));
        }

        return result;
    }

    private static Proto.Entry Write(LogEntry entry)
    {
        var result = new Proto.Entry { Term = entry.Term.Value };
        switch (entry.Payload)
        {
            case NoOp:
                result.NoOp = true;
                break;
            case Command command:
                result.Command = Write(command);
                break;
            case ConfigurationChange change:
                result.Configuration = CommonSchema.Write(change.Configuration);
                break;
            case OpenSession open:
                result.OpenSession = new Proto.OpenSession { Timeout = open.Timeout.Ticks, Id = open.Id?.Value ?? 0 };
                break;
            case CloseSession close:
                result.CloseSession = close.SessionId.Value;
                break;
            case SessionCommand command:
                result.SessionCommand = new Proto.SessionCommand
                {
                    SessionId = command.SessionId.Value,
                    Sequence = command.Sequence,
                    Acknowledged = command.Acknowledged,
                    Command = Write(command.Command),
                };
                break;
            case TimeEntry time:
                result.TimeEntry = time.Elapsed.Ticks;
                break;
            default:
                throw new SerializationException($"An entry cannot carry {entry.Payload.GetType()}.");
        }

        return result;
    }

    private static EntryPayload ReadPayload(Proto.Entry entry) => entry.ContentCase switch
    {
        Proto.Entry.ContentOneofCase.NoOp => NoOp.Instance,
        Proto.Entry.ContentOneofCase.Command => Read(entry.Command),
        Proto.Entry.ContentOneofCase.Configuration => new ConfigurationChange(CommonSchema.Read(entry.Configuration)),
        Proto.Entry.ContentOneofCase.OpenSession => new OpenSession(
            Checked.Time(entry.OpenSession.Timeout),
            entry.OpenSession.Id == 0 ? null : Checked.Session(entry.OpenSession.Id)),
        Proto.Entry.ContentOneofCase.CloseSession => new CloseSession(Checked.Session(entry.CloseSession)),
        Proto.Entry.ContentOneofCase.SessionCommand => new SessionCommand(
            Checked.Session(entry.SessionCommand.SessionId),
            Checked.Number(entry.SessionCommand.Sequence),
            Checked.Number(entry.SessionCommand.Acknowledged),
            Read(Checked.Present(entry.SessionCommand.Command))),
        Proto.Entry.ContentOneofCase.TimeEntry => new TimeEntry(Checked.Time(entry.TimeEntry)),
        _ => throw new SerializationException("An entry carries what this version does not know: a newer one wrote it."),
    };

    private static Proto.Payload Write(Command command) => new()
    {
        SerializerId = command.SerializerId,
        Manifest = command.Manifest,
        Data = UnsafeByteOperations.UnsafeWrap(command.Data),
    };

    private static Command Read(Proto.Payload payload) => new(payload.SerializerId, payload.Manifest, payload.Data.Memory);
}
