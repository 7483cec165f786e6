using Akka.Actor;
using Akka.Persistence;
using Akka.Persistence.Journal;

namespace Engine.Tests.Persistence;

/// <summary>Event adapters between an actor and its journal.</summary>
public sealed class EventAdapterSpec : IAsyncDisposable
{
    private readonly PersistenceSystem _system = new(PersistenceSystem.InMemory + """

        akka.persistence.journal.inmem {
          event-adapters {
            upper = "Engine.Tests.Persistence.EventAdapterSpec+UpperCase, Engine.Tests"
            twice = "Engine.Tests.Persistence.EventAdapterSpec+Twice, Engine.Tests"
            nothing = "Engine.Tests.Persistence.EventAdapterSpec+Nothing, Engine.Tests"
          }
          event-adapter-bindings {
            "System.Object" = nothing
            "Engine.Tests.Persistence.Note, Engine.Tests" = upper
            "Engine.Tests.Persistence.EventAdapterSpec+Stored, Engine.Tests" = [upper, twice]
          }
        }
        """);

    public ValueTask DisposeAsync() => _system.DisposeAsync();

    [Fact]
    public async Task The_most_specific_binding_adapts_what_is_written_and_all_of_its_adapters_what_is_read()
    {
        var probe = _system.Probe();
        var actor = _system.Actor("a", probe, (actor, message) => actor.Persist(message, e => actor.Probe.Tell($"stored {e}")));
        await probe.Expect(RecoveryCompleted.Instance);
        actor.Tell(new Note("one"), probe.Ref);
        actor.Tell(17, probe.Ref);
        await probe.Expect("stored Note { Text = one }", "stored 17");

        var second = _system.Probe();
        _system.Actor("a", second, (_, _) => { });
        await second.Expect("read ONE as note", "ONE", "ONE", RecoveryCompleted.Instance);
    }

    public sealed record Stored(string Text);

    public sealed class UpperCase : IEventAdapter
    {
        public string Manifest(object evt) => "note";

        public object ToJournal(object evt) => new Stored(((Note)evt).Text.ToUpperInvariant());

        public IEventSequence FromJournal(object evt, string manifest) =>
            EventSequence.Single($"read {((Stored)evt).Text} as {manifest}");
    }

    public sealed class Twice : IReadEventAdapter
    {
        public IEventSequence FromJournal(object evt, string manifest) =>
            EventSequence.Create(((Stored)evt).Text, ((Stored)evt).Text);
    }

    public sealed class Nothing : IReadEventAdapter
    {
        public IEventSequence FromJournal(object evt, string manifest) => EventSequence.Empty;
    }
}
