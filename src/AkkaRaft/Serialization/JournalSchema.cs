using System.Runtime.Serialization;
using AkkaRaft.Core;
using AkkaRaft.Server;
using Google.Protobuf;

namespace AkkaRaft.Serialization;

/// <summary>Turns the journal's events into their schema and back.</summary>
internal static class JournalSchema
{
    /// <summary>
    /// The version of the format that this version of AkkaRaft writes, and the latest that it reads. Format 1 had no snapshots, no
    /// sessions and no incarnation; else it is the same.
    /// </summary>
    public const uint Format = 2;

    public static IMessage Write(JournalOwner owner) => new Proto.JournalOwner
    {
        Format = Format,
        ClusterId = owner.ClusterId,
        ServerId = owner.ServerId.Value,
        Incarnation = owner.Incarnation,
        TrimmedUpTo = owner.TrimmedUpTo,
    };

    public static IMessage Write(RaftEvent raftEvent)
    {
        switch (raftEvent)
        {
            case EntriesAppended appended:
                var entries = new Proto.EntriesAppended { Format = Format, FirstIndex = appended.Entries[0].Index.Value };
                EntrySchema.Write(appended.Entries, entries.Entries);
                return entries;
            case TermAndVote termAndVote:
                var vote = new Proto.TermAndVote { Format = Format, CurrentTerm = termAndVote.CurrentTerm.Value };
                if (termAndVote.VotedFor is { } votedFor)
                {
                    vote.VotedFor = votedFor.Value;
                }

                return vote;
            case Bootstrapped bootstrapped:
                return new Proto.Bootstrapped { Format = Format, Configuration = CommonSchema.Write(bootstrapped.Configuration) };
            case SnapshotRecorded recorded:
                return new Proto.SnapshotRecorded
                {
                    Format = Format,
                    Snapshot = CommonSchema.Write(recorded.Snapshot),
                    Installed = recorded.Installed,
                };
            default:
                throw new SerializationException($"{raftEvent.GetType()} has no schema.");
        }
    }

    public static JournalOwner Read(Proto.JournalOwner owner)
    {
        Check(owner.Format);
        return new JournalOwner(owner.ClusterId, new ServerId(owner.ServerId))
        {
            Incarnation = Checked.Number(owner.Incarnation),
            TrimmedUpTo = Checked.Number(owner.TrimmedUpTo),
        };
    }

    public static EntriesAppended Read(Proto.EntriesAppended appended)
    {
        Check(appended.Format);
        return new(EntrySchema.Read(appended.Entries, appended.FirstIndex));
    }

    public static TermAndVote Read(Proto.TermAndVote termAndVote)
    {
        Check(termAndVote.Format);
        return new(Checked.Term(termAndVote.CurrentTerm), termAndVote.HasVotedFor ? new ServerId(termAndVote.VotedFor) : null);
    }

    public static Bootstrapped Read(Proto.Bootstrapped bootstrapped)
    {
        Check(bootstrapped.Format);
        return new(CommonSchema.Read(bootstrapped.Configuration ?? new Proto.Configuration()));
    }

    public static SnapshotRecorded Read(Proto.SnapshotRecorded recorded)
    {
        Check(recorded.Format);
        return new(CommonSchema.Read(recorded.Snapshot), recorded.Installed);
    }

    private static void Check(uint format)
    {
        if (format is 0 or > Format)
        {
            throw new SerializationException(
                $"The journal is in format {format}, and this version of AkkaRaft reads up to {Format}: it was written by a newer one.");
        }
    }
}
