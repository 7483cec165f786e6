using System.Net.Sockets;
using System.Runtime;
using System.Runtime.InteropServices;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence.Sql;
using AkkaRaft.Node.Configuration;
using AkkaRaft.Node.KeyValue;

namespace AkkaRaft.Node.Hosting;

/// <summary>One node: an actor system with a Raft server of the key-value store, on a data directory of its own.</summary>
internal static class NodeHost
{
    /// <summary>Runs a node until the process is told to stop.</summary>
    /// <param name="file">The node's configuration.</param>
    /// <param name="stopWithParent">Whether the end of standard input stops the node too.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="NodeException">The node cannot start.</exception>
    public static async Task<int> RunAsync(NodeConfiguration file, bool stopWithParent)
    {
        var (config, settings) = Load(file);
        using var directory = OpenDirectory(config, settings);

        // With a large state a blocking collection of the whole heap takes longer than an election timeout.
        GCSettings.LatencyMode = GCLatencyMode.SustainedLowLatency;
        var system = CreateSystem(config);
        var raft = Raft.Start(system, () => new KeyValueStore());
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        var started = Raft.WhenStarted(raft);
        Console.WriteLine(
            $"{settings.ServerId} of cluster '{settings.ClusterId}' listens on {AddressOf(system)}, data in {directory.Path}.");
        if (stopWithParent)
        {
            _ = StopAtEndOfInputAsync(system, raft);
        }

        await Task.WhenAny(started, system.WhenTerminated);
        if (started.Exception?.InnerException is RaftConfigurationException refusal)
        {
            await system.Terminate();
            throw refusal;
        }

        await system.WhenTerminated;
        return ExitCodes.Success;

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            _ = StopAsync(system, raft);
        }
    }

    /// <summary>Hands over before the end. A server that does not run has nothing to hand over, and stops as well.</summary>
    private static async Task StopAsync(ActorSystem system, IActorRef raft)
    {
        await Raft.StopAsync(raft);
        await system.Terminate();
    }

    /// <summary>A node's settings, with all defaults behind those of its file.</summary>
    /// <exception cref="NodeConfigurationException">A setting is wrong; the message tells where it stands.</exception>
    internal static (Config Config, RaftSettings Settings) Load(NodeConfiguration file)
    {
        var config = file.Config
            .WithFallback(KeyValueConfiguration.Serialization)
            .WithFallback(Raft.DefaultConfig)
            .WithFallback(SqlPersistence.DefaultConfiguration);
        try
        {
            var settings = RaftSettings.From(config);
            RequireText("akkaraft.data-directory");
            return (config, settings);
        }
        catch (RaftConfigurationException failure)
        {
            throw new NodeConfigurationException($"{file.PlaceOf(failure.Key)}: {failure.Message}", failure);
        }

        void RequireText(string key)
        {
            if (!config.HasPath(key) || config.GetString(key) is not { Length: > 0 })
            {
                throw new RaftConfigurationException(key, "missing", "a text is expected");
            }
        }
    }

    /// <summary>Takes a node's data directory, and makes its journal's file fit for use.</summary>
    /// <exception cref="NodeException">It is not this node's, is in use, or cannot be used.</exception>
    internal static DataDirectory OpenDirectory(Config config, RaftSettings settings)
    {
        var directory = DataDirectory.Open(
            config.GetString("akkaraft.data-directory"), settings.ClusterId, settings.ServerId.Value);
        try
        {
            if (config.GetString("akka.persistence.journal.plugin") == "akka.persistence.journal.sql")
            {
                SqliteFile.Prepare(config.GetString("akka.persistence.journal.sql.connection-string"));
            }

            return directory;
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    private static ActorSystem CreateSystem(Config config)
    {
        try
        {
            return ActorSystem.Create(ContactPoint.SystemName, config);
        }
        catch (Exception failure) when (SocketFailureIn(failure) is { } socket)
        {
            var tcp = config.GetConfig("akka.remote.dot-netty.tcp");
            var endpoint = $"{tcp.GetString("hostname")}:{tcp.GetInt("port")}";
            throw new NodeException(
                socket.SocketErrorCode == SocketError.AddressAlreadyInUse
                    ? $"The address {endpoint} is in use by another process. Stop that process,"
                        + " or set akka.remote.dot-netty.tcp.port to a free port."
                    : $"The address {endpoint} cannot be listened on: {socket.Message}. Check akka.remote.dot-netty.tcp.hostname and port.",
                ExitCodes.Failure,
                failure);
        }
    }

    private static SocketException? SocketFailureIn(Exception failure) => failure switch
    {
        SocketException socket => socket,
        AggregateException aggregate => aggregate.InnerExceptions.Select(SocketFailureIn).FirstOrDefault(socket => socket is not null),
        { InnerException: { } inner } => SocketFailureIn(inner),
        _ => null,
    };

    private static Address AddressOf(ActorSystem system) => ((ExtendedActorSystem)system).Provider.DefaultAddress;

    private static async Task StopAtEndOfInputAsync(ActorSystem system, IActorRef raft)
    {
        await using var input = Console.OpenStandardInput();
        var buffer = new byte[256];
        while (await input.ReadAsync(buffer) > 0)
        {
        }

        await StopAsync(system, raft);
    }
}
