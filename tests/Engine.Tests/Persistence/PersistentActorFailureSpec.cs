using System.Collections.Immutable;
using Akka.Actor;
using Akka.Persistence;
using Akka.Persistence.Journal;

namespace Engine.Tests.Persistence;

/// <summary>Nothing that the journal did not store is taken for stored.</summary>
public sealed class PersistentActorFailureSpec : IAsyncDisposable
{
    private readonly PersistenceSystem _system = new(PersistenceSystem.InMemory + """

        akka.persistence.journal.inmem.class = "Engine.Tests.Persistence.PersistentActorFailureSpec+FaultyJournal, Engine.Tests"
        """);

    public ValueTask DisposeAsync() => _system.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_failed_write_is_told_and_stops_the_actor(bool stashing)
    {
        var (probe, actor) = await Started("a", stashing);
        probe.Watch(actor);
        actor.Tell("good");
        actor.Tell("fail");
        await probe.Expect("stored good", "failed Note { Text = fail } at 2: the disk is gone");
        Assert.Equal(actor, (await probe.Expect<Terminated>()).ActorRef);

        var second = _system.Probe();
        _system.Actor("a", second, Store(stashing));
        await second.Expect(new Note("good"), RecoveryCompleted.Instance);
    }

    [Fact]
    public async Task Events_behind_a_failed_one_are_not_written()
    {
        var probe = _system.Probe();
        var actor = _system.Actor("a", probe, (actor, _) =>
        {
            actor.PersistAsync(new Note("fail"), _ => actor.Probe.Tell("stored the failed one"));
            actor.Me.Tell("again");
        });
        probe.Watch(actor);
        await probe.Expect(RecoveryCompleted.Instance);
        actor.Tell("go");
        await probe.Expect("failed Note { Text = fail } at 1: the disk is gone");
        await probe.Expect<Terminated>();

        var second = _system.Probe();
        _system.Actor("a", second, Store(stashing: true));
        await second.Expect(RecoveryCompleted.Instance);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_rejected_event_is_told_and_the_actor_lives_on(bool stashing)
    {
        var (probe, actor) = await Started("a", stashing);
        actor.Tell("reject");
        actor.Tell("good");
        await probe.Expect("rejected Note { Text = reject } at 1: not this one", "stored good");

        var second = _system.Probe();
        _system.Actor("a", second, Store(stashing));
        await second.Expect(new Note("good"), RecoveryCompleted.Instance);
    }

    [Fact]
    public async Task A_failed_replay_is_told_and_stops_the_actor()
    {
        var (probe, actor) = await Started("a", stashing: true);
        actor.Tell("unreadable");
        await probe.Expect("stored unreadable");

        var second = _system.Probe();
        second.Watch(_system.Actor("a", second, Store(stashing: true)));
        await second.Expect("recovery failed: cannot be read");
        await second.Expect<Terminated>();
    }

    [Fact]
    public async Task An_actor_that_fails_on_replay_stops()
    {
        var (probe, actor) = await Started("a", stashing: true);
        actor.Tell("good");
        await probe.Expect("stored good");

        var second = _system.Probe();
        second.Watch(_system.System.ActorOf(Props.Create(() => new Forgetful("a", second.Ref))));
        await second.Expect("recovery failed: what was this?");
        await second.Expect<Terminated>();
    }

    [Fact]
    public async Task Persisting_during_replay_is_refused()
    {
        var (probe, actor) = await Started("a", stashing: true);
        actor.Tell("good");
        await probe.Expect("stored good");

        var second = _system.Probe();
        _system.System.ActorOf(Props.Create(() => new Hasty("a", second.Ref)));
        await second.Expect(
            "recovery failed: Cannot persist during replay. Events can be persisted when receiving RecoveryCompleted or later.");
    }

    [Fact]
    public async Task An_actor_restarted_after_a_failed_command_has_what_was_stored_and_takes_what_was_waiting()
    {
        var probe = _system.Probe();
        var actor = _system.Actor("a", probe, (actor, message) =>
        {
            actor.Persist(new Note($"{message}"), note => actor.Probe.Tell($"stored {note.Text}"));
            if (message is "two")
                throw new InvalidOperationException("a faulty command");
        });
        await probe.Expect(RecoveryCompleted.Instance);
        foreach (var command in new[] { "one", "two", "three" })
            actor.Tell(command);

        await probe.Expect(
            "stored one", new Note("one"), new Note("two"), RecoveryCompleted.Instance, "stored three");
    }

    [Fact]
    public async Task Recovery_gives_up_when_the_journal_says_nothing()
    {
        await using var silent = new PersistenceSystem(PersistenceSystem.InMemory + """

            akka.persistence.journal.inmem {
              class = "Engine.Tests.Persistence.PersistentActorFailureSpec+SilentJournal, Engine.Tests"
              recovery-event-timeout = 200ms
            }
            """);
        var probe = silent.Probe();
        probe.Watch(silent.Actor("a", probe, Store(stashing: true)));
        await probe.Expect(
            "recovery failed: Recovery timed out, didn't get event within 0.2s, highest sequence number seen 0.");
        await probe.Expect<Terminated>();
    }

    private static Action<Scripted, object> Store(bool stashing) => (actor, message) =>
    {
        var note = new Note($"{message}");
        if (stashing)
            actor.Persist(note, stored => actor.Probe.Tell($"stored {stored.Text}"));
        else
            actor.PersistAsync(note, stored => actor.Probe.Tell($"stored {stored.Text}"));
    };

    private async Task<(Probe Probe, IActorRef Actor)> Started(string id, bool stashing)
    {
        var probe = _system.Probe();
        var actor = _system.Actor(id, probe, Store(stashing));
        await probe.Expect(RecoveryCompleted.Instance);
        return (probe, actor);
    }

    public sealed class Forgetful(string id, IActorRef probe) : Scripted(id, probe, (_, _) => { })
    {
        protected override void OnRecover(object message) => throw new InvalidOperationException("what was this?");
    }

    public sealed class Hasty(string id, IActorRef probe) : Scripted(id, probe, (_, _) => { })
    {
        protected override void OnRecover(object message) => Persist(new Note("too early"), _ => { });
    }

    public sealed class SilentJournal : MemoryJournal
    {
        public override Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr) =>
            new TaskCompletionSource<long>().Task;
    }

    public sealed class FaultyJournal : MemoryJournal
    {
        public override Task ReplayMessagesAsync(
            IActorContext context, string persistenceId, long fromSequenceNr, long toSequenceNr, long max,
            Action<IPersistentRepresentation> recoveryCallback) =>
            Read(persistenceId, fromSequenceNr, toSequenceNr, max).Any(e => Is(e, "unreadable"))
                ? Task.FromException(new InvalidOperationException("cannot be read"))
                : base.ReplayMessagesAsync(context, persistenceId, fromSequenceNr, toSequenceNr, max, recoveryCallback);

        protected override async Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages)
        {
            var writes = messages.ToList();
            if (writes.Any(write => Contains(write, "fail")))
                throw new IOException("the disk is gone");

            await base.WriteMessagesAsync(writes.Where(write => !Contains(write, "reject")));
            return writes
                .Select(write => Contains(write, "reject") ? new InvalidOperationException("not this one") : (Exception)null!)
                .ToImmutableList();
        }

        private static bool Contains(AtomicWrite write, string text) =>
            ((IEnumerable<IPersistentRepresentation>)write.Payload).Any(e => Is(e, text));

        private static bool Is(IPersistentRepresentation e, string text) => e.Payload is Note note && note.Text == text;
    }
}
