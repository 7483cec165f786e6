using System.Runtime.Serialization;
using AkkaRaft.Core;
using Google.Protobuf;

namespace AkkaRaft.Serialization;

/// <summary>Turns what several conversations share into its schema and back.</summary>
internal static class CommonSchema
{
    public static Proto.Payload Write(Client.Payload payload) => WritePayload(payload.SerializerId, payload.Manifest, payload.Data);

    public static Client.Payload Read(Proto.Payload payload) => new(payload.SerializerId, payload.Manifest, payload.Data.Memory);

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
            result[i] = new LogEntry(new LogIndex(firstIndex + i), new Term(entries[i].Term), ReadPayload(entries[i]));
        }

        return result;
    }

    public static Proto.Configuration Write(ClusterConfiguration configuration)
    {
        var result = new Proto.Configuration();
        result.Voters.Add(configuration.Voters.Select(server => server.Value));
        result.OutgoingVoters.Add(configuration.OutgoingVoters.Select(server => server.Value));
        result.Learners.Add(configuration.Learners.Select(server => server.Value));
        foreach (var (server, address) in configuration.Addresses)
        {
            result.Addresses.Add(server.Value, address);
        }

        return result;
    }

    public static ClusterConfiguration Read(Proto.Configuration configuration) => new(
        configuration.Voters.Select(server => new ServerId(server)),
        configuration.OutgoingVoters.Select(server => new ServerId(server)),
        configuration.Learners.Select(server => new ServerId(server)),
        configuration.Addresses.Select(pair => KeyValuePair.Create(new ServerId(pair.Key), pair.Value)));

    private static Proto.Entry Write(LogEntry entry)
    {
        var result = new Proto.Entry { Term = entry.Term.Value };
        switch (entry.Payload)
        {
            case NoOp:
                result.NoOp = true;
                break;
            case Command command:
                result.Command = WritePayload(command.SerializerId, command.Manifest, command.Data);
                break;
            case ConfigurationChange change:
                result.Configuration = Write(change.Configuration);
                break;
            default:
                throw new SerializationException($"An entry cannot carry {entry.Payload.GetType()}.");
        }

        return result;
    }

    private static EntryPayload ReadPayload(Proto.Entry entry) => entry.ContentCase switch
    {
        Proto.Entry.ContentOneofCase.NoOp => NoOp.Instance,
        Proto.Entry.ContentOneofCase.Command => new Command(entry.Command.SerializerId, entry.Command.Manifest, entry.Command.Data.Memory),
        Proto.Entry.ContentOneofCase.Configuration => new ConfigurationChange(Read(entry.Configuration)),
        _ => throw new SerializationException("An entry carries what this version does not know: a newer one wrote it."),
    };

    private static Proto.Payload WritePayload(int serializerId, string manifest, ReadOnlyMemory<byte> data) =>
        new() { SerializerId = serializerId, Manifest = manifest, Data = UnsafeByteOperations.UnsafeWrap(data) };
}
