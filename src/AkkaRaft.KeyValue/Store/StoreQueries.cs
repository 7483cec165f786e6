using System.Text;

namespace AkkaRaft.KeyValue;

/// <summary>Answers queries from the store's state, and changes nothing.</summary>
internal static class StoreQueries
{
    /// <summary>The numbers of an item in an answer, with their tags, take no more.</summary>
    private const int NumbersBytes = 64;

    /// <exception cref="ArgumentException">The store has no such query.</exception>
    public static object Answer(StoreState state, KeyValueLimits limits, object query) => query switch
    {
        GetKey get => Read(state, get),
        ListKeys list => List(state, limits, list),
        WatchKeys watch => Watch(state, limits, watch),
        GetLease get => Read(state, get),
        _ => throw new ArgumentException($"The key-value store has no query {query.GetType()}.", nameof(query)),
    };

    private static KeyRead Read(StoreState state, GetKey get) => state[get.Key] is { } item
        ? new KeyRead(true, item.Value, item.ModRevision, item.CreateRevision, item.Version, item.Lease)
        : new KeyRead(false, ValueBytes.Empty, 0);

    private static LeaseRead Read(StoreState state, GetLease get) => state.Leases[get.Id] is { } lease
        ? new LeaseRead(
            true,
            lease.TimeToLive,
            lease.ExpiresAt is { } at ? at - state.Now : lease.TimeToLive,
            state.Leases.KeysOf(get.Id).Count)
        : new LeaseRead(false, TimeSpan.Zero, TimeSpan.Zero, 0);

    private static KeysListed List(StoreState state, KeyValueLimits limits, ListKeys list)
    {
        var limit = Math.Clamp(list.Limit, 1, limits.PageItems);
        var page = new List<KeyEntry>();
        var sizeBytes = 0;
        foreach (var (key, item) in state.From(string.CompareOrdinal(list.After, list.Prefix) > 0 ? list.After : list.Prefix))
        {
            if (!key.StartsWith(list.Prefix, StringComparison.Ordinal))
            {
                break;
            }

            if (key == list.After)
            {
                continue;
            }

            sizeBytes += SizeOf(key, item);
            if (page.Count == limit || (sizeBytes > limits.PageBytes && page.Count > 0))
            {
                return new KeysListed(page, true, state.Revision);
            }

            page.Add(item.EntryOf(key));
        }

        return new KeysListed(page, false, state.Revision);
    }

    /// <summary>Answers with events that are kept, or waits for new ones.</summary>
    private static object Watch(StoreState state, KeyValueLimits limits, WatchKeys watch)
    {
        var history = state.History;
        if (watch.FromRevision <= 0)
        {
            return new KeysWatched([], state.Revision + 1, 0);
        }

        if (watch.FromRevision <= history.CompactedRevision)
        {
            return new KeysWatched([], watch.FromRevision, watch.Skip, history.CompactedRevision);
        }

        var begin = history.NumberOf(watch.FromRevision);
        var number = Math.Min(begin + watch.Skip, history.NumberOf(watch.FromRevision + 1));
        var searchUpTo = Math.Min(history.Next, number + limits.EventsSearched);
        var limit = Math.Clamp(watch.Limit, 1, limits.PageItems);
        var events = new List<KeyEvent>();
        for (var sizeBytes = 0; number < searchUpTo && events.Count < limit; number++)
        {
            var found = history.At(number);
            if (found.Key.StartsWith(watch.Prefix, StringComparison.Ordinal))
            {
                sizeBytes += SizeOf(found.Key, found.Item);
                if (sizeBytes > limits.PageBytes && events.Count > 0)
                {
                    break;
                }

                events.Add(found.ToMessage());
            }
        }

        return events.Count > 0 || number < history.Next ? AnswerUpTo(state, events, number) : BlockingQuery.Instance;
    }

    private static KeysWatched AnswerUpTo(StoreState state, List<KeyEvent> events, long number)
    {
        if (number == state.History.Next)
        {
            return new KeysWatched(events, state.Revision + 1, 0);
        }

        var next = state.History.At(number).Revision;
        return new KeysWatched(events, next, (int)(number - state.History.NumberOf(next)));
    }

    /// <summary>The size of an item in an answer, at most.</summary>
    private static int SizeOf(string key, KeyItem? item) => Encoding.UTF8.GetByteCount(key) + (item?.Value.Length ?? 0) + NumbersBytes;
}
