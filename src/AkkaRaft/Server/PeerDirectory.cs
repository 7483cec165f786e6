using Akka.Actor;
using AkkaRaft.Core;
using AkkaRaft.Links;

namespace AkkaRaft.Server;

/// <summary>
/// Where servers are, and when each was last heard. A peer is never watched: a watch over the network that fails shuts its node out
/// until it is restarted. One that is heard is answered by the reference that it sends from; one that is not is looked for by a selection:
/// the other side remembers whom a reference by path alone led to, who may have been followed by another since. One that is asked and
/// stays unresponsive gets a fresh association.
/// </summary>
internal sealed class PeerDirectory(IActorContext context, RaftSettings settings, Action<ServerId, TimeSpan> renewed)
{
    /// <summary>The most servers outside the configuration that are remembered: anybody may claim to be one.</summary>
    private const int MaxStrangers = 64;

    private readonly Dictionary<ServerId, Peer> _peers = [];
    private readonly Associations _associations = Associations.Of(context.System);

    /// <summary>The configuration that the peers' addresses are of.</summary>
    private ClusterConfiguration? _known;

    /// <summary>A server's address: the log's counts, and the settings' own only where the log has none.</summary>
    public string? AddressOf(ServerId id, ClusterConfiguration configuration) =>
        configuration.Addresses.TryGetValue(id, out var address)
            ? address
            : settings.Members.FirstOrDefault(member => member.Id == id)?.Address;

    public void Tell(ServerId id, ClusterConfiguration configuration, object message, IActorRef sender, TimeSpan now)
    {
        if (PeerOf(id, configuration) is not { } peer)
        {
            return;
        }

        if (WantsAnswer(message) && peer.Watch.Asked(now) is not ContactGap.None and var gap && peer.Address is { } address
            && _associations.Renew(address, gap))
        {
            renewed(id, peer.Watch.UnresponsiveFor);
        }

        peer.TargetAt(now - settings.Protocol.ElectionTimeoutMax)?.Tell(message, sender);
    }

    /// <summary>Whether a server is to be told that it is asked and not heard.</summary>
    public bool IsUnheard(ServerId id) => _peers.TryGetValue(id, out var peer) && peer.Watch.IsUnheard;

    /// <summary>Whether a message that claims to be a server's comes from that server's address, as far as it has one.</summary>
    public bool IsAt(ServerId id, ClusterConfiguration configuration, IActorRef sender)
    {
        var expected = PeerOf(id, configuration)?.Address;
        return expected is null || !expected.HasGlobalScope || expected == sender.Path.Address || !configuration.IsMember(id);
    }

    /// <summary>
    /// Notes that a server has spoken. One outside the configuration is then answered where it spoke from: it may have been added by
    /// entries that are still on their way here.
    /// </summary>
    public void Heard(ServerId id, ClusterConfiguration configuration, IActorRef sender, bool sayingItIsNotHeard, TimeSpan now)
    {
        if (sayingItIsNotHeard && _associations.RenewUnheard(sender.Path.Address, settings.ReconnectAfter))
        {
            renewed(id, TimeSpan.Zero);
        }

        var peer = PeerOf(id, configuration);
        if (peer is null)
        {
            ForgetStrangers(configuration);
            peer = _peers[id] = new Peer(null, null, null, settings.ReconnectAfter);
        }

        peer.Heard(sender, now);
    }

    public IReadOnlyList<ServerId> UnresponsiveSince(TimeSpan time, ClusterConfiguration configuration) =>
    [
        .. configuration.Members.Where(
            member => member != settings.ServerId && (PeerOf(member, configuration)?.LastHeard ?? TimeSpan.MinValue) < time),
    ];

    public IReadOnlyList<RaftMember> Members(ClusterConfiguration configuration) =>
        [.. configuration.Members.Select(member => new RaftMember(member, AddressOf(member, configuration) ?? ""))];

    private Peer? PeerOf(ServerId id, ClusterConfiguration configuration)
    {
        if (!ReferenceEquals(configuration, _known))
        {
            _known = configuration;
            ForgetMoved(configuration);
        }

        if (_peers.TryGetValue(id, out var known))
        {
            return known;
        }

        if (AddressOf(id, configuration) is not { } address)
        {
            return null;
        }

        var path = new RaftMember(id, address).ServerPath;
        return _peers[id] = new Peer(address, ActorPath.Parse(path), context.ActorSelection(path), settings.ReconnectAfter);
    }

    /// <summary>Whether a peer that gets a message answers it, in every role and term.</summary>
    private static bool WantsAnswer(object message) =>
        message is PeerMessage { Message: AppendEntries or InstallSnapshot or PreVote or RequestVote };

    /// <summary>A server that the configuration has elsewhere is looked for there; one that left is still found where it was.</summary>
    private void ForgetMoved(ClusterConfiguration configuration)
    {
        foreach (var (id, peer) in _peers)
        {
            if (AddressOf(id, configuration) is { } address && address != peer.Where)
            {
                _peers.Remove(id);
            }
        }
    }

    private void ForgetStrangers(ClusterConfiguration configuration)
    {
        var strangers = _peers.Where(pair => !configuration.IsMember(pair.Key)).ToList();
        if (strangers.Count >= MaxStrangers)
        {
            _peers.Remove(strangers.MinBy(pair => pair.Value.LastHeard).Key);
        }
    }

    /// <param name="where">The peer's address, or null when it is not known.</param>
    /// <param name="path">The path of its server there.</param>
    /// <param name="selection">A selection of that path; null when it is not known.</param>
    /// <param name="patience">How long it may be asked and be unresponsive.</param>
    private sealed class Peer(string? where, ActorPath? path, ActorSelection? selection, TimeSpan patience)
    {
        /// <summary>Who last spoke from the peer's path in another system, or from anywhere when the path is not known.</summary>
        private IActorRef? _speaker;

        public string? Where => where;

        public Address? Address => path?.Address;

        public ContactGapWatch Watch { get; } = new(patience);

        public TimeSpan LastHeard { get; private set; } = TimeSpan.MinValue;

        public ICanTell? TargetAt(TimeSpan heardSince) =>
            _speaker is not null && (selection is null || LastHeard >= heardSince) ? _speaker : selection;

        public void Heard(IActorRef sender, TimeSpan now)
        {
            LastHeard = now;
            Watch.Heard();
            var isAtPath = path is null || (path.Address.HasGlobalScope && sender.Path.Elements.SequenceEqual(path.Elements));
            _speaker = isAtPath ? sender : null;
        }
    }
}
