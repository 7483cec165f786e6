using Akka.Actor;
using Akka.Persistence;

namespace Engine.Tests.Persistence;

/// <summary>What passes between a persistent actor and its journal; the journal's part is played by the test.</summary>
public sealed class JournalProtocolSpec : IAsyncDisposable
{
    private static Probe? _journal;

    private readonly PersistenceSystem _system = new("""
        puppet.class = "Engine.Tests.Persistence.JournalProtocolSpec+Puppet, Engine.Tests"
        akka.persistence.journal.plugin = puppet
        akka.persistence.snapshot-store.plugin = "akka.persistence.no-snapshot-store"
        """);

    public JournalProtocolSpec() => _journal = _system.Probe();

    public ValueTask DisposeAsync() => _system.DisposeAsync();

    [Fact]
    public async Task While_a_write_is_under_way_events_gather_into_the_next_batch()
    {
        var (probe, actor) = await Started((actor, message) =>
            actor.PersistAsync(new Note($"{message}"), note => actor.Probe.Tell(note.Text)));
        actor.Tell(0);
        var first = await _journal!.Expect<WriteMessages>();
        for (var i = 1; i <= 4; i++)
            actor.Tell(i);
        await actor.Ask<ActorIdentity>(new Identify(1));
        Assert.False(_journal.HasMessage);

        Confirm(first);
        var second = await _journal.Expect<WriteMessages>();
        Assert.Equal(["0"], Texts(first));
        Assert.Equal(["1", "2", "3", "4"], Texts(second));
        Confirm(second);
        await probe.Expect("0", "1", "2", "3", "4");
    }

    [Fact]
    public async Task All_that_one_command_persists_goes_out_at_once()
    {
        var (probe, actor) = await Started((actor, _) =>
        {
            actor.Persist(new Note("a"), note => actor.Probe.Tell(note.Text));
            actor.PersistAll([new Note("b"), new Note("c")], note => actor.Probe.Tell(note.Text));
        });
        actor.Tell("go");

        var write = await _journal!.Expect<WriteMessages>();
        Assert.Equal([1, 2], write.Messages.Select(m => m.Size));
        Assert.Equal([1L, 2L, 3L], Events(write).Select(e => e.SequenceNr));
        Assert.Single(Events(write).Select(e => e.WriterGuid).Distinct());
        Confirm(write);
        await probe.Expect("a", "b", "c");
    }

    [Fact]
    public async Task Replies_to_an_earlier_incarnation_are_ignored()
    {
        var (probe, actor) = await Started((actor, message) =>
        {
            if (message is "boom")
                throw new InvalidOperationException("a faulty command");
            actor.PersistAsync(new Note($"{message}"), note => actor.Probe.Tell(note.Text));
        });
        actor.Tell("before");
        var stale = await _journal!.Expect<WriteMessages>();
        actor.Tell("queued");
        actor.Tell("boom");

        var replay = await _journal.Expect<ReplayMessages>();
        replay.PersistentActor.Tell(new RecoverySuccess(1), _journal.Ref);
        await probe.Expect(RecoveryCompleted.Instance);
        Confirm(stale);
        actor.Tell("after");
        var write = await _journal.Expect<WriteMessages>();
        Assert.Equal(2L, Assert.Single(Events(write)).SequenceNr);
        Confirm(write);
        await probe.Expect("after");
    }

    private static void Confirm(WriteMessages write)
    {
        write.PersistentActor.Tell(WriteMessagesSuccessful.Instance);
        foreach (var e in Events(write))
            write.PersistentActor.Tell(new WriteMessageSuccess(e, write.ActorInstanceId), e.Sender);
    }

    private static IEnumerable<IPersistentRepresentation> Events(WriteMessages write) =>
        write.Messages.SelectMany(m => (IEnumerable<IPersistentRepresentation>)m.Payload);

    private static IEnumerable<string> Texts(WriteMessages write) => Events(write).Select(e => ((Note)e.Payload).Text);

    private async Task<(Probe Probe, IActorRef Actor)> Started(Action<Scripted, object> script)
    {
        var probe = _system.Probe();
        var actor = _system.Actor("a", probe, script);
        var replay = await _journal!.Expect<ReplayMessages>();
        Assert.Equal((1L, long.MaxValue, "a"), (replay.FromSequenceNr, replay.ToSequenceNr, replay.PersistenceId));
        replay.PersistentActor.Tell(new RecoverySuccess(0), _journal.Ref);
        await probe.Expect(RecoveryCompleted.Instance);
        return (probe, actor);
    }

    public sealed class Puppet : UntypedActor
    {
        protected override void OnReceive(object message) => _journal!.Ref.Forward(message);
    }
}
