using System.Collections.Immutable;
using Akka.Actor;
using Akka.Persistence;
using Akka.Persistence.Serialization;

namespace Engine.Tests.Persistence;

/// <summary>Persistence messages and snapshots in bytes: golden ones, as other programs read them, and there and back.</summary>
public sealed class PersistenceSerializerSpec : IAsyncDisposable
{
    private readonly PersistenceSystem _system = new(PersistenceSystem.InMemory);

    public PersistenceSerializerSpec() => Akka.Persistence.Persistence.Instance.Apply(_system.System);

    private Akka.Serialization.Serialization Serialization => _system.System.Serialization;

    public ValueTask DisposeAsync() => _system.DisposeAsync();

    [Fact]
    public void Ids_are_seven_and_eight()
    {
        Assert.Equal(7, Serialization.FindSerializerFor(new Persistent(new Note("a"))).Identifier);
        Assert.Equal(7, Serialization.FindSerializerFor(new AtomicWrite(new Persistent(new Note("a")))).Identifier);
        Assert.Equal(7, Serialization.FindSerializerFor(new AtLeastOnceDeliverySnapshot(1, [])).Identifier);
        Assert.Equal(8, Serialization.FindSerializerFor(new Snapshot(new Note("a"))).Identifier);
    }

    [Fact]
    public void An_event_has_its_bytes()
    {
        var e = new Persistent(new Note("hi"), 5, "pid", "man", writerGuid: "w", timestamp: 3);
        Assert.Equal("0A0A08E7241202" + "6869" + "1A014E" + "1005" + "1A03706964" + "62036D616E" + "6A0177" + "7006", Hex(e));
    }

    [Fact]
    public void A_snapshot_has_its_bytes() => Assert.Equal("08E72412026869" + "1A014E", Hex(new Snapshot(new Note("hi"))));

    [Fact]
    public void What_is_written_is_read_again()
    {
        var sender = _system.Probe().Ref;
        var e = new Persistent(new Note("hi"), 5, "pid", "man", isDeleted: true, sender, "w", 3);
        Assert.Equal(e, Again(e));
        Assert.Equal(3, ((Persistent)Again(e)).Timestamp);

        var write = new AtomicWrite(ImmutableList.Create<IPersistentRepresentation>(e, e.Update(6, "pid", false, sender, "w")));
        Assert.Equal(write, Again(write));

        var deliveries = new AtLeastOnceDeliverySnapshot(17, [new UnconfirmedDelivery(1, sender.Path, new Note("a"))]);
        Assert.Equal(deliveries, Again(deliveries));
        Assert.Equal(new Snapshot(new Note("s")), Again(new Snapshot(new Note("s"))));
    }

    [Fact]
    public void What_is_not_a_persistence_message_is_refused()
    {
        var serializer = new PersistenceMessageSerializer((ExtendedActorSystem)_system.System);
        Assert.Throws<ArgumentException>(() => serializer.ToBinary("text"));
        Assert.Throws<System.Runtime.Serialization.SerializationException>(() => serializer.FromBinary<string>([4, 5, 6]));
    }

    private string Hex(object message) => Convert.ToHexString(Serialization.Serialize(message));

    private object Again(object message)
    {
        var serializer = Serialization.FindSerializerFor(message);
        var manifest = Akka.Serialization.Serialization.ManifestFor(serializer, message);
        return Serialization.Deserialize(Serialization.Serialize(message), serializer.Identifier, manifest);
    }
}
