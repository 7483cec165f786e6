using System.Collections.Concurrent;
using System.Collections.Immutable;
using Akka.Actor;

namespace Akka.Persistence.Journal;

public interface IMemoryMessages
{
    IDictionary<string, LinkedList<IPersistentRepresentation>> Add(IPersistentRepresentation persistent);

    IDictionary<string, LinkedList<IPersistentRepresentation>> Update(
        string persistenceId, long sequenceNr, Func<IPersistentRepresentation, IPersistentRepresentation> updater);

    IDictionary<string, LinkedList<IPersistentRepresentation>> Delete(string persistenceId, long sequenceNr);

    IEnumerable<IPersistentRepresentation> Read(string persistenceId, long fromSequenceNr, long toSequenceNr, long max);

    long HighestSequenceNr(string persistenceId);
}

/// <summary>Keeps events for as long as its actor system lives: for tests.</summary>
public class MemoryJournal : AsyncWriteJournal
{
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, LinkedList<IPersistentRepresentation>> _messages = new();

    // Stays when the events are deleted.
    private readonly Dictionary<string, long> _highestSequenceNrs = new();

    protected virtual ConcurrentDictionary<string, LinkedList<IPersistentRepresentation>> Messages => _messages;

    public override Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr) =>
        Task.FromResult(HighestSequenceNr(persistenceId));

    public override Task ReplayMessagesAsync(
        IActorContext context, string persistenceId, long fromSequenceNr, long toSequenceNr, long max,
        Action<IPersistentRepresentation> recoveryCallback)
    {
        foreach (var persistent in Read(persistenceId, fromSequenceNr, Math.Min(toSequenceNr, HighestSequenceNr(persistenceId)), max))
            recoveryCallback(persistent);
        return Task.CompletedTask;
    }

    public IDictionary<string, LinkedList<IPersistentRepresentation>> Add(IPersistentRepresentation persistent)
    {
        var stored = persistent.WithTimestamp(persistent.Timestamp > 0 ? persistent.Timestamp : DateTime.UtcNow.Ticks);
        if (stored.Payload is Tagged tagged)
            stored = stored.WithPayload(tagged.Payload);
        lock (_lock)
        {
            Messages.GetOrAdd(stored.PersistenceId, _ => new()).AddLast(stored);
            RememberHighest(stored.PersistenceId, stored.SequenceNr);
        }

        return Messages;
    }

    public IDictionary<string, LinkedList<IPersistentRepresentation>> Update(
        string persistenceId, long sequenceNr, Func<IPersistentRepresentation, IPersistentRepresentation> updater)
    {
        lock (_lock)
        {
            if (Messages.TryGetValue(persistenceId, out var events))
            {
                for (var node = events.First; node is not null; node = node.Next)
                {
                    if (node.Value.SequenceNr == sequenceNr)
                        node.Value = updater(node.Value);
                }
            }
        }

        return Messages;
    }

    public IDictionary<string, LinkedList<IPersistentRepresentation>> Delete(string persistenceId, long sequenceNr)
    {
        lock (_lock)
        {
            if (Messages.TryGetValue(persistenceId, out var events))
            {
                for (var node = events.First; node is not null;)
                {
                    var next = node.Next;
                    if (node.Value.SequenceNr == sequenceNr)
                        events.Remove(node);
                    node = next;
                }
            }
        }

        return Messages;
    }

    public IEnumerable<IPersistentRepresentation> Read(string persistenceId, long fromSequenceNr, long toSequenceNr, long max)
    {
        lock (_lock)
        {
            if (!Messages.TryGetValue(persistenceId, out var events))
                return [];

            return events
                .Where(e => e.SequenceNr >= fromSequenceNr && e.SequenceNr <= toSequenceNr)
                .Take(max > int.MaxValue ? int.MaxValue : (int)max)
                .ToArray();
        }
    }

    public long HighestSequenceNr(string persistenceId)
    {
        lock (_lock)
        {
            var stored = Messages.TryGetValue(persistenceId, out var events) ? events.Last?.Value.SequenceNr ?? 0L : 0L;
            return Math.Max(stored, _highestSequenceNrs.GetValueOrDefault(persistenceId));
        }
    }

    protected override Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages)
    {
        foreach (var write in messages)
        {
            foreach (var persistent in (IEnumerable<IPersistentRepresentation>)write.Payload)
                Add(persistent);
        }

        return Task.FromResult<IImmutableList<Exception>>(ImmutableArray<Exception>.Empty);
    }

    protected override Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr)
    {
        var highest = HighestSequenceNr(persistenceId);
        lock (_lock)
        {
            RememberHighest(persistenceId, highest);
            if (Messages.TryGetValue(persistenceId, out var events))
            {
                while (events.First is { } first && first.Value.SequenceNr <= toSequenceNr)
                    events.RemoveFirst();
            }
        }

        return Task.CompletedTask;
    }

    private void RememberHighest(string persistenceId, long sequenceNr) =>
        _highestSequenceNrs[persistenceId] = Math.Max(sequenceNr, _highestSequenceNrs.GetValueOrDefault(persistenceId));
}
