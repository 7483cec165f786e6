using System.Buffers.Binary;
using System.Text;

namespace AkkaRaft.Node.KeyValue;

/// <summary>
/// The state as bytes: a version, then what there is in order, and at the end the digest, which whoever reads it must come to as well.
/// Items are written and read one by one, so that a large state takes no more memory than it has.
/// </summary>
public sealed partial class KeyValueStore
{
    private const byte SnapshotFormat = 3;

    /// <summary>
    /// The last format of programs that took all values for text. It is like today's, and written where all values are text, so that such a
    /// program can go on from it.
    /// </summary>
    private const byte FormatOfText = 2;

    private const int BufferBytes = 64 * 1024;
    private const int DigestBytes = 16;

    /// <inheritdoc />
    public IStateCapture Capture() => new Captured(
        _revision, _ahead, _now, _items.Capture(), _leases.Capture(), _history.Capture(), Hash);

    /// <inheritdoc />
    public void Restore(Stream source)
    {
        try
        {
            using var reader = new BinaryReader(new BufferedStream(source, BufferBytes), Encoding.UTF8, leaveOpen: true);
            var format = reader.ReadByte();
            if (format is 0 or > SnapshotFormat)
            {
                throw new InvalidDataException(
                    $"The state is in format {format}, and this program reads up to {SnapshotFormat}: it was written by a newer one.");
            }

            _revision = reader.Read7BitEncodedInt64();
            _ahead = format == 1 ? 0 : reader.Read7BitEncodedInt64();
            _now = TimeSpan.FromTicks(reader.Read7BitEncodedInt64());
            ReadLeases(reader);
            ReadItems(reader);
            ReadHistory(reader);
            var digest = BinaryPrimitives.ReadUInt128LittleEndian(reader.ReadBytes(DigestBytes));
            if (digest != Hash)
            {
                throw new InvalidDataException($"The state reads as one with the digest {Digest}, and was written with {digest:x32}.");
            }
        }
        catch (Exception cause) when (cause is EndOfStreamException or FormatException or ArgumentException)
        {
            throw new InvalidDataException($"The state cannot be read: {cause.Message}", cause);
        }
    }

    private void ReadLeases(BinaryReader reader)
    {
        _leases = new LeaseTable();
        for (var left = reader.Read7BitEncodedInt64(); left > 0; left--)
        {
            var id = reader.Read7BitEncodedInt64();
            var timeToLive = TimeSpan.FromTicks(reader.Read7BitEncodedInt64());
            var hasDeadline = reader.ReadBoolean();
            _leases.Put(id, new Lease(timeToLive, hasDeadline ? TimeSpan.FromTicks(reader.Read7BitEncodedInt64()) : null));
        }
    }

    private void ReadItems(BinaryReader reader)
    {
        _items = new CopyOnWriteTree<string, KeyItem, OrdinalOrder>();
        _itemsHash = 0;
        for (var left = reader.Read7BitEncodedInt64(); left > 0; left--)
        {
            var key = reader.ReadString();
            var item = ReadItem(reader);
            _items.Slot(key) = item;
            _itemsHash += item.HashWith(key);
            Attach(key, 0, item.Lease);
        }
    }

    private void ReadHistory(BinaryReader reader)
    {
        var first = reader.Read7BitEncodedInt64();
        _history.Reset(first, reader.Read7BitEncodedInt64());
        for (var left = reader.Read7BitEncodedInt64(); left > 0; left--)
        {
            var kind = (KeyEventKind)reader.ReadByte();
            var key = reader.ReadString();
            var item = kind == KeyEventKind.Set ? ReadItem(reader) : null;
            _history.Add(new StoredEvent(kind, item?.ModRevision ?? reader.Read7BitEncodedInt64(), key, item));
        }
    }

