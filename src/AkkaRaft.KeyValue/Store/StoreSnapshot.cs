using System.Buffers.Binary;
using System.Text;

namespace AkkaRaft.KeyValue;

/// <summary>
/// The store's state at one moment, to be written as a snapshot: the format's number, then the parts in order, then the digest, which a
/// reader of the snapshot checks. Items are written one by one, so a large state takes no further memory.
/// </summary>
internal sealed record StoreSnapshot(
    long Revision,
    long RevisionOffset,
    TimeSpan Now,
    CopyOnWriteTree<string, KeyItem, OrdinalOrder>.Captured Items,
    CopyOnWriteTree<long, Lease, NumericOrder>.Captured Leases,
    WatchHistory.Captured History,
    UInt128 Digest) : IStateCapture
{
    /// <summary>The latest format.</summary>
    public const byte LatestFormat = 3;

    /// <summary>
    /// The format of programs whose values are text only. It has the layout of the latest one. A state whose values are all text is written
    /// in it, so that such a program can read the snapshot.
    /// </summary>
    public const byte TextFormat = 2;

    /// <summary>The format before there was a revision offset.</summary>
    public const byte FirstFormat = 1;

    public const int BufferBytes = 64 * 1024;
    public const int DigestBytes = 16;

    private bool HasTextOnly =>
        Items.From("").All(item => item.Value.Value.IsText) && History.Events.All(stored => stored.Item?.Value.IsText != false);

    public void WriteTo(Stream target)
    {
        using var writer = new BinaryWriter(new BufferedStream(target, BufferBytes), Encoding.UTF8, leaveOpen: true);
        writer.Write(HasTextOnly ? TextFormat : LatestFormat);
        writer.Write7BitEncodedInt64(Revision);
        writer.Write7BitEncodedInt64(RevisionOffset);
        writer.Write7BitEncodedInt64(Now.Ticks);
        WriteLeases(writer);
        WriteItems(writer);
        WriteHistory(writer);
        Span<byte> digest = stackalloc byte[DigestBytes];
        BinaryPrimitives.WriteUInt128LittleEndian(digest, Digest);
        writer.Write(digest);
        writer.Flush();
    }

    public void Dispose()
    {
    }

    private void WriteLeases(BinaryWriter writer)
    {
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
    }

    private void WriteItems(BinaryWriter writer)
    {
        writer.Write7BitEncodedInt64(Items.Count);
        foreach (var (key, item) in Items.From(""))
        {
            writer.Write(key);
            Write(writer, item);
        }
    }

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
