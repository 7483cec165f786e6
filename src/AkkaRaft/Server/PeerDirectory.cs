using Akka.Actor;
using AkkaRaft.Client;
using AkkaRaft.Core;

namespace AkkaRaft.Server;

/// <summary>
/// Where the members are, and when each was last heard. A peer is addressed by its path alone, so that it is found again after it was
/// started anew, and it is never watched: a watch over the network that fails shuts its node out until it is restarted.
/// </summary>
internal sealed class PeerDirectory(IActorContext context, RaftSettings settings)
{
    private readonly Dictionary<ServerId, Peer> _peers = [];

    /// <summary>The members' addresses: this server's own settings are newer than the journal's.</summary>
    public string? AddressOf(ServerId id, ClusterConfiguration configuration) =>
        settings.Members.FirstOrDefault(member => member.Id == id)?.Address ?? configuration.Addresses.GetValueOrDefault(id);

    public void Tell(ServerId id, ClusterConfiguration configuration, object message, IActorRef sender) =>
        PeerOf(id, configuration)?.Target.Tell(message, sender);

    /// <summary>Whether a message that claims to be a member's comes from that member's address.</summary>
    public bool IsAt(ServerId id, ClusterConfiguration configuration, IActorRef sender)
    {
        var expected = PeerOf(id, configuration)?.Address;
        return expected is null || !expected.HasGlobalScope || expected == sender.Path.Address;
    }

    public void Heard(ServerId id, ClusterConfiguration configuration, TimeSpan now)
    {
        if (PeerOf(id, configuration) is { } peer)
        {
            peer.LastHeard = now;
        }
    }

    public IReadOnlyList<ServerId> SilentSince(TimeSpan time, ClusterConfiguration configuration) =>
    [
        .. configuration.Members.Where(
            member => member != settings.ServerId && (PeerOf(member, configuration)?.LastHeard ?? TimeSpan.MinValue) < time),
    ];

    public IReadOnlyList<RaftMember> Members(ClusterConfiguration configuration) =>
        [.. configuration.Members.Select(member => new RaftMember(member, AddressOf(member, configuration) ?? ""))];

    private Peer? PeerOf(ServerId id, ClusterConfiguration configuration)
    {
        if (_peers.TryGetValue(id, out var known))
        {
            return known;
        }

        if (AddressOf(id, configuration) is not { } address)
        {
            return null;
        }

        var path = new RaftMember(id, address).ServerPath;
        return _peers[id] = new Peer(context.TargetAt(path), ActorPath.Parse(path).Address);
    }

    private sealed class Peer(ICanTell target, Address address)
    {
        public ICanTell Target { get; } = target;

        public Address Address { get; } = address;

        public TimeSpan LastHeard { get; set; } = TimeSpan.MinValue;
    }
}
