using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Remote;
using Akka.Remote.Serialization;
using AkkaRaft.Core;
using AkkaRaft.Serialization;
using AkkaRaft.Server;

namespace AkkaRaft;

/// <summary>Starts Raft servers in actor systems.</summary>
public static class Raft
{
    private static readonly Lazy<Config> Reference = new(ReadReference);

    /// <summary>
    /// AkkaRaft's defaults, from its <c>reference.conf</c>: to be put behind a system's own configuration with <c>WithFallback</c>. Most of
    /// them are found without that; what Akka.Remote needs to connect again soon to a server that was lost is not.
    /// </summary>
    public static Config DefaultConfig => Reference.Value;

    /// <summary>Starts the server that the system's configuration describes under <c>akka-raft</c>, as <c>/user/raft</c>.</summary>
    /// <param name="system">The system, which is reached at the address that the configuration gives this server.</param>
    /// <param name="stateMachine">Makes an empty state machine; called for each run of the server.</param>
    /// <returns>
    /// What clients talk to. It keeps the server running and starts it again when it fails; stop it with <c>system.Stop</c>.
    /// </returns>
    /// <exception cref="RaftConfigurationException">The configuration is wrong.</exception>
    public static IActorRef Start(ActorSystem system, Func<IStateMachine> stateMachine) =>
        Start(system, stateMachine, RaftSettings.From(system.Settings.Config));

    /// <summary>Starts a server with settings of the caller's; one system may run several under different names.</summary>
    /// <param name="system">The system, which is reached at the address that the settings give this server.</param>
    /// <param name="stateMachine">Makes an empty state machine; called for each run of the server.</param>
    /// <param name="settings">The server's settings.</param>
    /// <param name="name">The actor's name under <c>/user</c>; members' addresses must name it when it is not <c>raft</c>.</param>
    /// <returns>
    /// What clients talk to. It keeps the server running and starts it again when it fails; stop it with <c>system.Stop</c>.
    /// </returns>
    /// <exception cref="RaftConfigurationException">The system is reached at another address than the settings say.</exception>
    public static IActorRef Start(ActorSystem system, Func<IStateMachine> stateMachine, RaftSettings settings, string name = "raft")
    {
        Prepare(system);
        CheckAddress(system, settings);

        // Loaded here: a system's defaults must not grow in two threads at once, as when the actors of several servers load it.
        Akka.Persistence.Persistence.Instance.Apply(system);
        return system.ActorOf(RaftSupervisor.PropsOf(settings, stateMachine), name);
    }

    /// <summary>Waits until a server has read its journal and is ready.</summary>
    /// <param name="raft">What <see cref="Start(ActorSystem, Func{IStateMachine})"/> returned.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="RaftConfigurationException">
    /// The journal is another server's or another cluster's; the server will not be started again.
    /// </exception>
    public static async Task WhenStarted(IActorRef raft, CancellationToken cancellationToken = default)
    {
        var answer = await raft.Ask<object>(AwaitStarted.Instance, cancellationToken).ConfigureAwait(false);
        if (answer is ServerRefused refused)
        {
            throw refused.Cause;
        }
    }

    /// <summary>
    /// Stops a server. One that leads transfers leadership first, so that the cluster is not without a leader until it notices; that takes two
    /// election timeouts at most. Then it stops behind its last write; a journal that does not answer delays that by
    /// <c>akka-raft.max-write-stall</c> at most. Akka's own ways to stop an actor, or its system, lose writes that wait in the server.
    /// </summary>
    /// <param name="raft">What <see cref="Start(ActorSystem, Func{IStateMachine})"/> returned.</param>
    /// <param name="cancellationToken">Ends the wait, not the stopping.</param>
    public static async Task StopAsync(IActorRef raft, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(raft);
        var stopped = raft.WatchAsync(cancellationToken);
        raft.Tell(StopGracefully.Instance, ActorRefs.NoSender);
        await stopped.ConfigureAwait(false);
    }

