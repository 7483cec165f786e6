using Akka.Actor;
using Akka.Persistence;

namespace Engine.Tests.Persistence;

/// <summary>Messages are sent until they are confirmed, over restarts of the sender too.</summary>
public sealed class AtLeastOnceDeliverySpec : IAsyncDisposable
{
    private readonly PersistenceSystem _system = new(PersistenceSystem.InMemory + """

        akka.persistence.at-least-once-delivery.redeliver-interval = 100ms
        """);

    public ValueTask DisposeAsync() => _system.DisposeAsync();

    [Fact]
    public async Task A_message_comes_again_until_it_is_confirmed()
    {
        var receiver = _system.Probe();
        var sender = Sender(receiver);
        sender.Tell("hello");
        await receiver.Expect("hello 1", "hello 1");
        sender.Tell(1L);
        sender.Tell("again");
        while (await receiver.Expect<string>() != "again 2")
        {
        }

        await receiver.Expect("again 2");
    }

    [Fact]
    public async Task What_was_not_confirmed_is_sent_again_after_a_recovery()
    {
        var receiver = _system.Probe();
        var sender = Sender(receiver);
        sender.Tell("one");
        sender.Tell("two");
        await receiver.Expect("one 1", "two 2");
        sender.Tell(1L);
        Assert.Equal(1, await sender.Ask<int>("count"));
        await sender.GracefulStop(TimeSpan.FromSeconds(20));

        var afterwards = _system.Probe();
        Assert.Equal(1, await Sender(afterwards).Ask<int>("count"));
        await afterwards.Expect("two 2");
    }

    private IActorRef Sender(Probe receiver) =>
        _system.System.ActorOf(Props.Create(() => new Messenger(receiver.Ref)));

    private sealed record Confirmed(long DeliveryId);

    private sealed class Messenger : AtLeastOnceDeliveryReceiveActor
    {
        private readonly IActorRef _receiver;

        public Messenger(IActorRef receiver)
        {
            _receiver = receiver;
            Recover<Note>(note => Send(note.Text));
            Recover<Confirmed>(confirmed => ConfirmDelivery(confirmed.DeliveryId));
            Command<string>(_ => Sender.Tell(UnconfirmedCount), text => text == "count");
            Command<string>(text => Persist(new Note(text), note => Send(note.Text)));
            Command<long>(id => Persist(new Confirmed(id), confirmed => ConfirmDelivery(confirmed.DeliveryId)));
        }

        public override string PersistenceId => "messenger";

        private void Send(string text) => Deliver(_receiver.Path, id => $"{text} {id}");
    }
}
