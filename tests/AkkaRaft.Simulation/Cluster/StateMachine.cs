using AkkaRaft.Core;
using AkkaRaft.TestKit.Linearizability;

namespace AkkaRaft.Simulation;

/// <summary>
/// A server's registers, and a hash over all that was applied and answered, which must be equal on all servers at the same index. It can
/// be captured between two entries, and begun anew from what was captured.
/// </summary>
internal sealed class StateMachine(ClusterConfiguration bootstrap)
{
    private static readonly RegisterModel Model = new();
    private readonly SortedDictionary<string, RegisterState> _registers = new(StringComparer.Ordinal);

    public long LastIndex { get; private set; }

    public Term LastTerm { get; private set; }

    /// <summary>The configuration in force at the last applied entry.</summary>
    public ClusterConfiguration Configuration { get; private set; } = bootstrap;

    public ulong Hash { get; private set; } = 14695981039346656037;

    /// <summary>Applies an entry; the input is null for one that is not a command.</summary>
    public RegisterOutput Apply(LogEntry entry, RegisterInput? input)
    {
        LastIndex = entry.Index.Value;
        LastTerm = entry.Term;
        if (entry.Payload is ConfigurationChange change)
        {
            Configuration = change.Configuration;
        }

        RegisterOutput output = default;
        if (input is not null)
        {
            (var state, output) = Model.Apply(_registers.GetValueOrDefault(input.Key), input);
            _registers[input.Key] = state;
        }

        Hash = Mix(Mix(Mix(Hash, (ulong)entry.Index.Value), (ulong)entry.Term.Value), output.Succeeded ? 1UL : 0UL);
        return output;
    }

    public RegisterOutput Read(string key) => RegisterOutput.Of(_registers.GetValueOrDefault(key).Value);

    /// <summary>The state behind the last applied entry, as a snapshot's file holds it.</summary>
    public (SnapshotMetadata Snapshot, byte[] Content) Capture()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(LastIndex);
        writer.Write(Hash);
        writer.Write(_registers.Count);
        foreach (var (key, state) in _registers)
        {
            writer.Write(key);
            writer.Write(state.Value is not null);
            writer.Write(state.Value ?? "");
        }

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
            var key = reader.ReadString();
            var isSet = reader.ReadBoolean();
            var value = reader.ReadString();
            _registers.Add(key, new RegisterState(isSet ? value : null));
        }
    }

    private static ulong Mix(ulong hash, ulong value) => (hash ^ value) * 1099511628211;
}
