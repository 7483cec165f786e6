using System.Collections.Concurrent;
using Akka.Actor;

namespace Akka.Event;

/// <summary>
/// Passes events to those who subscribed to their classifier or to a more general one. A subscription may leave out
/// sub-classifiers that were unsubscribed from later.
/// </summary>
public abstract class EventBus<TEvent, TClassifier, TSubscriber> where TClassifier : notnull where TSubscriber : notnull
{
    private readonly object _gate = new();
    private List<Entry> _entries = [];

    /// <summary>Who receives the events of a classifier; thrown away with every change of the subscriptions.</summary>
    private volatile ConcurrentDictionary<TClassifier, TSubscriber[]> _receivers = new();

    protected string SimpleName(object source) => Logging.SimpleName(source);

    protected string SimpleName(Type source) => Logging.SimpleName(source);

    public virtual bool Subscribe(TSubscriber subscriber, TClassifier classifier)
    {
        lock (_gate)
        {
            if (_entries.Exists(entry => entry.Is(subscriber) && entry.Classifier.Equals(classifier))) return false;
            Replace([.. _entries, new Entry(subscriber, classifier, [])]);
            return true;
        }
    }

    public virtual bool Unsubscribe(TSubscriber subscriber)
    {
        lock (_gate)
        {
            if (!HasSubscriptions(subscriber)) return false;
            Replace(_entries.FindAll(entry => !entry.Is(subscriber)));
            return true;
        }
    }

    public virtual bool Unsubscribe(TSubscriber subscriber, TClassifier classifier)
    {
        lock (_gate)
        {
            var changed = false;
            var remaining = new List<Entry>(_entries.Count);
            foreach (var entry in _entries)
            {
                var kept = entry.Is(subscriber) ? Without(entry, classifier) : entry;
                changed |= kept != entry;
                if (kept is not null) remaining.Add(kept);
            }

            if (changed) Replace(remaining);
            return changed;
        }
    }

    public virtual void Publish(TEvent @event)
    {
        var receivers = _receivers;
        var classifier = GetClassifier(@event);
        if (!receivers.TryGetValue(classifier, out var subscribers))
            subscribers = receivers.GetOrAdd(classifier, ReceiversOf(@event));
        foreach (var subscriber in subscribers) Publish(@event, subscriber);
    }

    protected abstract bool IsSubClassification(TClassifier parent, TClassifier child);

    protected abstract void Publish(TEvent @event, TSubscriber subscriber);

    protected abstract bool Classify(TEvent @event, TClassifier classifier);

    protected abstract TClassifier GetClassifier(TEvent @event);

    internal bool HasSubscriptions(TSubscriber subscriber)
    {
        lock (_gate) return _entries.Exists(entry => entry.Is(subscriber));
    }

    private Entry? Without(Entry entry, TClassifier classifier)
    {
        if (entry.Classifier.Equals(classifier) || IsSubClassification(classifier, entry.Classifier)) return null;
        if (!IsSubClassification(entry.Classifier, classifier) || entry.Excluded.Contains(classifier)) return entry;
        return entry with { Excluded = [.. entry.Excluded, classifier] };
    }

    private TSubscriber[] ReceiversOf(TEvent @event)
    {
        lock (_gate)
        {
            return _entries
                .Where(entry => Classify(@event, entry.Classifier) && !entry.Excluded.Any(excluded => Classify(@event, excluded)))
                .Select(entry => entry.Subscriber)
                .Distinct()
                .ToArray();
        }
    }

    private void Replace(List<Entry> entries)
    {
        _entries = entries;
        _receivers = new ConcurrentDictionary<TClassifier, TSubscriber[]>();
    }

    private sealed record Entry(TSubscriber Subscriber, TClassifier Classifier, TClassifier[] Excluded)
    {
        public bool Is(TSubscriber subscriber) => Subscriber.Equals(subscriber);
    }
}

public abstract class ActorEventBus<TEvent, TClassifier> : EventBus<TEvent, TClassifier, IActorRef> where TClassifier : notnull;
