using System.Runtime.Serialization;
using AkkaRaft.Core;
using AkkaRaft.Server;
using Google.Protobuf;

namespace AkkaRaft.Serialization;

/// <summary>Turns what servers say to each other into its schema and back.</summary>
internal static class PeerSchema
{
    public static IMessage Write(PeerMessage peerMessage)
    {
        var envelope = new Proto.Envelope
        {
            ClusterId = peerMessage.ClusterId,
            From = peerMessage.Message.From.Value,
            To = peerMessage.Message.To.Value,
            Term = peerMessage.Message.Term.Value,
        };
        return peerMessage.Message switch
        {
            AppendEntries message => Write(message, envelope),
            AppendEntriesReply message => Write(message, envelope),
            PreVote message => new Proto.PreVote
            {
                Envelope = envelope, LastLogIndex = message.LastLogIndex.Value, LastLogTerm = message.LastLogTerm.Value,
            },
            PreVoteReply message => new Proto.PreVoteReply
            {
                Envelope = envelope, RequestTerm = message.RequestTerm.Value, Granted = message.Granted,
            },
            RequestVote message => new Proto.RequestVote
            {
                Envelope = envelope,
                LastLogIndex = message.LastLogIndex.Value,
                LastLogTerm = message.LastLogTerm.Value,
                LeadershipTransfer = message.LeadershipTransfer,
            },
            RequestVoteReply message => new Proto.RequestVoteReply { Envelope = envelope, Granted = message.Granted },
            _ => throw new SerializationException($"{peerMessage.Message.GetType()} has no schema."),
        };
    }

    public static PeerMessage Read(Proto.AppendEntries message)
    {
        var envelope = Checked(message.Envelope);
        return new(envelope.ClusterId, new AppendEntries(
            new ServerId(envelope.From),
            new ServerId(envelope.To),
            new Term(envelope.Term),
            new LogIndex(message.PrevLogIndex),
            new Term(message.PrevLogTerm),
            CommonSchema.Read(message.Entries, message.PrevLogIndex + 1),
            new LogIndex(message.LeaderCommit),
            message.Round));
    }

    public static PeerMessage Read(Proto.AppendEntriesReply message)
    {
        var envelope = Checked(message.Envelope);
        return new(envelope.ClusterId, new AppendEntriesReply(
            new ServerId(envelope.From),
            new ServerId(envelope.To),
            new Term(envelope.Term),
            message.Round,
            message.Success,
            new LogIndex(message.MatchIndex),
            new LogIndex(message.RejectedIndex),
            new LogIndex(message.HintIndex),
            new Term(message.HintTerm)));
    }

    public static PeerMessage Read(Proto.PreVote message)
    {
        var (cluster, from, to, term) = Parts(message.Envelope);
        return new(cluster, new PreVote(from, to, term, new LogIndex(message.LastLogIndex), new Term(message.LastLogTerm)));
    }

    public static PeerMessage Read(Proto.PreVoteReply message)
    {
        var (cluster, from, to, term) = Parts(message.Envelope);
        return new(cluster, new PreVoteReply(from, to, term, new Term(message.RequestTerm), message.Granted));
    }

    public static PeerMessage Read(Proto.RequestVote message)
    {
        var (cluster, from, to, term) = Parts(message.Envelope);
        var lastLogIndex = new LogIndex(message.LastLogIndex);
        return new(cluster, new RequestVote(from, to, term, lastLogIndex, new Term(message.LastLogTerm), message.LeadershipTransfer));
    }

    public static PeerMessage Read(Proto.RequestVoteReply message)
    {
        var (cluster, from, to, term) = Parts(message.Envelope);
        return new(cluster, new RequestVoteReply(from, to, term, message.Granted));
    }

    private static Proto.AppendEntries Write(AppendEntries message, Proto.Envelope envelope)
    {
        var result = new Proto.AppendEntries
        {
            Envelope = envelope,
            PrevLogIndex = message.PrevLogIndex.Value,
            PrevLogTerm = message.PrevLogTerm.Value,
            LeaderCommit = message.LeaderCommit.Value,
            Round = message.Round,
        };
        CommonSchema.Write(message.Entries, result.Entries);
        return result;
    }

    private static Proto.AppendEntriesReply Write(AppendEntriesReply message, Proto.Envelope envelope) => new()
    {
        Envelope = envelope,
        Round = message.Round,
        Success = message.Success,
        MatchIndex = message.MatchIndex.Value,
        RejectedIndex = message.RejectedIndex.Value,
        HintIndex = message.HintIndex.Value,
        HintTerm = message.HintTerm.Value,
    };

    private static (string ClusterId, ServerId From, ServerId To, Term Term) Parts(Proto.Envelope? envelope)
    {
        var present = Checked(envelope);
        return (present.ClusterId, new ServerId(present.From), new ServerId(present.To), new Term(present.Term));
    }

    private static Proto.Envelope Checked(Proto.Envelope? envelope) =>
        envelope ?? throw new SerializationException("A message between servers has no envelope.");
}
