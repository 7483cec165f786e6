namespace AkkaRaft.Node.KeyValue;

/// <summary>Watching: events of the past as long as they are kept, and of the future as they come.</summary>
public sealed partial class KeyValueStore
{
    private object Watch(WatchKeys watch)
    {
        if (watch.FromRevision <= 0)
        {
            return new KeysWatched([], _revision + 1, 0);
        }

        if (watch.FromRevision <= _history.CompactedRevision)
        {
            return new KeysWatched([], watch.FromRevision, watch.Skip, _history.CompactedRevision);
        }

        var begin = _history.NumberOf(watch.FromRevision);
        var number = Math.Min(begin + watch.Skip, _history.NumberOf(watch.FromRevision + 1));
        var lookUpTo = Math.Min(_history.Next, number + _limits.EventsLookedThrough);
        var limit = Math.Clamp(watch.Limit, 1, _limits.PageItems);
        var events = new List<KeyEvent>();
        for (var sizeBytes = 0; number < lookUpTo && events.Count < limit; number++)
        {
            var found = _history.At(number);
            if (found.Key.StartsWith(watch.Prefix, StringComparison.Ordinal))
            {
                sizeBytes += SizeOf(found.Key, found.Item);
                if (sizeBytes > _limits.PageBytes && events.Count > 0)
                {
                    break;
                }

                events.Add(found.ToMessage());
            }
        }

        if (events.Count > 0 || number < _history.Next)
        {
            return AnswerUpTo(events, number);
        }

        return BlockingQuery.Instance;
    }

    private KeysWatched AnswerUpTo(List<KeyEvent> events, long number)
    {
        if (number == _history.Next)
        {
            return new KeysWatched(events, _revision + 1, 0);
        }

        var next = _history.At(number).Revision;
        return new KeysWatched(events, next, (int)(number - _history.NumberOf(next)));
    }
}
