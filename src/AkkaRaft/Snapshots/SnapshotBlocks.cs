using System.Buffers.Binary;
using AkkaRaft.Serialization;

namespace AkkaRaft.Snapshots;

/// <summary>What a block of a snapshot's file is part of; the numbers are in the files.</summary>
internal enum SnapshotBlock : byte
{
    Header = 1,
    Sessions = 2,
    State = 3,
    End = 4,
}

/// <summary>The layout of a snapshot's file (<c>snapshot.proto</c> describes it).</summary>
internal static class SnapshotLayout
{
    public const int FormatVersion = 1;

    /// <summary>The most bytes in a block: so many are in memory at a time.</summary>
    public const int MaxBlockBytes = 64 * 1024;

    public const int BlockHeadBytes = 1 + sizeof(int);
    public const int ChecksumBytes = sizeof(uint);
    public const int FileHeadBytes = 8 + sizeof(int);

    public static ReadOnlySpan<byte> Magic => "AKRFSNAP"u8;
}

/// <summary>Writes blocks.</summary>
internal sealed class SnapshotBlockWriter(Stream file)
{
    private readonly byte[] _block = new byte[SnapshotLayout.BlockHeadBytes + SnapshotLayout.MaxBlockBytes + SnapshotLayout.ChecksumBytes];
    private long _blocks;

    public void WriteFileHead()
    {
        Span<byte> head = stackalloc byte[SnapshotLayout.FileHeadBytes];
        SnapshotLayout.Magic.CopyTo(head);
        BinaryPrimitives.WriteInt32LittleEndian(head[SnapshotLayout.Magic.Length..], SnapshotLayout.FormatVersion);
        file.Write(head);
    }

    public void Write(SnapshotBlock kind, ReadOnlySpan<byte> content)
    {
        const int head = SnapshotLayout.BlockHeadBytes;
        _block[0] = (byte)kind;
        BinaryPrimitives.WriteInt32LittleEndian(_block.AsSpan(1), content.Length);
        content.CopyTo(_block.AsSpan(head));
        var checksum = Crc32C.Of(_block.AsSpan(0, head + content.Length));
        BinaryPrimitives.WriteUInt32LittleEndian(_block.AsSpan(head + content.Length), checksum);
        file.Write(_block.AsSpan(0, head + content.Length + SnapshotLayout.ChecksumBytes));
        _blocks++;
    }

    public void WriteEnd()
    {
        Span<byte> count = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(count, _blocks);
        Write(SnapshotBlock.End, count);
    }

    /// <summary>A stream whose bytes become blocks of a kind; the last when it is disposed.</summary>
    public Stream Section(SnapshotBlock kind) => new BufferedStream(new SectionStream(this, kind), SnapshotLayout.MaxBlockBytes);

    private sealed class SectionStream(SnapshotBlockWriter writer, SnapshotBlock kind) : ForwardStream
    {
        public override bool CanRead => false;

        public override bool CanWrite => true;

        public override int Read(Span<byte> buffer) => throw new NotSupportedException();

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            while (buffer.Length > 0)
            {
                var length = Math.Min(buffer.Length, SnapshotLayout.MaxBlockBytes);
                writer.Write(kind, buffer[..length]);
                buffer = buffer[length..];
            }
        }
    }
}

/// <summary>Reads blocks and checks each of them.</summary>
internal sealed class SnapshotBlockReader(Stream file)
{
    private readonly byte[] _block = new byte[SnapshotLayout.BlockHeadBytes + SnapshotLayout.MaxBlockBytes + SnapshotLayout.ChecksumBytes];
    private int _length;
    private long _blocks;

    /// <summary>The kind of the block that was read last.</summary>
    public SnapshotBlock Kind { get; private set; }

    public ReadOnlySpan<byte> Content => _block.AsSpan(SnapshotLayout.BlockHeadBytes, _length);

    /// <exception cref="InvalidDataException">It is no snapshot, or of a newer version.</exception>
    public void ReadFileHead()
    {
        Span<byte> head = stackalloc byte[SnapshotLayout.FileHeadBytes];
        Fill(head);
        if (!head.StartsWith(SnapshotLayout.Magic))
        {
            throw new InvalidDataException("The file is no snapshot of AkkaRaft's.");
        }

        var version = BinaryPrimitives.ReadInt32LittleEndian(head[SnapshotLayout.Magic.Length..]);
        if (version is < 1 or > SnapshotLayout.FormatVersion)
        {
            throw new InvalidDataException(
                $"The snapshot is in format {version}, and this version of AkkaRaft reads up to {SnapshotLayout.FormatVersion}: "
                + "it was written by a newer one.");
        }
    }

    /// <exception cref="InvalidDataException">The block is damaged.</exception>
    public void Read()
    {
        const int head = SnapshotLayout.BlockHeadBytes;
        Fill(_block.AsSpan(0, head));
        _length = BinaryPrimitives.ReadInt32LittleEndian(_block.AsSpan(1));
        if (_length is < 0 or > SnapshotLayout.MaxBlockBytes)
        {
            throw new InvalidDataException($"Block {_blocks} of the snapshot is damaged: it claims {_length} bytes.");
        }

        Fill(_block.AsSpan(head, _length + SnapshotLayout.ChecksumBytes));
        var checksum = BinaryPrimitives.ReadUInt32LittleEndian(_block.AsSpan(head + _length));
        if (checksum != Crc32C.Of(_block.AsSpan(0, head + _length)))
        {
            throw new InvalidDataException($"Block {_blocks} of the snapshot is damaged: its checksum is not that of its bytes.");
        }

        Kind = (SnapshotBlock)_block[0];
        _blocks++;
    }

    /// <summary>The blocks of a kind from the present one on, as a stream.</summary>
    public Stream Section(SnapshotBlock kind) => new SectionStream(this, kind);

    /// <exception cref="InvalidDataException">The file does not end here as it should.</exception>
    public void ExpectEnd()
    {
        if (Kind != SnapshotBlock.End || _length != sizeof(long)
            || BinaryPrimitives.ReadInt64LittleEndian(Content) != _blocks - 1 || file.ReadByte() >= 0)
        {
            throw new InvalidDataException($"The snapshot does not end behind its {_blocks} blocks as it should.");
        }
    }

    private void Fill(Span<byte> target)
    {
        try
        {
            file.ReadExactly(target);
        }
        catch (EndOfStreamException cause)
        {
            throw new InvalidDataException($"The snapshot is cut short behind block {_blocks}.", cause);
        }
    }

    private sealed class SectionStream(SnapshotBlockReader reader, SnapshotBlock kind) : ForwardStream
    {
        private int _read;

        public override bool CanRead => true;

        public override bool CanWrite => false;

        public override int Read(Span<byte> buffer)
        {
            while (reader.Kind == kind && buffer.Length > 0)
            {
                if (_read < reader._length)
                {
                    var length = Math.Min(buffer.Length, reader._length - _read);
                    reader.Content.Slice(_read, length).CopyTo(buffer);
                    _read += length;
                    return length;
                }

                reader.Read();
                _read = 0;
            }

            return 0;
        }

        public override void Write(ReadOnlySpan<byte> buffer) => throw new NotSupportedException();
    }
}
