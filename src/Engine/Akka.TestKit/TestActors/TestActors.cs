using Akka.Actor;

namespace Akka.TestKit.TestActors;

/// <summary>Takes every message and does nothing about it.</summary>
public class BlackHoleActor : ActorBase
{
    public static Props Props => Props.Create<BlackHoleActor>();

    protected override bool Receive(object message) => true;
}

/// <summary>Sends every message back to its sender, and to the test as well.</summary>
public class EchoActor : ReceiveActor
{
    public EchoActor(TestKitBase testkit, bool echoBackToSenderAsWell = true)
    {
        ReceiveAny(message =>
        {
            var sender = Sender;
            var testActor = testkit.TestActor;
            if (echoBackToSenderAsWell && !testActor.Equals(sender)) sender.Forward(message);
            testActor.Tell(message, Sender);
        });
    }

    public static Props Props(TestKitBase testkit, bool echoBackToSenderAsWell = true) =>
        Actor.Props.Create(() => new EchoActor(testkit, echoBackToSenderAsWell));
}

public class SimpleEchoActor : ReceiveActor
{
    public SimpleEchoActor()
    {
        ReceiveAny(message => Sender.Tell(message, Self));
    }

    public static Props Props() => Actor.Props.Create(() => new SimpleEchoActor());
}

public class ForwardActor : ReceiveActor
{
    public ForwardActor(IActorRef target)
    {
        ReceiveAny(target.Forward);
    }

    public static Props Props(IActorRef target) => Actor.Props.Create(() => new ForwardActor(target));
}

public class UnhandledMessageActor : ReceiveActor
{
    public UnhandledMessageActor()
    {
        ReceiveAny(Unhandled);
    }
}
