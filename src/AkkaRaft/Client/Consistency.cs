using AkkaRaft.Core;

namespace AkkaRaft;

/// <summary>
/// What a query's answer must know of, and who gives it. The default is <see cref="Linearizable"/>; the others can be answered by any
/// server, and take work off the leader.
/// </summary>
public readonly record struct Consistency
{
    private Consistency(ReadConsistency kind, TimeSpan maxAge, LogIndex index)
    {
        Kind = kind;
        MaxAge = maxAge;
        Index = index;
    }

    /// <summary>The answer knows every command that was committed before the request; the leader gives it.</summary>
    public static Consistency Linearizable => default;

    /// <summary>
    /// The answer knows every command that was committed before the request; the server that is asked gives it, and asks the leader only
    /// how far it must have come.
    /// </summary>
    public static Consistency LinearizableLocal => new(ReadConsistency.LinearizableLocal, default, default);

    /// <summary>
    /// The answer is what the server that is asked has applied, be it old without a bound: it needs no leader and no quorum. For the day
    /// when there is none; a server that was started then knows no more than its last snapshot.
    /// </summary>
    public static Consistency Local => new(ReadConsistency.Local, default, default);

    /// <summary>What is asked for.</summary>
    public ReadConsistency Kind { get; }

    /// <summary>For <see cref="Stale"/>: how old the answer may be.</summary>
    public TimeSpan MaxAge { get; }

    /// <summary>For <see cref="AtIndex"/>: the entry that the answer knows.</summary>
    public LogIndex Index { get; }

    /// <summary>Whether the server that is asked answers, and not the leader.</summary>
    internal bool IsLocal => Kind != ReadConsistency.Linearizable;

    /// <summary>
    /// The answer knows every command that was committed so long ago, and may miss later ones; the server that is asked gives it.
    /// </summary>
    /// <param name="maxAge">How old the answer may be; above zero.</param>
    public static Consistency Stale(TimeSpan maxAge)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(maxAge, TimeSpan.Zero);
        return new(ReadConsistency.Stale, maxAge, default);
    }

    /// <summary>
    /// The answer knows an entry, such as the client's own last write (<see cref="Committed{T}.Index"/>); the server that is asked gives
    /// it.
    /// </summary>
    /// <param name="index">The entry.</param>
    public static Consistency AtIndex(LogIndex index)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(index, LogIndex.Zero);
        return new(ReadConsistency.AtIndex, default, index);
    }

    /// <inheritdoc />
    public override string ToString() => Kind switch
    {
        ReadConsistency.LinearizableLocal => "linearizable-local",
        ReadConsistency.Local => "local",
        ReadConsistency.Stale => $"stale:{SettingsReader.InWords(MaxAge)}",
        ReadConsistency.AtIndex => $"index:{Index}",
        _ => "linearizable",
    };
}
