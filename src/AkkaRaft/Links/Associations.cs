using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Remote;

namespace AkkaRaft.Links;

/// <summary>
/// The associations of an actor system with other nodes: which are established, and how one is ended, so that the next message makes
/// another.
/// </summary>
/// <remarks>
/// Akka.Remote has no command that ends one association. What ends it is a quarantine without a uid, which bans nobody: the endpoint
/// manager of Akka.Remote 1.5.74 then stops the endpoints of the address and gates it for <c>retry-gate-closed-for</c>. An endpoint that is
/// stopped within its handshake leaves its connection behind, and the other side may go on to write to that; so one that is not
/// established is left to <c>handshake-timeout</c>.
/// </remarks>
internal sealed class Associations : IExtension
{
    private const int MaxRemembered = 256;
    private readonly IRemoteActorRefProvider? _provider;
    private readonly ConcurrentDictionary<Address, bool> _established = new();
    private readonly ConcurrentDictionary<Address, TimeSpan> _renewedFor = new();
    private readonly IScheduler _scheduler;

    private Associations(ExtendedActorSystem system)
    {
        _scheduler = system.Scheduler;
        _provider = system.Provider as IRemoteActorRefProvider;
        if (_provider is not null)
        {
            system.SystemActorOf(Props.Create(() => new Listener(_established)), "akka-raft-associations");
        }
    }

    public static Associations Of(ActorSystem system) => system.WithExtension<Associations, Provider>();

    /// <summary>Whether this system has connected to a node, or the node to this system, and nothing has ended that since.</summary>
    public bool IsEstablished(Address node) => _established.ContainsKey(node);

    /// <summary>Whether there is an association with the same node by another name.</summary>
    public bool HasAliasOf(Address node) => _established.Keys.Any(other => NodeAddress.IsAlias(node, other));

    /// <summary>Ends the association with a node.</summary>
    /// <returns>Whether there is remoting, and the address is another node's.</returns>
    public bool Renew(Address node)
    {
        if (_provider is null || !node.HasGlobalScope || _provider.HasAddress(node))
        {
            return false;
        }

        _provider.Quarantine(node, uid: null);
        return true;
    }

    /// <summary>
    /// Ends the association with a node that says that it does not hear this one, although this one hears it: what is written here goes to a
    /// connection that nobody reads there.
    /// </summary>
    /// <param name="node">The node.</param>
    /// <param name="notWithin">Not when it was done for the same reason so short a time ago.</param>
    /// <returns>Whether it was done.</returns>
    public bool RenewUnheard(Address node, TimeSpan notWithin)
    {
        var now = _scheduler.HighResMonotonicClock;
        if (_renewedFor.TryGetValue(node, out var before) && now - before < notWithin)
        {
            return false;
        }

        if (_renewedFor.Count >= MaxRemembered)
        {
            _renewedFor.Clear();
        }

        _renewedFor[node] = now;
        return Renew(node);
    }

    private sealed class Provider : ExtensionIdProvider<Associations>
    {
        public override Associations CreateExtension(ExtendedActorSystem system) => new(system);
    }

    private sealed class Listener : ReceiveActor
    {
        public Listener(ConcurrentDictionary<Address, bool> established)
        {
            Receive<AssociatedEvent>(made => established[made.RemoteAddress] = true);
            Receive<DisassociatedEvent>(ended => established.TryRemove(ended.RemoteAddress, out _));
            Receive<AssociationErrorEvent>(failed => established.TryRemove(failed.RemoteAddress, out _));
        }

        protected override void PreStart() => Context.System.EventStream.Subscribe(Self, typeof(AssociationEvent));
    }
}
