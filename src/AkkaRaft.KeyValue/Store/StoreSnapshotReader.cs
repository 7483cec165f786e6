using System.Buffers.Binary;
using System.Text;

namespace AkkaRaft.KeyValue;

/// <summary>Reads a state that <see cref="StoreSnapshot"/> has written, item by item, and checks its digest.</summary>
internal static class StoreSnapshotReader
{
    /// <exception cref="InvalidDataException">The bytes are damaged, or a newer program has written them.</exception>
    public static StoreState Read(Stream source, KeyValueLimits limits)
    {
        try
        {
            using var reader = new BinaryReader(new BufferedStream(source, StoreSnapshot.BufferBytes), Encoding.UTF8, leaveOpen: true);
            var state = ReadState(reader, limits);
            var digest = BinaryPrimitives.ReadUInt128LittleEndian(reader.ReadBytes(StoreSnapshot.DigestBytes));
            return digest == state.Hash
                ? state
                : throw new InvalidDataException(
                    $"The state reads as one with the digest {state.Hash:x32}, and was written with {digest:x32}.");
        }
        catch (Exception cause) when (cause is EndOfStreamException or FormatException or ArgumentException)
        {
            throw new InvalidDataException($"The state cannot be read: {cause.Message}", cause);
        }
    }

    private static StoreState ReadState(BinaryReader reader, KeyValueLimits limits)
    {
        var format = reader.ReadByte();
        if (format is 0 or > StoreSnapshot.LatestFormat)
        {
            throw new InvalidDataException(
                $"The state is in format {format}, and this program reads up to {StoreSnapshot.LatestFormat}:"
                    + " it was written by a newer one.");
        }

        var state = new StoreState(limits);
        var revision = reader.Read7BitEncodedInt64();
        var revisionOffset = format == StoreSnapshot.FirstFormat ? 0 : reader.Read7BitEncodedInt64();
        state.RestoreNumbers(revision, revisionOffset, TimeSpan.FromTicks(reader.Read7BitEncodedInt64()));
        ReadLeases(reader, state.Leases);
        for (var left = reader.Read7BitEncodedInt64(); left > 0; left--)
        {
            var key = reader.ReadString();
            state.RestoreItem(key, ReadItem(reader));
        }

        ReadHistory(reader, state.History);
        return state;
    }

    private static void ReadLeases(BinaryReader reader, LeaseTable leases)
    {
        for (var left = reader.Read7BitEncodedInt64(); left > 0; left--)
        {
            var id = reader.Read7BitEncodedInt64();
            var timeToLive = TimeSpan.FromTicks(reader.Read7BitEncodedInt64());
            var hasDeadline = reader.ReadBoolean();
            leases.Put(id, new Lease(timeToLive, hasDeadline ? TimeSpan.FromTicks(reader.Read7BitEncodedInt64()) : null));
        }
    }

    private static void ReadHistory(BinaryReader reader, WatchHistory history)
    {
        var first = reader.Read7BitEncodedInt64();
        history.Reset(first, reader.Read7BitEncodedInt64());
        for (var left = reader.Read7BitEncodedInt64(); left > 0; left--)
        {
            var kind = (KeyEventKind)reader.ReadByte();
            var key = reader.ReadString();
            var item = kind == KeyEventKind.Set ? ReadItem(reader) : null;
            history.Add(new StoredEvent(kind, item?.ModRevision ?? reader.Read7BitEncodedInt64(), key, item));
        }
    }

    private static KeyItem ReadItem(BinaryReader reader)
    {
        var value = ReadValue(reader);
        var createRevision = reader.Read7BitEncodedInt64();
        var modRevision = reader.Read7BitEncodedInt64();
        return new KeyItem(value, createRevision, modRevision, reader.Read7BitEncodedInt64(), reader.Read7BitEncodedInt64());
    }

    /// <summary>Reads a value. A damaged length may be huge, so memory grows only with the bytes that are there.</summary>
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

        var bytes = new byte[Math.Min(length, StoreSnapshot.BufferBytes)];
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
}
