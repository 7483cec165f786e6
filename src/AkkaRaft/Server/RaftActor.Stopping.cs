using Akka.Actor;
using AkkaRaft.Core;

namespace AkkaRaft.Server;

/// <summary>
/// A server that is told to stop hands over first, so that the cluster need not find out by itself that its leader is gone.
/// </summary>
internal sealed partial class RaftActor
{
    private RequestId? _handOver;

    private void OnHandOver()
    {
        _log.StopsOnPurpose(CurrentTerm);
        if (Server.Role == RaftRole.Leader)
        {
            _handOver = new RequestId(++_lastRequest);
            Handle(new TransferLeadership(Now, _handOver, Target: null, Forwarded: true));
        }
        else
        {
            Context.Parent.Tell(HandedOver.Instance);
        }
    }

    /// <summary>Whether it was this server itself that wanted to be rid of the lead.</summary>
    private bool IsOwnHandOver(RequestId request)
    {
        if (_handOver != request)
        {
            return false;
        }

        Context.Parent.Tell(HandedOver.Instance);
        return true;
    }
}
