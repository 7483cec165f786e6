using System.Collections.Immutable;
using Akka.Actor;
using Akka.Persistence;

namespace Engine.Tests.Persistence;

/// <summary>What each journal answers to its requests.</summary>
public sealed class JournalSpec : IAsyncDisposable
{
    private PersistenceSystem? _system;
    private Probe? _probe;
    private IActorRef? _journal;

    public static TheoryData<string> Journals =>
        new(PersistenceSystem.InMemory, PersistenceSystem.Sqlite, PersistenceSystem.SqliteInMemory);

    public async ValueTask DisposeAsync()
    {
        if (_system is not null)
            await _system.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Journals))]
    public async Task Events_are_replayed_within_bounds(string config)
    {
        await Written(config);

        Assert.Equal("1 2 3 4 5 | 5", await Replay(1, long.MaxValue, long.MaxValue));
        Assert.Equal("3 4 5 | 5", await Replay(3, long.MaxValue, long.MaxValue));
        Assert.Equal("1 2 3 | 5", await Replay(1, 3, long.MaxValue));
        Assert.Equal("1 2 | 5", await Replay(1, long.MaxValue, 2));
        Assert.Equal("2 3 | 5", await Replay(2, 5, 2));
        Assert.Equal("2 | 5", await Replay(2, 2, long.MaxValue));
        Assert.Equal(" | 5", await Replay(2, 4, 0));
        Assert.Equal(" | 5", await Replay(3, 2, long.MaxValue));
        Assert.Equal(" | 5", await Replay(1, 0, long.MaxValue));
        Assert.Equal(" | 0", await Replay(0, long.MaxValue, long.MaxValue, "nobody"));
    }

    [Theory]
    [MemberData(nameof(Journals))]
    public async Task Deleting_keeps_the_highest_number(string config)
    {
        await Written(config);
        await Delete(3);
        Assert.Equal("4 5 | 5", await Replay(1, long.MaxValue, long.MaxValue));
        await Delete(2);
        Assert.Equal("4 5 | 5", await Replay(1, long.MaxValue, long.MaxValue));
        await Delete(long.MaxValue);
        Assert.Equal(" | 5", await Replay(1, long.MaxValue, long.MaxValue));

        _journal!.Tell(new WriteMessages([new AtomicWrite(Event(6))], _probe!.Ref, 1));
        await _probe.Expect<WriteMessagesSuccessful>();
        await _probe.Expect<WriteMessageSuccess>();
        Assert.Equal("6 | 6", await Replay(1, long.MaxValue, long.MaxValue));
    }

    [Fact]
    public async Task An_event_that_cannot_be_serialized_is_rejected_alone()
    {
        await Written(PersistenceSystem.Sqlite);
        AtomicWrite[] writes =
        [
            new(Event(6)),
            new(ImmutableList.Create<IPersistentRepresentation>(Event(7), Event(8).WithPayload(new Unwritable("?")))),
            new(Event(9)),
        ];
        _journal!.Tell(new WriteMessages(writes, _probe!.Ref, 1));

        await _probe.Expect<WriteMessagesSuccessful>();
        Assert.Equal(6, (await _probe.Expect<WriteMessageSuccess>()).Persistent.SequenceNr);
        foreach (var rejected in new[] { 7L, 8L })
        {
            var rejection = await _probe.Expect<WriteMessageRejected>();
            Assert.Equal(rejected, rejection.Persistent.SequenceNr);
            Assert.Contains("cannot be written", rejection.Cause.Message);
        }

        Assert.Equal(9, (await _probe.Expect<WriteMessageSuccess>()).Persistent.SequenceNr);
        Assert.Equal("6 9 | 9", await Replay(6, long.MaxValue, long.MaxValue));
    }

    [Fact]
    public async Task A_number_that_is_taken_fails_the_write()
    {
        await Written(PersistenceSystem.Sqlite);
        _journal!.Tell(new WriteMessages([new AtomicWrite(Event(5)), new AtomicWrite(Event(6))], _probe!.Ref, 7));

        Assert.Equal(2, (await _probe.Expect<WriteMessagesFailed>()).WriteCount);
        foreach (var failed in new[] { 5L, 6L })
        {
            var failure = await _probe.Expect<WriteMessageFailure>();
            Assert.Equal((failed, 7), (failure.Persistent.SequenceNr, failure.ActorInstanceId));
        }

        Assert.Equal("5 | 5", await Replay(5, long.MaxValue, long.MaxValue));
    }

    private static IPersistentRepresentation Event(long sequenceNr) =>
        new Persistent(new Note($"{sequenceNr}"), sequenceNr, "p", writerGuid: "writer");

    private async Task Written(string config)
    {
        _system = new PersistenceSystem(config);
        _probe = _system.Probe();
        _journal = Akka.Persistence.Persistence.Instance.Apply(_system.System).JournalFor(string.Empty);
        AtomicWrite[] writes =
        [
            new(Event(1)), new(Event(2)), new(Event(3)),
            new(ImmutableList.Create(Event(4), Event(5))),
        ];
        _journal.Tell(new WriteMessages(writes, _probe.Ref, 1));
        await _probe.Expect<WriteMessagesSuccessful>();
        for (var n = 1; n <= 5; n++)
            Assert.Equal(Event(n), (await _probe.Expect<WriteMessageSuccess>()).Persistent);
    }

    private async Task<string> Replay(long from, long to, long max, string id = "p")
    {
        _journal!.Tell(new ReplayMessages(from, to, max, id, _probe!.Ref));
        var texts = new List<string>();
        while (true)
        {
            switch (await _probe.Expect<object>())
            {
                case ReplayedMessage replayed:
                    Assert.Equal(id, replayed.Persistent.PersistenceId);
                    Assert.False(replayed.Persistent.IsDeleted);
                    Assert.Equal(((Note)replayed.Persistent.Payload).Text, $"{replayed.Persistent.SequenceNr}");
                    texts.Add($"{replayed.Persistent.SequenceNr}");
                    break;
                case RecoverySuccess success:
                    return $"{string.Join(' ', texts)} | {success.HighestSequenceNr}";
                case var other:
                    return $"{other}";
            }
        }
    }

    private async Task Delete(long toSequenceNr)
    {
        _journal!.Tell(new DeleteMessagesTo("p", toSequenceNr, _probe!.Ref));
        await _probe.Expect(new DeleteMessagesSuccess(toSequenceNr));
    }
}
