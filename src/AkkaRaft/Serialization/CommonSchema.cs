using System.Runtime.Serialization;
using AkkaRaft.Core;
using Google.Protobuf;

namespace AkkaRaft.Serialization;

/// <summary>Turns what several conversations share into its schema and back.</summary>
internal static class CommonSchema
{
    private const int ChecksumBytes = 32;

    public static Proto.Payload Write(Client.Payload payload) => new()
    {
        SerializerId = payload.SerializerId,
        Manifest = payload.Manifest,
        Data = UnsafeByteOperations.UnsafeWrap(payload.Data),
    };

    public static Client.Payload Read(Proto.Payload payload) => new(payload.SerializerId, payload.Manifest, payload.Data.Memory);

    public static Proto.Configuration Write(ClusterConfiguration configuration)
    {
        var result = new Proto.Configuration { History = configuration.History };
        result.Voters.Add(configuration.Voters.Select(server => server.Value));
        result.OutgoingVoters.Add(configuration.OutgoingVoters.Select(server => server.Value));
        result.Learners.Add(configuration.Learners.Select(server => server.Value));
        result.Promotable.Add(configuration.Promotable.Select(server => server.Value));
        foreach (var (server, address) in configuration.Addresses)
        {
            result.Addresses.Add(server.Value, address);
        }

        foreach (var (server, incarnation) in configuration.Incarnations)
        {
            result.Incarnations.Add(server.Value, incarnation);
        }

        return result;
    }

    /// <exception cref="SerializationException">The sets contradict each other.</exception>
    public static ClusterConfiguration Read(Proto.Configuration configuration)
    {
        try
        {
            return new ClusterConfiguration(
                configuration.Voters.Select(server => new ServerId(server)),
                configuration.OutgoingVoters.Select(server => new ServerId(server)),
                configuration.Learners.Select(server => new ServerId(server)),
                configuration.Addresses.Select(pair => KeyValuePair.Create(new ServerId(pair.Key), pair.Value)),
                configuration.Promotable.Select(server => new ServerId(server)),
                configuration.Incarnations.Select(pair => KeyValuePair.Create(new ServerId(pair.Key), Checked.Number(pair.Value))))
            {
                History = Checked.History(configuration.History),
            };
        }
        catch (ArgumentException cause)
        {
            throw new SerializationException($"A configuration makes no sense: {cause.Message}", cause);
        }
    }

    public static Proto.Snapshot Write(SnapshotMetadata snapshot) => new()
    {
        LastIncludedIndex = snapshot.LastIncludedIndex.Value,
        LastIncludedTerm = snapshot.LastIncludedTerm.Value,
        Configuration = Write(snapshot.Configuration),
        SizeBytes = snapshot.SizeBytes,
        Checksum = ByteString.CopyFrom(Convert.FromHexString(snapshot.Checksum)),
    };

    /// <exception cref="SerializationException">It is no snapshot's description.</exception>
    public static SnapshotMetadata Read(Proto.Snapshot? snapshot)
    {
        var present = Checked.Present(snapshot);
        if (present.Checksum.Length != ChecksumBytes)
        {
            throw new SerializationException($"A snapshot's checksum has {present.Checksum.Length} bytes instead of {ChecksumBytes}.");
        }

        return new SnapshotMetadata(
            Checked.Index(present.LastIncludedIndex),
            Checked.Term(present.LastIncludedTerm),
            Read(Checked.Present(present.Configuration)),
            Checked.Number(present.SizeBytes),
            Convert.ToHexStringLower(present.Checksum.Span));
    }
}
