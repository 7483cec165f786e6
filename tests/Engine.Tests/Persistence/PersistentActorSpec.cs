using Akka.Actor;
using Akka.Persistence;

namespace Engine.Tests.Persistence;

/// <summary>What persistent actors promise to their own code, on each journal.</summary>
public sealed class PersistentActorSpec : IAsyncDisposable
{
    private PersistenceSystem? _system;

    public static TheoryData<string> Journals =>
        new(PersistenceSystem.InMemory, PersistenceSystem.Sqlite, PersistenceSystem.SqliteInMemory);

    public async ValueTask DisposeAsync()
    {
        if (_system is not null)
            await _system.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Journals))]
    public async Task Events_are_replayed_in_order_then_recovery_completes(string config)
    {
        var probe = await Started(config, "a", Notes);
        probe.Actor.Tell(new[] { "one", "two", "three" });
        await probe.Expect("stored one", "stored two", "stored three");

        var second = Recovering("a", Notes);
        await second.Expect(new Note("one"), new Note("two"), new Note("three"), RecoveryCompleted.Instance);
    }

    [Theory]
    [MemberData(nameof(Journals))]
    public async Task Persist_holds_commands_back_until_its_handler_has_run(string config)
    {
        var probe = await Started(config, "a", (actor, message) =>
        {
            actor.Probe.Tell($"command {message}");
            actor.Persist(new Note($"{message}"), note => actor.Probe.Tell($"handler {note.Text}"));
        });
        foreach (var command in new[] { 1, 2, 3 })
            probe.Actor.Tell(command);

        await probe.Expect("command 1", "handler 1", "command 2", "handler 2", "command 3", "handler 3");
    }

    [Theory]
    [MemberData(nameof(Journals))]
    public async Task PersistAsync_takes_commands_meanwhile_and_handlers_keep_the_order(string config)
    {
        const int Commands = 1000;
        var handled = new List<int>();
        var probe = await Started(config, "a", (actor, message) => actor.PersistAsync(new Note($"{message}"), note =>
        {
            handled.Add(int.Parse(note.Text));
            if (handled.Count == Commands)
                actor.Probe.Tell("all");
        }));
        for (var i = 0; i < Commands; i++)
            probe.Actor.Tell(i);

        await probe.Expect("all");
        Assert.Equal(Enumerable.Range(0, Commands), handled);
    }

    [Fact]
    public async Task A_handler_may_persist_again_before_the_next_command()
    {
        var probe = await Started(PersistenceSystem.InMemory, "a", (actor, message) =>
            actor.Persist(new Note($"{message}"), outer =>
            {
                actor.Probe.Tell($"outer {outer.Text}");
                actor.Persist(new Note($"{outer.Text}!"), inner => actor.Probe.Tell($"inner {inner.Text}"));
            }));
        probe.Actor.Tell(1);
        probe.Actor.Tell(2);

        await probe.Expect("outer 1", "inner 1!", "outer 2", "inner 2!");
    }

    [Fact]
    public async Task A_persist_in_a_handler_of_PersistAsync_holds_the_next_command_back_too()
    {
        var probe = await Started(PersistenceSystem.InMemory, "a", (actor, message) =>
        {
            actor.Probe.Tell($"command {message}");
            if (message is 1)
            {
                actor.PersistAsync(new Note("outer"), _ =>
                {
                    actor.Persist(new Note("inner"), _ => actor.Probe.Tell("inner"));
                    actor.Me.Tell(2);
                });
            }
        });
        probe.Actor.Tell(1);

        await probe.Expect("command 1", "inner", "command 2");
    }

    [Fact]
    public async Task Deferred_handlers_keep_their_place_among_events()
    {
        var probe = await Started(PersistenceSystem.InMemory, "a", (actor, _) =>
        {
            actor.DeferAsync("first", e => actor.Probe.Tell(e));
            actor.PersistAsync(new Note("second"), e => actor.Probe.Tell(e.Text));
            actor.DeferAsync("third", e => actor.Probe.Tell(e));
            actor.PersistAsync(new Note("fourth"), e => actor.Probe.Tell(e.Text));
        });
        probe.Actor.Tell("go");

        await probe.Expect("first", "second", "third", "fourth");
    }

    [Fact]
    public async Task Handlers_answer_the_sender_of_their_command()
    {
        var probe = await Started(PersistenceSystem.InMemory, "a", (actor, message) =>
            actor.PersistAsync(new Note($"{message}"), note => actor.Client.Tell(note.Text)));
        var clients = Enumerable.Range(0, 10).Select(_ => _system!.Probe()).ToArray();
        for (var i = 0; i < clients.Length; i++)
            probe.Actor.Tell(i, clients[i].Ref);

        for (var i = 0; i < clients.Length; i++)
            await clients[i].Expect($"{i}");
    }

    [Fact]
    public async Task An_asynchronous_command_may_persist_after_its_await()
    {
        var probe = await Started(PersistenceSystem.InMemory, "a", (actor, message) => actor.Run(async () =>
        {
            await Task.Yield();
            actor.Persist(new Note($"{message}"), note => actor.Probe.Tell($"stored {note.Text}"));
            await Task.Yield();
            actor.Probe.Tell($"ran {message}");
        }));
        probe.Actor.Tell(1);
        probe.Actor.Tell(2);

        await probe.Expect("ran 1", "stored 1", "ran 2", "stored 2");
    }

    [Fact]
    public async Task What_the_user_unstashes_goes_ahead_of_later_commands()
    {
        var opened = false;
        var probe = await Started(PersistenceSystem.InMemory, "a", (actor, message) =>
        {
            switch (message)
            {
                case "open":
                    actor.Persist(new Note("open"), _ =>
                    {
                        opened = true;
                        actor.Stash.UnstashAll();
                        actor.Probe.Tell("opened");
                    });
                    break;
                case string text when text.StartsWith("early", StringComparison.Ordinal) && !opened:
                    actor.Stash.Stash();
                    break;
                default:
                    actor.Probe.Tell(message);
                    break;
            }
        });
        foreach (var command in new[] { "early 1", "early 2", "open", "late 1", "late 2" })
            probe.Actor.Tell(command);

        await probe.Expect("opened", "early 1", "early 2", "late 1", "late 2");
    }

    [Fact]
    public async Task Commands_wait_for_the_end_of_the_recovery()
    {
        var first = await Started(PersistenceSystem.InMemory, "a", Notes);
        first.Actor.Tell(Enumerable.Range(0, 500).Select(i => $"{i}").ToArray());
        for (var i = 0; i < 500; i++)
            await first.Expect($"stored {i}");

        var second = new Stage(_system!, "a", (actor, message) => actor.Probe.Tell($"command {message} after {actor.LastSequenceNr}"));
        second.Actor.Tell("early");
        for (var i = 0; i < 500; i++)
            await second.Expect(new Note($"{i}"));
        await second.Expect(RecoveryCompleted.Instance, "command early after 500");
    }

    [Theory]
    [MemberData(nameof(Journals))]
    public async Task Recovery_starts_from_the_newest_snapshot(string config)
    {
        var first = await Started(config, "a", Notes);
        first.Actor.Tell(new[] { "one", "two" });
        await first.Expect("stored one", "stored two");
        first.Actor.Tell("save");
        Assert.Equal(2, (await first.Probe.Expect<SaveSnapshotSuccess>()).Metadata.SequenceNr);
        first.Actor.Tell(new[] { "three" });
        await first.Expect("stored three");

        var second = Recovering("a", Notes);
        var offer = await second.Probe.Expect<SnapshotOffer>();
        Assert.Equal((2L, new Note("the snapshot")), (offer.Metadata.SequenceNr, offer.Snapshot));
        await second.Expect(new Note("three"), RecoveryCompleted.Instance);
    }

    [Fact]
    public async Task A_snapshot_that_the_actor_does_not_handle_counts_as_none()
    {
        var first = await Started(PersistenceSystem.InMemory, "a", Notes);
        first.Actor.Tell(new[] { "one", "two" });
        await first.Expect("stored one", "stored two");
        first.Actor.Tell("save");
        await first.Probe.Expect<SaveSnapshotSuccess>();

        var second = _system!.Probe();
        _system.System.ActorOf(Props.Create(() => new WithoutSnapshots("a", second.Ref)));
        await second.Expect(new Note("one"), new Note("two"), RecoveryCompleted.Instance);
    }

    [Fact]
    public async Task Events_in_shared_memory_outlive_their_system()
    {
        const string Shared = PersistenceSystem.InMemory + """

            akka.persistence.journal.inmem.class = "Akka.Persistence.Journal.SharedMemoryJournal, Akka.Persistence"
            """;
        var first = await Started(Shared, "shared", Notes);
        first.Actor.Tell(new[] { "one", "two" });
        await first.Expect("stored one", "stored two");
        first.Actor.Tell(1L);
        await first.Probe.Expect<DeleteMessagesSuccess>();

        await _system!.Restart();
        await Recovering("shared", Notes).Expect(new Note("two"), RecoveryCompleted.Instance);
    }

    [Theory]
    [MemberData(nameof(Journals))]
    public async Task Deleted_events_are_not_replayed_and_their_numbers_not_used_again(string config)
    {
        var first = await Started(config, "a", Notes);
        first.Actor.Tell(new[] { "one", "two", "three" });
        await first.Expect("stored one", "stored two", "stored three");
        first.Actor.Tell(long.MaxValue);
        Assert.Equal(long.MaxValue, (await first.Probe.Expect<DeleteMessagesSuccess>()).ToSequenceNr);

        var second = Recovering("a", (actor, _) => actor.Probe.Tell(actor.LastSequenceNr));
        await second.Expect(RecoveryCompleted.Instance);
        second.Actor.Tell("where");
        await second.Expect(3L);
    }

    private static void Notes(Scripted actor, object message)
    {
        switch (message)
        {
            case string[] texts:
                actor.PersistAll(texts.Select(text => new Note(text)), note => actor.Probe.Tell($"stored {note.Text}"));
                break;
            case "save":
                actor.SaveSnapshot(new Note("the snapshot"));
                break;
            case long toSequenceNr:
                actor.DeleteMessages(toSequenceNr);
                break;
            default:
                actor.Probe.Tell(message);
                break;
        }
    }

    private async Task<Stage> Started(string config, string id, Action<Scripted, object> script)
    {
        _system = new PersistenceSystem(config);
        var stage = new Stage(_system, id, script);
        await stage.Expect(RecoveryCompleted.Instance);
        return stage;
    }

    private Stage Recovering(string id, Action<Scripted, object> script) => new(_system!, id, script);

    private sealed class WithoutSnapshots(string id, IActorRef probe) : PersistentActor
    {
        public override string PersistenceId => id;

        protected override bool ReceiveCommand(object message) => false;

        protected override bool ReceiveRecover(object message)
        {
            if (message is SnapshotOffer)
                return false;

            probe.Tell(message);
            return true;
        }
    }

    private sealed class Stage
    {
        public Stage(PersistenceSystem system, string id, Action<Scripted, object> script)
        {
            Probe = system.Probe();
            Actor = system.Actor(id, Probe, script);
        }

        public Probe Probe { get; }

        public IActorRef Actor { get; }

        public Task Expect(params object[] messages) => Probe.Expect(messages);
    }
}
