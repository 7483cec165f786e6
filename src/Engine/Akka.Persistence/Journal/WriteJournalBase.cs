using System.Collections.Immutable;
using Akka.Actor;

namespace Akka.Persistence.Journal;

/// <summary>What every journal does with events on their way in and out: event adapters.</summary>
public abstract class WriteJournalBase : ActorBase
{
    private readonly EventAdapters _adapters;

    protected WriteJournalBase() => _adapters = Persistence.Instance.Apply(Context.System).AdaptersFor(Self);

    protected IEnumerable<AtomicWrite> PreparePersistentBatch(IEnumerable<IPersistentEnvelope> resequenceables)
    {
        var prepared = new List<AtomicWrite>();
        foreach (var envelope in resequenceables)
        {
            if (envelope is AtomicWrite write)
                prepared.Add(Prepare(write));
        }

        return prepared;
    }

    protected IEnumerable<IPersistentRepresentation> AdaptFromJournal(IPersistentRepresentation representation)
    {
        var adapter = _adapters.Get(representation.Payload.GetType());
        return adapter is IdentityEventAdapter
            ? [representation]
            : adapter.FromJournal(representation.Payload, representation.Manifest).Events.Select(representation.WithPayload);
    }

    protected IPersistentRepresentation AdaptToJournal(IPersistentRepresentation representation)
    {
        var adapter = _adapters.Get(representation.Payload.GetType());
        return adapter is IdentityEventAdapter
            ? representation
            : representation
                .WithManifest(adapter.Manifest(representation.Payload))
                .WithPayload(adapter.ToJournal(representation.Payload));
    }

    // A stored event must not keep the actor that asked for it.
    private AtomicWrite Prepare(AtomicWrite write)
    {
        var events = ImmutableArray.CreateBuilder<IPersistentRepresentation>(write.Size);
        foreach (var e in write.Events)
            events.Add(AdaptToJournal(e.Update(e.SequenceNr, e.PersistenceId, e.IsDeleted, ActorRefs.NoSender, e.WriterGuid)));
        return new AtomicWrite(events.MoveToImmutable());
    }
}
