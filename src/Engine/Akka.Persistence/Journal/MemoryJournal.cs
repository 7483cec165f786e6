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
    // Guards its lists too: other journals may share them.
    protected virtual ConcurrentDictionary<string, LinkedList<IPersistentRepresentation>> Messages { get; } = new();

    // A number stays when its event is deleted.
    internal virtual Dictionary<string, long> HighestSequenceNrs { get; } = new();

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
        lock (Messages)
        {
            Messages.GetOrAdd(stored.PersistenceId, _ => new()).AddLast(stored);
            RememberHighest(stored.PersistenceId, stored.SequenceNr);
        }

        return Messages;
    }

    public IDictionary<string, LinkedList<IPersistentRepresentation>> Update(
        string persistenceId, long sequenceNr, Func<IPersistentRepresentation, IPersistentRepresentation> updater)
    {
        lock (Messages)
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
        lock (Messages)
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
        lock (Messages)
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
        lock (Messages)
        {
            var stored = Messages.TryGetValue(persistenceId, out var events) ? events.Last?.Value.SequenceNr ?? 0L : 0L;
            return Math.Max(stored, HighestSequenceNrs.GetValueOrDefault(persistenceId));
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
        lock (Messages)
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
        HighestSequenceNrs[persistenceId] = Math.Max(sequenceNr, HighestSequenceNrs.GetValueOrDefault(persistenceId));
}

/// <summary>Keeps events for as long as the process lives, for all actor systems in it together.</summary>
public class SharedMemoryJournal : MemoryJournal
{
    private static readonly ConcurrentDictionary<string, LinkedList<IPersistentRepresentation>> SharedMessages = new();
    private static readonly Dictionary<string, long> SharedHighestSequenceNrs = new();

    protected override ConcurrentDictionary<string, LinkedList<IPersistentRepresentation>> Messages => SharedMessages;

    internal override Dictionary<string, long> HighestSequenceNrs => SharedHighestSequenceNrs;
}
