using System.Runtime.Serialization;
using AkkaRaft.Core;
using AkkaRaft.Server;

namespace AkkaRaft.Serialization;

/// <summary>Reads the messages between servers from their schema.</summary>
internal static class PeerMessageReader
{
    public static PeerMessage Read(Proto.AppendEntries message)
    {
        var (from, to, term) = Parts(message.Envelope);
        return Envelop(message.Envelope, new AppendEntries(
            from,
            to,
            term,
            Checked.Index(message.PrevLogIndex),
            Checked.Term(message.PrevLogTerm),
            EntrySchema.Read(message.Entries, message.PrevLogIndex + 1),
            Checked.Index(message.LeaderCommit),
            Checked.Number(message.HeartbeatSequence))
        {
            ClusterVersion = Version(message.ClusterVersion),
        });
    }

    public static PeerMessage Read(Proto.AppendEntriesReply message)
    {
        var (from, to, term) = Parts(message.Envelope);
        return Envelop(message.Envelope, new AppendEntriesReply(
            from,
            to,
            term,
            Checked.Number(message.HeartbeatSequence),
            message.Success,
            Checked.Index(message.MatchIndex),
            Checked.Index(message.RejectedIndex),
            Checked.Index(message.ConflictIndex),
            Checked.Term(message.ConflictTerm))
        {
            Priority = message.Priority,
        });
    }

    public static PeerMessage Read(Proto.InstallSnapshot message)
    {
        var (from, to, term) = Parts(message.Envelope);
        var snapshot = CommonSchema.Read(message.Snapshot);
        var offset = Checked.Number(message.Offset);
        if (offset + message.Data.Length > snapshot.SizeBytes)
        {
            throw new SerializationException($"A part of a {snapshot} ends at {offset + message.Data.Length}.");
        }

        var heartbeat = Checked.Number(message.HeartbeatSequence);
        return Envelop(message.Envelope, new InstallSnapshot(from, to, term, snapshot, offset, message.Data.Memory, heartbeat));
    }

    public static PeerMessage Read(Proto.InstallSnapshotReply message)
    {
        var (from, to, term) = Parts(message.Envelope);
        return Envelop(message.Envelope, new InstallSnapshotReply(
            from,
            to,
            term,
            Checked.Index(message.SnapshotIndex),
            Checked.Number(message.NextOffset),
            message.Installed,
            Checked.Number(message.HeartbeatSequence)));
    }

    public static PeerMessage Read(Proto.PreVote message)
    {
        var (from, to, term) = Parts(message.Envelope);
        var (lastIndex, lastTerm) = (Checked.Index(message.LastLogIndex), Checked.Term(message.LastLogTerm));
        return Envelop(
            message.Envelope, new PreVote(from, to, term, lastIndex, lastTerm) { ToIncarnation = Checked.Number(message.ToIncarnation) });
    }

    public static PeerMessage Read(Proto.PreVoteReply message)
    {
        var (from, to, term) = Parts(message.Envelope);
        return Envelop(message.Envelope, new PreVoteReply(from, to, term, Checked.Term(message.RequestTerm), message.Granted));
    }

    public static PeerMessage Read(Proto.RequestVote message)
    {
        var (from, to, term) = Parts(message.Envelope);
        var (lastIndex, lastTerm) = (Checked.Index(message.LastLogIndex), Checked.Term(message.LastLogTerm));
        return Envelop(message.Envelope, new RequestVote(from, to, term, lastIndex, lastTerm, message.LeadershipTransfer)
        {
            ToIncarnation = Checked.Number(message.ToIncarnation),
        });
    }

    public static PeerMessage Read(Proto.RequestVoteReply message)
    {
        var (from, to, term) = Parts(message.Envelope);
        return Envelop(message.Envelope, new RequestVoteReply(from, to, term, message.Granted));
    }

    public static PeerMessage Read(Proto.TimeoutNow message)
    {
        var (from, to, term) = Parts(message.Envelope);
        return Envelop(message.Envelope, new TimeoutNow(from, to, term));
    }

    public static PeerMessage Read(Proto.ReadIndexRequest message)
    {
        var (from, to, term) = Parts(message.Envelope);
        return Envelop(message.Envelope, new ReadIndexRequest(from, to, term, Checked.Number(message.ReadContext)));
    }

    public static PeerMessage Read(Proto.ReadIndexReply message)
    {
        var (from, to, term) = Parts(message.Envelope);
        var (readContext, readIndex) = (Checked.Number(message.ReadContext), Checked.Index(message.ReadIndex));
        return Envelop(message.Envelope, new ReadIndexReply(from, to, term, readContext, readIndex));
    }

    public static PeerMessage Read(Proto.StartAnnounced message)
    {
        var (from, to, term) = Parts(message.Envelope);
        return Envelop(message.Envelope, new StartAnnounced(from, to, term, Checked.Number(message.Envelope.Start)));
    }

    public static PeerMessage Read(Proto.StartAcknowledged message)
    {
        var (from, to, term) = Parts(message.Envelope);
        var promised = new Promise(Checked.Term(message.PromisedTerm), Checked.Index(message.PromisedIndex));
        return Envelop(
            message.Envelope,
            new StartAcknowledged(from, to, term, Checked.Number(message.Announced), Checked.Number(message.Latest), promised));
    }

    private static (ServerId From, ServerId To, Term Term) Parts(Proto.Envelope? envelope)
    {
        var present = Checked.Present(envelope);
        return (new ServerId(present.From), new ServerId(present.To), Checked.Term(present.Term));
    }

    private static PeerMessage Envelop(Proto.Envelope envelope, RaftMessage message) => new(envelope.ClusterId, message)
    {
        Incarnation = Checked.Number(envelope.Incarnation),
        Version = Version(envelope.Version),
        IsUnheard = envelope.Unheard,
        Start = Checked.Number(envelope.Start),
    };

    private static int Version(int version) => version == 0 ? ProtocolVersion.First : (int)Checked.Number(version);
}
