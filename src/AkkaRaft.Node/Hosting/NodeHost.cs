using System.Net.Sockets;
using System.Runtime;
using System.Runtime.InteropServices;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence.Sql;
using AkkaRaft.KeyValue;
using AkkaRaft.Node.Configuration;
using AkkaRaft.Node.Tls;

namespace AkkaRaft.Node.Hosting;

/// <summary>One node: an actor system with a Raft server of the key-value store, on a data directory of its own.</summary>
internal static class NodeHost
{
    private const string DataKey = "data-directory";

    /// <summary>Runs a node until the process is told to stop.</summary>
    /// <param name="file">The node's configuration.</param>
    /// <param name="stopWithParent">Whether the node also stops at the end of standard input.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="NodeException">The node cannot start.</exception>
    public static async Task<int> RunAsync(NodeConfiguration file, bool stopWithParent)
    {
        var (config, settings) = Load(file);
        using var stop = new CancellationTokenSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        if (stopWithParent)
        {
            _ = StopAtEndOfInputAsync(stop);
        }

        using var identity = LoadIdentity(file, config, settings);
        try
        {
            await using var storage = await NodeStorage.OpenAsync(config, settings, waits: true, stop.Token);
            return await RunAsync(config, settings, identity, storage, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCodes.Success;
        }

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    private static async Task<int> RunAsync(
        Config config, RaftSettings settings, TlsIdentity? identity, NodeStorage storage, CancellationToken stop)
    {
        // With a large state a blocking collection of the whole heap takes longer than an election timeout.
        GCSettings.LatencyMode = GCLatencyMode.SustainedLowLatency;
        var system = CreateSystem(config, identity);
        var raft = Raft.Start(system, () => new KeyValueStore());
        await using var stopping = stop.Register(() => _ = StopAsync(system, raft));
        var started = Raft.WhenStarted(raft, stop);
        Console.WriteLine(
            $"{settings.ServerId} of cluster '{settings.ClusterId}' listens on {AddressOf(system)}, data in {storage.Directory.Path}.");
        await Task.WhenAny(started, storage.Refusal, system.WhenTerminated);
        if (started.Exception?.InnerException is RaftConfigurationException refusal)
        {
            await system.Terminate();
            throw refusal;
        }

        if (await Task.WhenAny(storage.Refusal, system.WhenTerminated) == storage.Refusal)
        {
            await StopAsync(system, raft);
            await storage.Refusal;
        }

        await system.WhenTerminated;
        return ExitCodes.Success;
    }

    /// <summary>Stops the server, which transfers its leadership first, and then the system.</summary>
    private static async Task StopAsync(ActorSystem system, IActorRef raft)
    {
        await Raft.StopAsync(raft);
        await system.Terminate();
    }

    /// <summary>A node's settings, with all defaults behind those of its file.</summary>
    /// <exception cref="NodeConfigurationException">A setting is wrong; the message tells where it stands.</exception>
    internal static (Config Config, RaftSettings Settings) Load(NodeConfiguration file)
    {
        var config = file.Config.WithKeyValue().WithFallback(SqlPersistence.DefaultConfiguration);
        try
        {
            RefuseMisspelt(config);
            _ = NodeTls.FilesIn(config);
            var settings = RaftSettings.From(config);
            RequireText($"akkaraft.{DataKey}");
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
                throw new RaftConfigurationException(key, config.HasPath(key) ? "empty" : "missing", "the path of a folder is expected");
            }
        }
    }

    /// <summary>
    /// Refuses a key that is a misspelling of the data directory's. Other keys are allowed, since the file may substitute them.
    /// </summary>
    private static void RefuseMisspelt(Config config)
    {
        var keys = config.GetValue("akkaraft")?.GetObject()?.Items.Keys ?? Enumerable.Empty<string>();
        if (keys.FirstOrDefault(key => SettingsChecks.Distance(DataKey, key) is 1 or 2) is { } misspelt)
        {
            throw new RaftConfigurationException($"akkaraft.{misspelt}", "not a setting", $"the nearest that is one is akkaraft.{DataKey}");
        }
    }

    /// <exception cref="NodeConfigurationException">The node's certificate files cannot be used.</exception>
    private static TlsIdentity? LoadIdentity(NodeConfiguration file, Config config, RaftSettings settings)
    {
        try
        {
            var self = settings.Members.First(member => member.Id == settings.ServerId);
            return NodeTls.FilesIn(config) is { } files ? NodeTls.Load(files, ActorPath.Parse(self.ServerPath).Address.Host) : null;
        }
        catch (TlsFileException failure)
        {
            throw new NodeConfigurationException($"{file.PlaceOf(failure.File.Name)}: {failure.Message}", failure);
        }
    }

    private static ActorSystem CreateSystem(Config config, TlsIdentity? identity)
    {
        try
        {
            var (prepared, setups) = SqliteJournal.SystemOf(config);
            return TlsSetup.Start(ContactPoint.SystemName, prepared, identity, NodeTls.IsMutual(config), setups);
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

    private static async Task StopAtEndOfInputAsync(CancellationTokenSource stop)
    {
        await using var input = Console.OpenStandardInput();
        var buffer = new byte[256];
        while (await input.ReadAsync(buffer) > 0)
        {
        }

        await stop.CancelAsync();
    }
}