    /// <summary>
    /// Tells when a server of this system comes to lead, and when it leads no more; what that means stands at
    /// <see cref="LeadershipEvent"/>. The same events are on the system's event stream. It begins with the present lead, if there is one,
    /// and ends when the server is stopped. A reader that is far behind misses the oldest events; the last ones are never lost.
    /// </summary>
    /// <param name="raft">What <see cref="Start(ActorSystem, Func{IStateMachine})"/> returned, in this system.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    public static async IAsyncEnumerable<LeadershipEvent> LeadershipAsync(
        IActorRef raft, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(raft);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var asked = raft.Ask<LeadershipFeed>(GetLeadershipFeed.Instance, over.Token);
        if (await Task.WhenAny(asked, raft.WatchAsync(over.Token)).ConfigureAwait(false) != asked)
        {
            await over.CancelAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            yield break;
        }

        var feed = await asked.ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        var events = feed.Subscribe();
        try
        {
            await foreach (var happened in events.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return happened;
            }
        }
        finally
        {
            feed.Unsubscribe(events);
        }
    }

    /// <summary>Makes AkkaRaft's defaults and serializers known to a system that was made without them.</summary>
    internal static void Prepare(ActorSystem system)
    {
        if (!system.Settings.Config.HasPath("akka-raft.guarded-mailbox"))
        {
            system.Settings.InjectTopLevelFallback(DefaultConfig);
        }

        WarnOfLongGate(system);

        // A system remembers what it finds for a type, so this asks for the bound type and for none of those below it.
        if (system.Serialization.FindSerializerForType(typeof(IRaftWireMessage)) is not RaftMessageSerializer)
        {
            Bind(system, "akka-raft", new RaftMessageSerializer((ExtendedActorSystem)system), typeof(IRaftWireMessage), typeof(RaftEvent));
        }

        if (system.Serialization.FindSerializerForType(typeof(string)).Identifier == PayloadCodec.JsonSerializerId)
        {
            var settings = DefaultConfig.GetConfig("akka.actor.serialization-settings.primitive");
            var serializer = new PrimitiveSerializers((ExtendedActorSystem)system, settings);
            Bind(system, "primitive", serializer, typeof(string), typeof(int), typeof(long));
        }
    }

    /// <summary>Akka's own default is as long as a client tries: a request behind a restart would fail, and nobody knew why.</summary>
    private static void WarnOfLongGate(ActorSystem system)
    {
        // Not from the configuration: that has AkkaRaft's value by now, and remoting has read another.
        var timeout = system.Settings.Config.GetTimeSpan("akka-raft.client.timeout");
        if (((ExtendedActorSystem)system).Provider is IRemoteActorRefProvider { RemoteSettings.RetryGateClosedFor: var gate }
            && gate > timeout / 4)
        {
            system.Log.Warning(
                "{0} is {1}: so long no server is reached again that was lost, and requests are tried for {2} (akka-raft.client.timeout). "
                + "Put Raft.DefaultConfig behind the system's configuration, or set it to 500 ms.",
                "akka.remote.retry-gate-closed-for",
                SettingsReader.InWords(gate),
                SettingsReader.InWords(timeout));
        }
    }

    private static void Bind(ActorSystem system, string name, Akka.Serialization.Serializer serializer, params Type[] types)
    {
        system.Serialization.AddSerializer(name, serializer);
        foreach (var type in types)
        {
            system.Serialization.AddSerializationMap(type, serializer);
        }
    }

    private static void CheckAddress(ActorSystem system, RaftSettings settings)
    {
        var own = ActorPath.Parse(settings.Members.First(member => member.Id == settings.ServerId).ServerPath).Address;
        var actual = ((ExtendedActorSystem)system).Provider.DefaultAddress;
        if (own.HasGlobalScope && own != actual)
        {
            throw new RaftConfigurationException(
                "akka-raft.members",
                $"'{own}' for {settings.ServerId}",
                $"this actor system is reached at {actual}: one of the two is wrong");
        }
    }

    private static Config ReadReference()
    {
        using var stream = typeof(Raft).Assembly.GetManifestResourceStream("AkkaRaft.reference.conf")
            ?? throw new InvalidOperationException("reference.conf is missing from the assembly.");
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }
}
