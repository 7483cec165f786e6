using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Remote;

/// <summary>
/// Shuts the transport down when the system terminates: after all user actors have stopped, whose last messages are still to
/// be sent, and before the system's own actors stop.
/// </summary>
internal sealed class RemotingTerminator(IActorRef systemGuardian, RemoteTransport transport) : UntypedActor
{
    public static Props Props(IActorRef systemGuardian, RemoteTransport transport) =>
        Actor.Props.Create(() => new RemotingTerminator(systemGuardian, transport)).WithDeploy(Deploy.Local);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case TerminationHook:
                var self = Self;
                transport.Shutdown().ContinueWith(shutdown => self.Tell(new ShutDown(shutdown.Exception)), TaskScheduler.Default);
                break;
            case ShutDown done:
                if (done.Failure is not null)
                    transport.Log.Error(done.Failure, "Remoting did not shut down cleanly");
                systemGuardian.Tell(TerminationHookDone.Instance, Self);
                Context.Stop(Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private sealed record ShutDown(Exception? Failure);
}
