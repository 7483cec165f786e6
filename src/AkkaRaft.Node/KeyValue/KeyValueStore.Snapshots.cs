using System.Text;

namespace AkkaRaft.Node.KeyValue;

/// <summary>The store's state on its way into a snapshot and back: a version, the number of items, each of them, and the digest.</summary>
public sealed partial class KeyValueStore : ISnapshotStateMachine
{
    private const int SnapshotVersion = 1;

    /// <inheritdoc />
    public IStateCapture Capture() => new StateCapture(_items.View(), _digest);

    /// <inheritdoc />
    public void Restore(Stream source)
    {
        using var reader = new BinaryReader(source, Encoding.UTF8, leaveOpen: true);
        var version = reader.ReadInt32();
        if (version is < 1 or > SnapshotVersion)
        {
            throw new InvalidDataException(
                $"The state is in version {version}, and this key-value store reads up to {SnapshotVersion}: a newer one wrote it.");
        }

        for (var left = reader.ReadInt64(); left > 0; left--)
        {
            var (key, value, revision) = (reader.ReadString(), reader.ReadString(), reader.ReadInt64());
            Put(key, new Item(value, revision));
        }

        if (new UInt128(reader.ReadUInt64(), reader.ReadUInt64()) != _digest)
        {
            throw new InvalidDataException("The state's digest is not that of the items that came with it.");
        }
    }

    private sealed class StateCapture(OrderedMapView<Item> items, UInt128 digest) : IStateCapture
    {
        public void WriteTo(Stream target)
        {
            using var writer = new BinaryWriter(target, Encoding.UTF8, leaveOpen: true);
            writer.Write(SnapshotVersion);
            writer.Write((long)items.Count);
            foreach (var (key, item) in items.From(""))
            {
                writer.Write(key);
                writer.Write(item.Value);
                writer.Write(item.Revision);
            }

            writer.Write((ulong)(digest >> 64));
            writer.Write((ulong)digest);
        }

        public void Dispose()
        {
        }
    }
}
