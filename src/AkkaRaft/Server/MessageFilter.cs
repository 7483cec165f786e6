using Akka.Actor;
using AkkaRaft.Core;

namespace AkkaRaft.Server;

/// <summary>Drops messages that are not for this server, and counts them.</summary>
internal sealed class MessageFilter(RaftSettings settings, IServerPort server, PeerDirectory directory, RaftServerLogger log)
{
    /// <summary>How many messages were dropped.</summary>
    public long Dropped { get; private set; }

    /// <summary>Whether a message is for this server.</summary>
    /// <param name="clusterId">The cluster that the message names.</param>
    /// <param name="from">The server that the message claims to come from.</param>
    /// <param name="to">The server that it is for.</param>
    /// <param name="sender">Where it came from, or null when that says nothing.</param>
    /// <param name="mayBeStranger">Whether its server need not be in the configuration.</param>
    public bool AcceptsFrom(string clusterId, ServerId from, ServerId to, IActorRef? sender, bool mayBeStranger)
    {
        if (WhyDropped(clusterId, from, to, sender, mayBeStranger) is not { } why)
        {
            return true;
        }

        Dropped++;
        if (long.IsPow2(Dropped))
        {
            log.Dropped(server.CurrentTerm, why, Dropped);
        }

        return false;
    }

    private string? WhyDropped(string clusterId, ServerId from, ServerId to, IActorRef? sender, bool mayBeStranger)
    {
        if (clusterId != settings.ClusterId)
        {
            return $"from cluster '{clusterId}'";
        }

        if (to != settings.ServerId)
        {
            return $"for {to}";
        }

        if (from == settings.ServerId || !(mayBeStranger || server.Configuration.IsMember(from)))
        {
            return $"from {from}, which is no other member";
        }

        return sender is null || directory.IsAt(from, server.Configuration, sender)
            ? null
            : $"that claims to be from {from} and came from {sender.Path}";
    }
}
