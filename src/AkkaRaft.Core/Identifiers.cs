namespace AkkaRaft.Core;

/// <summary>
/// A Raft term: a logical clock that rises by one with each election (Raft paper, section 5.1). The first election is in term 1.
/// </summary>
/// <param name="Value">The number of the term; 0 before the first election.</param>
public readonly record struct Term(long Value) : IComparable<Term>
{
    /// <summary>The term of a server that has never taken part in an election.</summary>
    public static readonly Term Zero = new(0);

    /// <summary>The term that a candidate of this one would campaign in.</summary>
    public Term Next => new(Value + 1);

    /// <inheritdoc />
    public int CompareTo(Term other) => Value.CompareTo(other.Value);

    /// <summary>Whether <paramref name="left"/> is the earlier term.</summary>
    public static bool operator <(Term left, Term right) => left.Value < right.Value;

    /// <summary>Whether <paramref name="left"/> is the later term.</summary>
    public static bool operator >(Term left, Term right) => left.Value > right.Value;

    /// <summary>Whether <paramref name="left"/> is not the later term.</summary>
    public static bool operator <=(Term left, Term right) => left.Value <= right.Value;

    /// <summary>Whether <paramref name="left"/> is not the earlier term.</summary>
    public static bool operator >=(Term left, Term right) => left.Value >= right.Value;

    /// <inheritdoc />
    public override string ToString() => Value.ToString();
}

/// <summary>A position in the replicated log. The first entry has index 1 (Raft paper, figure 2).</summary>
/// <param name="Value">The position; 0 stands for "before the first entry".</param>
public readonly record struct LogIndex(long Value) : IComparable<LogIndex>
{
    /// <summary>The position before the first entry.</summary>
    public static readonly LogIndex Zero = new(0);

    /// <summary>The position behind this one.</summary>
    public LogIndex Next => new(Value + 1);

    /// <summary>The position ahead of this one.</summary>
    public LogIndex Previous => new(Value - 1);

    /// <summary>The larger of two positions.</summary>
    public static LogIndex Max(LogIndex left, LogIndex right) => left.Value >= right.Value ? left : right;

    /// <summary>The smaller of two positions.</summary>
    public static LogIndex Min(LogIndex left, LogIndex right) => left.Value <= right.Value ? left : right;

    /// <inheritdoc />
    public int CompareTo(LogIndex other) => Value.CompareTo(other.Value);

    /// <summary>The position <paramref name="count"/> entries further.</summary>
    public static LogIndex operator +(LogIndex index, long count) => new(index.Value + count);

    /// <summary>The number of entries between two positions.</summary>
    public static long operator -(LogIndex left, LogIndex right) => left.Value - right.Value;

    /// <summary>Whether <paramref name="left"/> comes first.</summary>
    public static bool operator <(LogIndex left, LogIndex right) => left.Value < right.Value;

    /// <summary>Whether <paramref name="left"/> comes later.</summary>
    public static bool operator >(LogIndex left, LogIndex right) => left.Value > right.Value;

    /// <summary>Whether <paramref name="left"/> does not come later.</summary>
    public static bool operator <=(LogIndex left, LogIndex right) => left.Value <= right.Value;

    /// <summary>Whether <paramref name="left"/> does not come first.</summary>
    public static bool operator >=(LogIndex left, LogIndex right) => left.Value >= right.Value;

    /// <inheritdoc />
    public override string ToString() => Value.ToString();
}

/// <summary>The name of a server, unique within its cluster and kept for life: it also names the server's journal.</summary>
/// <param name="Value">The name, compared ordinally.</param>
public readonly record struct ServerId(string Value) : IComparable<ServerId>
{
    /// <inheritdoc />
    public int CompareTo(ServerId other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc />
    public override string ToString() => Value;
}

/// <summary>
/// Names a client's session in the whole life of all clusters. Whoever proposes to open one draws it at random, so that an id never means
/// one session in one history of a cluster and another in the next, after a restore or a recovery.
/// </summary>
/// <param name="Value">The number; positive.</param>
public readonly record struct SessionId(long Value) : IComparable<SessionId>
{
    /// <inheritdoc />
    public int CompareTo(SessionId other) => Value.CompareTo(other.Value);

    /// <inheritdoc />
    public override string ToString() => Value.ToString();
}

/// <summary>
/// Names a client's request between a server and the shell around it, so that the answer finds its way back. Never on the wire.
/// </summary>
/// <param name="Value">Drawn by the shell, unique from one start of a server to the next.</param>
public readonly record struct RequestId(long Value)
{
    /// <inheritdoc />
    public override string ToString() => $"#{Value}";
}
