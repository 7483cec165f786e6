using AkkaRaft.Client;
using AkkaRaft.Core;
using AkkaRaft.Core.Sessions;
using AkkaRaft.Serialization;
using Google.Protobuf;

namespace AkkaRaft.Snapshots;

/// <summary>What a snapshot's file says of itself ahead of the state.</summary>
/// <param name="ClusterId">The cluster that it is of.</param>
/// <param name="LastIncludedIndex">The last entry whose effect is in it.</param>
/// <param name="LastIncludedTerm">That entry's term.</param>
/// <param name="Configuration">The configuration in force at that entry.</param>
internal sealed record SnapshotHeader(
    string ClusterId, LogIndex LastIncludedIndex, Term LastIncludedTerm, ClusterConfiguration Configuration);

/// <summary>Writes a snapshot's file from the captured state.</summary>
internal static class SnapshotFileWriter
{
    /// <summary>Writes all of it; the sessions and the capture are read on the calling thread.</summary>
    /// <param name="target">Takes the bytes.</param>
    /// <param name="header">What the snapshot stands for.</param>
    /// <param name="sessions">The clients' sessions.</param>
    /// <param name="writeState">Writes the state machine's state.</param>
    public static void Write(Stream target, SnapshotHeader header, SessionsCapture<Answer> sessions, Action<Stream> writeState)
    {
        var blocks = new SnapshotBlockWriter(target);
        blocks.WriteFileHead();
        blocks.Write(SnapshotBlock.Header, new Serialization.Proto.SnapshotHeader
        {
            ClusterId = header.ClusterId,
            LastIncludedIndex = header.LastIncludedIndex.Value,
            LastIncludedTerm = header.LastIncludedTerm.Value,
            Configuration = CommonSchema.Write(header.Configuration),
            ReplicatedTime = sessions.ReplicatedTime.Ticks,
        }.ToByteArray());
        using (var section = blocks.Section(SnapshotBlock.Sessions))
        {
            SessionsSection.Write(sessions, section);
        }

        using (var section = blocks.Section(SnapshotBlock.State))
        {
            writeState(section);
        }

        blocks.WriteEnd();
    }
}

/// <summary>Reads a snapshot's file, from its head to its end and once.</summary>
internal sealed class SnapshotFileReader
{
    private readonly SnapshotBlockReader _blocks;

    /// <param name="source">The file's bytes.</param>
    /// <exception cref="InvalidDataException">It is no snapshot, is damaged, or a newer version wrote it.</exception>
    public SnapshotFileReader(Stream source)
    {
        _blocks = new SnapshotBlockReader(source);
        _blocks.ReadFileHead();
        _blocks.Read();
        if (_blocks.Kind != SnapshotBlock.Header)
        {
            throw new InvalidDataException($"The snapshot begins with a block of kind {_blocks.Kind} and not with its header.");
        }

        var header = Serialization.Proto.SnapshotHeader.Parser.ParseFrom(_blocks.Content);
        Header = new SnapshotHeader(
            header.ClusterId,
            Checked.Index(header.LastIncludedIndex),
            Checked.Term(header.LastIncludedTerm),
            CommonSchema.Read(Checked.Present(header.Configuration)));
        _blocks.Read();
        using var section = _blocks.Section(SnapshotBlock.Sessions);
        Sessions = SessionsSection.Read(section, Checked.Time(header.ReplicatedTime));
    }

    public SnapshotHeader Header { get; }

    public SessionsCapture<Answer> Sessions { get; }

    /// <summary>Has the state read, and checks what the reader leaves of it and that the file ends as it should.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public void ReadState(Action<Stream> read)
    {
        using var section = _blocks.Section(SnapshotBlock.State);
        read(section);

        // The reader may have left some of it, and may have closed it.
        using var rest = _blocks.Section(SnapshotBlock.State);
        rest.CopyTo(Stream.Null);
        _blocks.ExpectEnd();
    }
}
