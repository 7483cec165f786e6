using System.Collections.Concurrent;
using System.Collections.Immutable;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Journal;

namespace AkkaRaft.TestKit;

/// <summary>
/// A journal whose records live in a <see cref="JournalStore"/>, which outlives crashes of its server. A plugin for specs, one for each
/// server.
/// </summary>
public sealed class TestJournal : AsyncWriteJournal
{
    private static readonly ConcurrentDictionary<string, JournalStore> Stores = new();

    private readonly JournalStore _store;

    /// <summary>Called by Akka, with the plugin's section.</summary>
    public TestJournal(Config config) => _store = Stores[config.GetString("store") ?? ""];

    internal static void Register(string name, JournalStore store) => Stores[name] = store;

    internal static void Forget(string name) => Stores.TryRemove(name, out _);

    /// <inheritdoc />
    public override Task ReplayMessagesAsync(
        IActorContext context,
        string persistenceId,
        long fromSequenceNr,
        long toSequenceNr,
        long max,
        Action<IPersistentRepresentation> recoveryCallback)
    {
        foreach (var record in _store.Read(fromSequenceNr, toSequenceNr).Take((int)Math.Min(max, int.MaxValue)))
        {
            recoveryCallback(record);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public override Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr) =>
        Task.FromResult(_store.HighestSequenceNr);

    /// <inheritdoc />
    protected override Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages) =>
        _store.Write([.. messages]);

    /// <inheritdoc />
    protected override Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr) =>
        throw new NotSupportedException("A spec's journal deletes nothing.");
}