    private static KeyItem ReadItem(BinaryReader reader)
    {
        var value = ReadValue(reader);
        var createRevision = reader.Read7BitEncodedInt64();
        var modRevision = reader.Read7BitEncodedInt64();
        return new KeyItem(value, createRevision, modRevision, reader.Read7BitEncodedInt64(), reader.Read7BitEncodedInt64());
    }

    // A damaged length may be any: no more memory is taken than there are bytes, and a part.
    private static ValueBytes ReadValue(BinaryReader reader)
    {
        var length = reader.Read7BitEncodedInt();
        if (length < 0)
        {
            throw new InvalidDataException($"A value has the length {length}.");
        }

        if (length == 0)
        {
            return ValueBytes.Empty;
        }

        var bytes = new byte[Math.Min(length, BufferBytes)];
        for (var at = 0; ;)
        {
            reader.BaseStream.ReadExactly(bytes, at, bytes.Length - at);
            if (bytes.Length == length)
            {
                return bytes;
            }

            at = bytes.Length;
            Array.Resize(ref bytes, (int)Math.Min(length, 2L * at));
        }
    }

    /// <summary>The store at one moment.</summary>
    private sealed record Captured(
        long Revision,
        long Ahead,
        TimeSpan Now,
        CopyOnWriteTree<string, KeyItem, OrdinalOrder>.Captured Items,
        CopyOnWriteTree<long, Lease, NumericOrder>.Captured Leases,
        WatchHistory.Captured History,
        UInt128 Digest) : IStateCapture
    {
        public void WriteTo(Stream target)
        {
            using var writer = new BinaryWriter(new BufferedStream(target, BufferBytes), Encoding.UTF8, leaveOpen: true);
            writer.Write(HasTextOnly ? FormatOfText : SnapshotFormat);
            writer.Write7BitEncodedInt64(Revision);
            writer.Write7BitEncodedInt64(Ahead);
            writer.Write7BitEncodedInt64(Now.Ticks);
            writer.Write7BitEncodedInt64(Leases.Count);
            foreach (var (id, lease) in Leases.From(long.MinValue))
            {
                writer.Write7BitEncodedInt64(id);
                writer.Write7BitEncodedInt64(lease.TimeToLive.Ticks);
                writer.Write(lease.ExpiresAt is not null);
                if (lease.ExpiresAt is { } at)
                {
                    writer.Write7BitEncodedInt64(at.Ticks);
                }
            }

            writer.Write7BitEncodedInt64(Items.Count);
            foreach (var (key, item) in Items.From(""))
            {
                writer.Write(key);
                Write(writer, item);
            }

            WriteHistory(writer);
            Span<byte> digest = stackalloc byte[DigestBytes];
            BinaryPrimitives.WriteUInt128LittleEndian(digest, Digest);
            writer.Write(digest);
            writer.Flush();
        }

        public void Dispose()
        {
        }

        private bool HasTextOnly =>
            Items.From("").All(item => item.Value.Value.IsText) && History.Events.All(stored => stored.Item?.Value.IsText != false);

        private void WriteHistory(BinaryWriter writer)
        {
            writer.Write7BitEncodedInt64(History.First);
            writer.Write7BitEncodedInt64(History.CompactedRevision);
            writer.Write7BitEncodedInt64(History.Next - History.First);
            foreach (var stored in History.Events)
            {
                writer.Write((byte)stored.Kind);
                writer.Write(stored.Key);
                if (stored.Item is { } item)
                {
                    Write(writer, item);
                }
                else
                {
                    writer.Write7BitEncodedInt64(stored.Revision);
                }
            }
        }

        private static void Write(BinaryWriter writer, KeyItem item)
        {
            writer.Write7BitEncodedInt(item.Value.Length);
            writer.Write(item.Value.Span);
            writer.Write7BitEncodedInt64(item.CreateRevision);
            writer.Write7BitEncodedInt64(item.ModRevision);
            writer.Write7BitEncodedInt64(item.Version);
            writer.Write7BitEncodedInt64(item.Lease);
        }
    }
}
