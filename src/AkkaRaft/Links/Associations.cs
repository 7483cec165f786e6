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
/// <para>
/// A quarantine with a uid bans the system that has it. Akka.Remote 1.5.74 bans a healthy system too: one whose dead predecessor had a
/// connection that was accepted after its own, and one that was not spoken with for <c>quarantine-after-silence</c>. An address is banned
/// under one uid at a time, so a ban of <see cref="NoUid"/> takes the place of any other.
/// </para>
/// </remarks>
internal sealed class Associations : IExtension
{
    private const int MaxRemembered = 256;

    /// <summary>No actor system has it: they draw theirs from 0 upwards.</summary>
    private const int NoUid = -1;

    private readonly IRemoteActorRefProvider? _provider;
    private readonly ConcurrentDictionary<Address, bool> _established = new();
    private readonly ConcurrentDictionary<Address, TimeSpan> _associatedAt = new();
    private readonly ConcurrentDictionary<Address, TimeSpan> _renewedFor = new();
    private readonly IScheduler _scheduler;

    private Associations(ExtendedActorSystem system)
    {
        _scheduler = system.Scheduler;
        _provider = system.Provider as IRemoteActorRefProvider;
        if (_provider is not null)
        {
            system.SystemActorOf(Props.Create(() => new Listener(this)), "akka-raft-associations");
        }
    }

    public static Associations Of(ActorSystem system) => system.WithExtension<Associations, Provider>();

    /// <summary>Whether this system has connected to a node, or the node to this system, and nothing has ended that since.</summary>
    public bool IsEstablished(Address node) => _established.ContainsKey(node);

    /// <summary>Whether there is an association with the same node by another name.</summary>
    public bool HasAliasOf(Address node) => _established.Keys.Any(other => NodeAddress.IsAlias(node, other));

    /// <summary>
    /// Does what may bring an answer from an unresponsive node: lifts a ban, and ends the association if it is established or the gap is
    /// very long.
    /// </summary>
    /// <returns>Whether the association was ended.</returns>
    public bool Renew(Address node, ContactGap gap)
    {
        if (gap == ContactGap.None || !MayBeRenewed(node))
        {
            return false;
        }

        LiftBan(node);
        if (gap == ContactGap.Long && !IsEstablished(node))
        {
            return false;
        }

        End(node);
        return true;
    }

    /// <summary>
    /// Ends the association with a node that says that it does not hear this one, although this one hears it: what is written here goes to a
    /// connection that nobody reads there.
    /// </summary>
    /// <param name="node">The node.</param>
    /// <param name="patience">How long the node waits for an answer before it makes its own association anew.</param>
    /// <returns>Whether it was done.</returns>
    /// <remarks>
    /// Not right after an association was made: what the node says is then of the time before, perhaps of this process's predecessor. And
    /// not again within twice the patience.
    /// </remarks>
    public bool RenewUnheard(Address node, TimeSpan patience)
    {
        var now = _scheduler.HighResMonotonicClock;
        if (!MayBeRenewed(node) || IsWithin(_associatedAt, node, now, patience / 4) || IsWithin(_renewedFor, node, now, 2 * patience))
        {
            return false;
        }

        Remember(_renewedFor, node, now);
        LiftBan(node);
        End(node);
        return true;
    }

    private static bool IsWithin(ConcurrentDictionary<Address, TimeSpan> times, Address node, TimeSpan now, TimeSpan time) =>
        times.TryGetValue(node, out var before) && now - before < time;

    private static void Remember(ConcurrentDictionary<Address, TimeSpan> times, Address node, TimeSpan now)
    {
        if (times.Count >= MaxRemembered)
        {
            times.Clear();
        }

        times[node] = now;
    }

    /// <summary>Whether there is remoting, and the address is another node's.</summary>
    private bool MayBeRenewed(Address node) => _provider is not null && node.HasGlobalScope && !_provider.HasAddress(node);

    private void LiftBan(Address node) => _provider!.Quarantine(node, NoUid);

    private void End(Address node) => _provider!.Quarantine(node, uid: null);

    private sealed class Provider : ExtensionIdProvider<Associations>
    {
        public override Associations CreateExtension(ExtendedActorSystem system) => new(system);
    }

    private sealed class Listener : ReceiveActor
    {
        public Listener(Associations associations)
        {
            var established = associations._established;
            Receive<AssociatedEvent>(made =>
            {
                established[made.RemoteAddress] = true;
                Remember(associations._associatedAt, made.RemoteAddress, associations._scheduler.HighResMonotonicClock);
            });
            Receive<DisassociatedEvent>(ended => established.TryRemove(ended.RemoteAddress, out _));
            Receive<AssociationErrorEvent>(failed => established.TryRemove(failed.RemoteAddress, out _));
        }

        protected override void PreStart() => Context.System.EventStream.Subscribe(Self, typeof(AssociationEvent));
    }
}
