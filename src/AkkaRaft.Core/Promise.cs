namespace AkkaRaft.Core;

/// <summary>
/// What a server has said to be on its disk: a term, and the last entry that it acknowledged in that term, or 0. A disk that is what it was
/// never gives back less: only the leader of a term changes the log in it, and never what was acknowledged to it.
/// </summary>
/// <param name="Term">The term.</param>
/// <param name="Index">The entry.</param>
public readonly record struct Promise(Term Term, LogIndex Index) : IComparable<Promise>
{
    /// <summary>What a message of a server promises by having been sent: both wait for the disk.</summary>
    public static Promise Of(RaftMessage message) => message switch
    {
        AppendEntriesReply { Success: true } reply => new Promise(reply.Term, reply.MatchIndex),
        InstallSnapshotReply { Installed: true } reply => new Promise(reply.Term, reply.SnapshotIndex),
        _ => new Promise(message.Term, LogIndex.Zero),
    };

    /// <summary>The later term is the larger promise, and in the same term the later entry.</summary>
    public int CompareTo(Promise other) => Term == other.Term ? Index.CompareTo(other.Index) : Term.CompareTo(other.Term);

    /// <summary>The larger of two.</summary>
    public static Promise Max(Promise one, Promise other) => one.CompareTo(other) >= 0 ? one : other;
}
