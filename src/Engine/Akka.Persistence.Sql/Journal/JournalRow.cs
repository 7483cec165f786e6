using Akka.Actor;
using Akka.Persistence.Journal;

namespace Akka.Persistence.Sql.Journal;

/// <summary>An event as it stands in the table, apart from what the database adds.</summary>
internal readonly record struct JournalRow(
    string PersistenceId,
    long SequenceNr,
    long Created,
    byte[] Message,
    string Manifest,
    int SerializerId,
    IReadOnlyCollection<string> Tags);

/// <summary>Turns events into rows and rows into events, with the serializers of the actor system.</summary>
internal sealed class JournalRowSerializer(ExtendedActorSystem system)
{
    public JournalRow ToRow(IPersistentRepresentation e)
    {
        var payload = e.Payload;
        IReadOnlyCollection<string> tags = [];
        if (payload is Tagged tagged)
        {
            payload = tagged.Payload;
            tags = tagged.Tags;
        }

        var serializer = system.Serialization.FindSerializerForType(payload.GetType());
        var message = Akka.Serialization.Serialization.WithTransport(
            system, (serializer, payload), static s => s.serializer.ToBinary(s.payload));
        return new JournalRow(
            e.PersistenceId,
            e.SequenceNr,
            e.Timestamp > 0 ? e.Timestamp : DateTime.UtcNow.Ticks,
            message,
            Akka.Serialization.Serialization.ManifestFor(serializer, payload),
            serializer.Identifier,
            tags);
    }

    public IPersistentRepresentation ToEvent(
        string persistenceId, long sequenceNr, long created, byte[] message, string manifest, int serializerId, string writer) =>
        new Persistent(
            system.Serialization.Deserialize(message, serializerId, manifest),
            sequenceNr,
            persistenceId,
            manifest,
            isDeleted: false,
            ActorRefs.NoSender,
            writer,
            created);
}
