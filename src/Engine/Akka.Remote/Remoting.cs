using System.Buffers;
using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Event;
using Akka.Remote.Protocol;
using Akka.Remote.Serialization.Proto.Msg;
using Akka.Remote.Transport;
using Akka.Remote.Transport.DotNetty;

namespace Akka.Remote;

/// <summary>The akka.tcp remoting: one port to listen on, and an <see cref="Association"/> for each remote address.</summary>
internal sealed class Remoting : RemoteTransport, IDisposable
{
    /// <summary>How often associations look at the clock; every interval they keep is much longer.</summary>
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<Address, Association> _associations = new();
    private readonly Func<Address, Association> _createAssociation;
    private readonly CancellationTokenSource _stopped = new();
    private readonly TcpTransport _transport;
    private readonly LogLevel? _lifecycleLogLevel;
    private readonly int _uid;
    private HashSet<Address> _addresses = [];
    private Address? _address;

    public Remoting(ExtendedActorSystem system, RemoteActorRefProvider provider)
        : base(system, provider)
    {
        Settings = provider.RemoteSettings;
        UseUntrustedMode = Settings.UntrustedMode;
        _uid = AddressUidExtension.Uid(system);
        _lifecycleLogLevel = ParseLevel(Settings.RemoteLifecycleEventsLogLevel);
        var protocol = new AkkaProtocolSettings(Settings.Config);
        HeartbeatInterval = protocol.TransportHeartBeatInterval;
        FailureDetector CreateFailureDetector() => FailureDetectorLoader.Load(
            protocol.TransportFailureDetectorImplementationClass, protocol.TransportFailureDetectorConfig, system);

        // A detector that cannot be made is to be found out now, not by the first connection.
        CreateFailureDetector();
        _transport = new TcpTransport(TcpTransportSettings.Read(OnlyTransport(Settings), system), CreateFailureDetector);
        _createAssociation = remote => new Association(this, remote);
    }

    public RemoteSettings Settings { get; }

    public TimeSpan HeartbeatInterval { get; }

    public override ISet<Address> Addresses => _addresses;

    public override Address DefaultAddress =>
        _address ?? throw new RemoteTransportException("Remoting has no address before it is started.");

    /// <summary>Opens the port, and so learns the address; connections wait until <see cref="Start"/>.</summary>
    public void Listen()
    {
        _address = _transport.Listen(System.Name);
        _addresses = [_address];
    }

    public override void Start()
    {
        _ = _transport.AcceptAsync(AcceptAsync, AcceptFailed);
        _ = TickAsync();
        Log.Info("Remoting started; listening on addresses : [{0}]", DefaultAddress);
        Publish(new RemotingListenEvent([DefaultAddress]));
    }

    public override async Task Shutdown()
    {
        await _stopped.CancelAsync().ConfigureAwait(false);
        try
        {
            await Task.WhenAll(_associations.Values.Select(a => a.ShutdownAsync())).WaitAsync(Settings.ShutdownTimeout)
                .ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Log.Warning("Remoting is shut down after [{0}] with connections that did not end in time", Settings.ShutdownTimeout);
        }

        Dispose();
        Publish(new RemotingShutdownEvent());
    }

    public void Dispose()
    {
        _transport.Dispose();
        _stopped.Dispose();
    }

    public override void Send(object message, IActorRef? sender, RemoteActorRef recipient)
    {
        recipient.Association ??= AssociationWith(recipient.Path.Address);
        recipient.Association.Send(message, sender, recipient);
    }

    public override Task<bool> ManagementCommand(object cmd) => ManagementCommand(cmd, CancellationToken.None);

    /// <summary>Commands are meant for transport adapters, of which there are none.</summary>
    public override Task<bool> ManagementCommand(object cmd, CancellationToken cancellationToken) => Task.FromResult(false);

    public override Address LocalAddressForRemote(Address remote) => DefaultAddress;

