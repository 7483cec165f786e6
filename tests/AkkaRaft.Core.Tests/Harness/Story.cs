namespace AkkaRaft.Core.Tests.Harness;

/// <summary>Short words for what tests talk about: servers s1, s2, ..., terms, indexes, entries.</summary>
internal static class Story
{
    public static readonly ServerId S1 = new("s1");
    public static readonly ServerId S2 = new("s2");
    public static readonly ServerId S3 = new("s3");
    public static readonly ServerId S4 = new("s4");
    public static readonly ServerId S5 = new("s5");

    public static readonly IReadOnlyList<LogEntry> Nothing = [];

    /// <summary>Every election timeout is 200 ms, so that a single server's effects are the same whatever the seed.</summary>
    public static readonly RaftOptions Settings = new()
    {
        ElectionTimeoutMin = TimeSpan.FromMilliseconds(200),
        ElectionTimeoutMax = TimeSpan.FromMilliseconds(200),
    };

    public static ServerId S(int number) => new($"s{number}");

    public static ClusterConfiguration Members(int count) => ClusterConfiguration.Of(Enumerable.Range(1, count).Select(S));

    public static Term T(long term) => new(term);

    public static LogIndex I(long index) => new(index);

    public static RequestId R(long request) => new(request);

    public static Command Put(string text) => new(1, "put", System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>A log with an entry for each term given, from index 1 on.</summary>
    public static IReadOnlyList<LogEntry> Log(params long[] terms) => LogFrom(1, terms);

    /// <summary>
    /// Entries with an entry for each term given, from an index on. Entries of one index and term are equal wherever they are made.
    /// </summary>
    public static IReadOnlyList<LogEntry> LogFrom(long first, params long[] terms) =>
        [.. terms.Select((term, i) => new LogEntry(I(first + i), T(term), Put($"{first + i}/{term}")))];

    /// <summary>A snapshot behind an entry.</summary>
    public static SnapshotMetadata Snapshot(long index, long term, ClusterConfiguration configuration, long size = 100) =>
        new(I(index), T(term), configuration, size, $"sum of {index}/{term}");

    /// <summary>What a journal gives back.</summary>
    public static PersistentState Disk(ClusterConfiguration members, long term = 0, ServerId? vote = null, params long[] log)
    {
        var state = new PersistentState();
        state.Replay(new Bootstrapped(members));
        if (term > 0)
        {
            state.Replay(new TermAndVote(T(term), vote));
        }

        if (log.Length > 0)
        {
            state.Replay(new EntriesAppended(Log(log)));
        }

        return state;
    }

    public static IEnumerable<TMessage> Sent<TMessage>(this IEnumerable<RaftEffect> effects) where TMessage : RaftMessage =>
        effects.OfType<Send>().Select(send => send.Message).OfType<TMessage>();

    public static IEnumerable<TEvent> Written<TEvent>(this IEnumerable<RaftEffect> effects) where TEvent : RaftEvent =>
        effects.OfType<Persist>().SelectMany(persist => persist.Events).OfType<TEvent>();

    public static IEnumerable<LogIndex> Applied(this IEnumerable<RaftEffect> effects) =>
        effects.OfType<Apply>().SelectMany(apply => apply.Entries).Select(committed => committed.Entry.Index);

    /// <summary>The effects, exactly and in order, in the words of <see cref="EffectText"/>.</summary>
    public static void ShouldBe(this IReadOnlyList<RaftEffect> effects, params string[] lines) =>
        Assert.Equal(string.Join("\n", lines), string.Join("\n", effects.Select(EffectText.Of)));
}
