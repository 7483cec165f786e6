using Akka.Actor;
using AkkaRaft.Client;
using AkkaRaft.Core;
using AkkaRaft.Server;

namespace AkkaRaft.TestKit;

/// <summary>
/// The address that members know a server by. What comes from a peer goes through the network; what comes from a client goes straight on.
/// </summary>
internal sealed class NetworkGate : ReceiveActor
{
    public NetworkGate(TestNetwork network, ServerId server, Func<string> raftPath)
    {
        Context.ActorOf(Props.Create(() => new PeerGate(network, server, () => raftPath() + "/server")), "server");
        ReceiveAny(message =>
        {
            network.CountClientMessage();
            Context.ActorSelection(raftPath()).Tell(message, Sender);
        });
    }

    private sealed class PeerGate : ReceiveActor
    {
        public PeerGate(TestNetwork network, ServerId server, Func<string> serverPath)
        {
            Receive<PeerMessage>(message =>
            {
                var target = Context.ActorSelection(serverPath());
                var sender = Sender;
                network.Pass(message, () => target.Tell(message, sender));
            });
            Receive<ClientMessage>(message =>
            {
                if (message.Forwarding is { } forwarding && network.IsOpen(forwarding.From, server))
                {
                    Context.ActorSelection(serverPath()).Tell(message, Sender);
                }
            });
        }
    }
}

/// <summary>Waits for actors' mailboxes.</summary>
internal static class Barriers
{
    /// <summary>How long real time may pass; a spec that meets it hangs for good.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Completes when an actor has taken all that was in its mailbox before: each one answers who it is, in turn.</summary>
    public static Task PassedBarrier(this ICanTell actor) => actor.Ask<ActorIdentity>(new Identify(null!), Patience);
}