    public override void Quarantine(Address address, int? uid) => AssociationWith(address).Quarantine(uid);

    private bool IsStopped => _stopped.IsCancellationRequested;

    internal Association AssociationWith(Address remote) => _associations.GetOrAdd(remote, _createAssociation);

    internal MessageEncoder CreateEncoder() => new(System, Settings, Log, DefaultAddress, _transport.MaximumFrameSize);

    internal void ToDeadLetters(object message, IActorRef? sender, RemoteActorRef recipient) =>
        System.DeadLetters.Tell(new DeadLetter(message, sender ?? System.DeadLetters, recipient), sender ?? ActorRefs.NoSender);

    internal void Publish(RemotingLifecycleEvent lifecycleEvent)
    {
        System.EventStream.Publish(lifecycleEvent);
        if (LogsLifecycleAt(lifecycleEvent.LogLevel()))
            Log.Log(lifecycleEvent.LogLevel(), null, "{0}", lifecycleEvent);
    }

    internal bool LogsLifecycleAt(LogLevel level) => level >= _lifecycleLogLevel;

    /// <summary>Opens a connection for an association and reads from it until it ends.</summary>
    internal async Task ConnectAsync(Association association)
    {
        Connection? connection = null;
        int uid;
        try
        {
            connection = await _transport.ConnectAsync(association.RemoteAddress).ConfigureAwait(false);
            uid = await IntroduceAsync(association, connection).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            connection?.Close();
            var why = e is OperationCanceledException ? $"no answer within {_transport.HandshakeTimeout}" : e.Message;
            association.ConnectFailed(
                e as InvalidAssociationException
                ?? new InvalidAssociationException($"Association failed with {association.RemoteAddress}: {why}", e));
            return;
        }

        if (association.TryAttach(connection, uid))
        {
            await ReadAsync(association, connection).ConfigureAwait(false);
            return;
        }

        association.ConnectFailed(
            new InvalidAssociationException("The remote system has a UID that has been quarantined. Association aborted."));
        await RefuseAsync(association, connection, uid).ConfigureAwait(false);
    }

    private Task RefuseAsync(Association association, Connection connection, int uid) => connection.FarewellAsync(
        association.IsQuarantined(uid) ? ControlFrames.Quarantined : ControlFrames.ShuttingDown, Settings.FlushWait);

    /// <summary>The connecting side's handshake; returns the peer's uid.</summary>
    private async Task<int> IntroduceAsync(Association association, Connection connection)
    {
        using var deadline = new CancellationTokenSource(_transport.HandshakeTimeout);
        await connection.WriteAsync(ControlFrames.Associate(DefaultAddress, _uid), deadline.Token).ConfigureAwait(false);
        var answer = await ReadFirstAsync(connection, deadline.Token).ConfigureAwait(false);
        switch (answer.Command)
        {
            case CommandType.Associate:
                return answer.Uid;
            case CommandType.DisassociateShuttingDown:
                throw new InvalidAssociationException("The remote system refused the association because it is shutting down.");
            case CommandType.DisassociateQuarantined:
                Publish(new ThisActorSystemQuarantinedEvent(DefaultAddress, association.RemoteAddress));
                throw new InvalidAssociationException("The remote system has quarantined this system. No further associations to the " +
                    "remote system are possible until this system is restarted.");
            default:
                throw new InvalidAssociationException("The remote system refused the association.");
        }
    }

