using System.Runtime.Serialization;
using AkkaRaft.Core;
using AkkaRaft.Server;
using Google.Protobuf;

namespace AkkaRaft.Serialization;

/// <summary>Writes the messages between servers in their schema.</summary>
internal static class PeerMessageWriter
{
    public static IMessage Write(PeerMessage peerMessage)
    {
        var envelope = new Proto.Envelope
        {
            ClusterId = peerMessage.ClusterId,
            From = peerMessage.Message.From.Value,
            To = peerMessage.Message.To.Value,
            Term = peerMessage.Message.Term.Value,
            Incarnation = peerMessage.Incarnation,
            Version = Absent(peerMessage.Version),
            Unheard = peerMessage.IsUnheard,
            Start = peerMessage.Start,
        };
        return peerMessage.Message switch
        {
            AppendEntries message => Write(message, envelope),
            AppendEntriesReply message => Write(message, envelope),
            InstallSnapshot message => Write(message, envelope),
            InstallSnapshotReply message => Write(message, envelope),
            PreVote message => new Proto.PreVote
            {
                Envelope = envelope,
                LastLogIndex = message.LastLogIndex.Value,
                LastLogTerm = message.LastLogTerm.Value,
                ToIncarnation = message.ToIncarnation,
            },
            PreVoteReply message => new Proto.PreVoteReply
            {
                Envelope = envelope,
                RequestTerm = message.RequestTerm.Value,
                Granted = message.Granted,
            },
            RequestVote message => new Proto.RequestVote
            {
                Envelope = envelope,
                LastLogIndex = message.LastLogIndex.Value,
                LastLogTerm = message.LastLogTerm.Value,
                LeadershipTransfer = message.LeadershipTransfer,
                ToIncarnation = message.ToIncarnation,
            },
            RequestVoteReply message => new Proto.RequestVoteReply { Envelope = envelope, Granted = message.Granted },
            TimeoutNow => new Proto.TimeoutNow { Envelope = envelope },
            ReadIndexRequest message => new Proto.ReadIndexRequest { Envelope = envelope, ReadContext = message.ReadContext },
            ReadIndexReply message => new Proto.ReadIndexReply
            {
                Envelope = envelope,
                ReadContext = message.ReadContext,
                ReadIndex = message.ReadIndex.Value,
            },
            StartAnnounced => new Proto.StartAnnounced { Envelope = envelope },
            StartAcknowledged message => new Proto.StartAcknowledged
            {
                Envelope = envelope,
                Announced = message.Start,
                Latest = message.LatestStart,
                PromisedTerm = message.Promised.Term.Value,
                PromisedIndex = message.Promised.Index.Value,
            },
            _ => throw new SerializationException($"{peerMessage.Message.GetType()} has no schema."),
        };
    }

    private static Proto.AppendEntries Write(AppendEntries message, Proto.Envelope envelope)
    {
        var result = new Proto.AppendEntries
        {
            Envelope = envelope,
            PrevLogIndex = message.PrevLogIndex.Value,
            PrevLogTerm = message.PrevLogTerm.Value,
            LeaderCommit = message.LeaderCommit.Value,
            HeartbeatSequence = message.HeartbeatSequence,
            ClusterVersion = Absent(message.ClusterVersion),
        };
        EntrySchema.Write(message.Entries, result.Entries);
        return result;
    }

    private static Proto.AppendEntriesReply Write(AppendEntriesReply message, Proto.Envelope envelope) => new()
    {
        Envelope = envelope,
        HeartbeatSequence = message.HeartbeatSequence,
        Success = message.Success,
        MatchIndex = message.MatchIndex.Value,
        RejectedIndex = message.RejectedIndex.Value,
        ConflictIndex = message.ConflictIndex.Value,
        ConflictTerm = message.ConflictTerm.Value,
        Priority = message.Priority,
    };

    private static Proto.InstallSnapshot Write(InstallSnapshot message, Proto.Envelope envelope) => new()
    {
        Envelope = envelope,
        Snapshot = CommonSchema.Write(message.Snapshot),
        Offset = message.Offset,
        Data = UnsafeByteOperations.UnsafeWrap(message.Data),
        HeartbeatSequence = message.HeartbeatSequence,
    };

    private static Proto.InstallSnapshotReply Write(InstallSnapshotReply message, Proto.Envelope envelope) => new()
    {
        Envelope = envelope,
        SnapshotIndex = message.SnapshotIndex.Value,
        NextOffset = message.NextOffset,
        Installed = message.Installed,
        HeartbeatSequence = message.HeartbeatSequence,
    };

    /// <summary>The first version is not written, so that its messages have the bytes that they always had.</summary>
    private static int Absent(int version) => version == ProtocolVersion.First ? 0 : version;
}