    /// <summary>Serves one incoming connection from its first frame to its end.</summary>
    private async Task AcceptAsync(Connection connection)
    {
        ControlMessage hello;
        try
        {
            using var deadline = new CancellationTokenSource(_transport.HandshakeTimeout);
            hello = await ReadFirstAsync(connection, deadline.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            AcceptFailed(e);
            if (e is MalformedFrameException)
                await connection.FarewellAsync(ControlFrames.Disassociate, Settings.FlushWait).ConfigureAwait(false);
            connection.Close();
            return;
        }

        if (hello.Command != CommandType.Associate || IsStopped)
        {
            var refusal = IsStopped ? ControlFrames.ShuttingDown : ControlFrames.Disassociate;
            await connection.FarewellAsync(refusal, Settings.FlushWait).ConfigureAwait(false);
            return;
        }

        var association = AssociationWith(hello.Origin!);
        try
        {
            if (!association.IsQuarantined(hello.Uid))
                await connection.WriteAsync(ControlFrames.Associate(DefaultAddress, _uid)).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            AcceptFailed(e);
            connection.Close();
            return;
        }

        if (association.TryAttach(connection, hello.Uid))
            await ReadAsync(association, connection).ConfigureAwait(false);
        else
            await RefuseAsync(association, connection, hello.Uid).ConfigureAwait(false);
    }

    private async Task<ControlMessage> ReadFirstAsync(Connection connection, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await connection.Input.ReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = read.Buffer;
            ControlMessage? message;
            try
            {
                message = FrameReader.TryRead(ref buffer, _transport.MaximumFrameSize, out var frame) ? ParseControl(frame) : null;
            }
            catch (MalformedFrameException)
            {
                connection.Input.AdvanceTo(read.Buffer.End);
                throw;
            }

            // What follows the handshake in the same read belongs to the reader to come.
            connection.Input.AdvanceTo(buffer.Start, message is null ? buffer.End : buffer.Start);
            if (message is { } complete)
                return complete;
            if (read.IsCompleted)
                throw new IOException("The peer ended the connection before its handshake was complete.");
        }
    }

    private static ControlMessage ParseControl(in ReadOnlySequence<byte> bytes)
    {
        var frame = InboundFrame.Parse(bytes.IsSingleSegment ? bytes.FirstSpan : bytes.ToArray());
        return frame.Instruction.IsEmpty ? default : ControlFrames.Parse(frame.Instruction);
    }

    private async Task ReadAsync(Association association, Connection connection)
    {
        var reader = new ConnectionReader(this, association, connection, _transport.MaximumFrameSize);
        try
        {
            await reader.RunAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            reader.Ending = e.Message;
        }

        association.Detach(connection, reader.Ending, reader.EndingLevel);
        await connection.Input.CompleteAsync().ConfigureAwait(false);
    }

    private async Task TickAsync()
    {
        using var timer = new PeriodicTimer(s_tick);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopped.Token).ConfigureAwait(false))
            {
                foreach (var (_, association) in _associations)
                    Tick(association);
            }
        }
        catch (OperationCanceledException)
        {
            // The remoting is being shut down.
        }
    }

    private void Tick(Association association)
    {
        try
        {
            association.Tick();
        }
        catch (Exception e)
        {
            Log.Error(e, "Cannot look after the association with [{0}]", association.RemoteAddress);
        }
    }

    private void AcceptFailed(Exception cause)
    {
        if (LogsLifecycleAt(LogLevel.DebugLevel))
            Log.Debug("An incoming connection was closed: {0}", cause.Message);
    }

    private static LogLevel? ParseLevel(string level) => level switch
    {
        "OFF" or "FALSE" => null,
        "INFO" => LogLevel.InfoLevel,
        "WARNING" => LogLevel.WarningLevel,
        "ERROR" => LogLevel.ErrorLevel,
        _ => LogLevel.DebugLevel,
    };

    private static Akka.Configuration.Config OnlyTransport(RemoteSettings settings)
    {
        var name = typeof(TcpTransport).FullName!;
        return settings.Transports is [{ Adapters.Count: 0 } only] && only.TransportClass.StartsWith(name, StringComparison.Ordinal)
            ? only.Config
            : throw new Akka.Configuration.ConfigurationException(
                $"akka.remote.enabled-transports must name one transport, with the class [{name}] and without adapters.");
    }
}
