using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Event;
using Akka.Remote.Protocol;
using Akka.Remote.Transport;

namespace Akka.Remote;

/// <summary>
/// Everything this system knows of one remote address: the connections to it, what waits to be written, and which
/// incarnations of it are quarantined. Any number of connections may be read; one of them is written to, so that messages
/// stay in order.
/// </summary>
internal sealed partial class Association : IThreadPoolWorkItem
{
    /// <summary>A connection on which so many heartbeats in a row were missed gives way to a new one.</summary>
    private const int SilentHeartbeats = 3;

    private readonly Lock _lock = new();
    private readonly Remoting _remoting;
    private readonly List<Connection> _connections = [];
    private readonly SystemMessageOutbox _outbox;
    private SystemMessageInbox _inbox;

    private volatile AssociationState _state = AssociationState.Idle;
    private volatile Connection? _writer;
    private long _gateOpensMillis;
    private int? _uid;
    private int? _quarantinedUid;
    private long _quarantineEndsMillis;
    private long _hopelessMillis = long.MaxValue;

    public Association(Remoting remoting, Address remoteAddress)
    {
        _remoting = remoting;
        RemoteAddress = remoteAddress;
        _outbox = new SystemMessageOutbox(remoting.Settings.SysMsgBufferSize, remoting.Settings.SysResendLimit);
        _inbox = new SystemMessageInbox(remoting.Settings.SysMsgBufferSize);
        _encoder = remoting.CreateEncoder();
    }

    public Address RemoteAddress { get; }

    internal AssociationState State => _state;

    private static long NowMillis => Environment.TickCount64;

    public void Send(object message, IActorRef? sender, RemoteActorRef recipient)
    {
        if (message is ISystemMessage system)
            SendSystem(system, recipient);
        else if (_state == AssociationState.Active || Admit())
            Enqueue(OutboundMessage.Ordinary(message, sender, recipient));
        else
            _remoting.ToDeadLetters(message, sender, recipient);
    }

    /// <summary>A connection has shaken hands. False if it is refused, because that incarnation of the peer is quarantined.</summary>
    public bool TryAttach(Connection connection, int uid)
    {
        List<Connection> outdated = [];
        var becameWriter = false;
        lock (_lock)
        {
            if (_state == AssociationState.Closed || _quarantinedUid == uid)
                return false;
            _quarantinedUid = null;
            if (_uid != uid)
            {
                outdated.AddRange(_connections);
                BeginIncarnation(uid);
            }

            if (_writer is { } old && CanCarryOutbound(connection) && IsSilent(old))
            {
                // The peer would hardly have connected again if it still had that one.
                outdated.Add(old);
                _connections.Remove(old);
                _writer = null;
            }

            _connections.Add(connection);
            if (_writer is null && CanCarryOutbound(connection))
            {
                becameWriter = true;
                UseForWriting(connection);
            }
        }

        foreach (var old in outdated)
        {
            old.Close();
            _remoting.Publish(new DisassociatedEvent(_remoting.DefaultAddress, RemoteAddress, old.IsInbound));
        }

        if (becameWriter || !CanCarryOutbound(connection))
            _remoting.Publish(new AssociatedEvent(_remoting.DefaultAddress, RemoteAddress, connection.IsInbound));
        return true;
    }

    /// <summary>A connection that was attached has ended, for whatever reason.</summary>
    public void Detach(Connection connection, string reason, LogLevel level)
    {
        connection.Close();
        var gated = false;
        lock (_lock)
        {
            if (!_connections.Remove(connection))
                return;
            if (_writer == connection)
            {
                _writer = null;
                if (_connections.Find(CanCarryOutbound) is { } other)
                {
                    UseForWriting(other);
                    return;
                }

                CloseGate();
                _hopelessMillis = NowMillis + Millis(_remoting.Settings.QuarantineSilentSystemTimeout);
                gated = true;
            }
            else if (CanCarryOutbound(connection))
            {
                return;
            }
        }

        _remoting.Publish(new DisassociatedEvent(_remoting.DefaultAddress, RemoteAddress, connection.IsInbound));
        if (gated)
            LogGated("Association with remote system {0} has failed; address is now gated for {1} ms. Reason is: [{2}]", reason, level);
    }

    public bool IsQuarantined(int uid)
    {
        lock (_lock)
            return _quarantinedUid == uid;
    }

    public void ConnectFailed(Exception cause)
    {
        lock (_lock)
        {
            if (_state != AssociationState.Connecting)
                return;
            CloseGate();
        }

        _remoting.Publish(new AssociationErrorEvent(cause, _remoting.DefaultAddress, RemoteAddress, false, LogLevel.WarningLevel));
        LogGated("Tried to associate with unreachable remote address [{0}]. Address is now gated for {1} ms, all messages to this " +
            "address will be delivered to dead letters. Reason: [{2}]", cause.Message, LogLevel.WarningLevel);
    }

    /// <summary>Breaks with one incarnation of the peer; without its uid the address can only be gated for a while.</summary>
    public void Quarantine(int? uid)
    {
        List<Connection> ended;
        lock (_lock)
        {
            if (_state == AssociationState.Closed || (uid is not null && uid == _quarantinedUid)
                || (uid is not null && _uid is not null && uid != _uid))
                return;
            if (uid is not null)
            {
                _quarantinedUid = uid;
                _quarantineEndsMillis = NowMillis + Millis(_remoting.Settings.QuarantineDuration);
                _outbox.Reset();
            }

            ended = [.. _connections];
            _connections.Clear();
            _writer = null;
            CloseGate();
        }

        foreach (var connection in ended)
        {
            _ = connection.EndAsync(uid is null ? ControlFrames.Disassociate : ControlFrames.Quarantined, _remoting.Settings.FlushWait);
            _remoting.Publish(new DisassociatedEvent(_remoting.DefaultAddress, RemoteAddress, connection.IsInbound));
        }

        if (uid is { } known)
            _remoting.Publish(new QuarantinedEvent(RemoteAddress, known));
        else
            LogGated("Association to [{0}] with unknown UID is reported as quarantined, but address cannot be quarantined without " +
                "knowing the UID, gating instead for {1} ms{2}", ".", LogLevel.WarningLevel);
    }

    public void ReceiveSystemMessage(ulong sequence, Action deliver)
    {
        Volatile.Write(ref _pendingAck, _inbox.Receive(sequence, deliver));
        if (_state == AssociationState.Active || Admit())
            Enqueue(default);
    }

    public void ReceiveAck(Ack ack)
    {
        if (_outbox.Acknowledge(ack, NowMillis))
            Enqueue(default);
    }

    /// <summary>Looks after what is due by the clock: heartbeats, silent peers, resends, and connections for system messages.</summary>
    public void Tick()
    {
        var now = NowMillis;
        Connection[] connections;
        lock (_lock)
        {
            if (_quarantinedUid is not null && now > _quarantineEndsMillis)
                _quarantinedUid = null;
            connections = [.. _connections];
        }

        foreach (var connection in connections)
        {
            if (!connection.FailureDetector.IsAvailable)
                Detach(connection, "No response from remote. Transport failure detector triggered.", LogLevel.WarningLevel);
            else if (now >= connection.HeartbeatDueMillis)
                Heartbeat(connection, now);
        }

        if (_outbox.IsEmpty)
            return;
        if (_state == AssociationState.Active)
        {
            if (_outbox.ResendAfter(_remoting.Settings.SysResendTimeout, now))
                Enqueue(default);
        }
        else if (now > Volatile.Read(ref _hopelessMillis))
        {
            GiveUp();
        }
        else
        {
            Admit();
        }
    }

    /// <summary>Sends what is queued, tells the peer that this system shuts down, and ends the connections.</summary>
    public async Task ShutdownAsync()
    {
        Connection[] connections;
        var flushDeadline = NowMillis + Millis(_remoting.Settings.FlushWait);
        while (_writer is not null && Volatile.Read(ref _pending) > 0 && NowMillis < flushDeadline)
            await Task.Delay(5).ConfigureAwait(false);

        lock (_lock)
        {
            _state = AssociationState.Closed;
            connections = [.. _connections];
            _connections.Clear();
            _writer = null;
            Unpark();
        }

        await Task.WhenAll(connections.Select(c => c.EndAsync(ControlFrames.ShuttingDown, _remoting.Settings.FlushWait)))
            .ConfigureAwait(false);
        foreach (var connection in connections)
            _remoting.Publish(new DisassociatedEvent(_remoting.DefaultAddress, RemoteAddress, connection.IsInbound));
    }

    private void SendSystem(ISystemMessage message, RemoteActorRef recipient)
    {
        OutboundMessage numbered;
        bool added;
        lock (_lock)
        {
            if (_state == AssociationState.Closed || _quarantinedUid is not null)
            {
                _remoting.ToDeadLetters(message, null, recipient);
                return;
            }

            if (_outbox.IsEmpty && _uid is null)
                _hopelessMillis = NowMillis + Millis(_remoting.Settings.InitialSysMsgDeliveryTimeout);
            added = _outbox.TryAdd(message, recipient, NowMillis, out numbered);
        }

        if (!added)
            Quarantine(_uid);
        else if (_state == AssociationState.Active || Admit())
            Enqueue(numbered);
    }

    /// <summary>Whether a message may be queued now; opens a connection where there is none.</summary>
    private bool Admit()
    {
        lock (_lock)
        {
            switch (_state)
            {
                case AssociationState.Active:
                case AssociationState.Connecting:
                    return true;
                case AssociationState.Gated when NowMillis >= _gateOpensMillis:
                case AssociationState.Idle:
                    _state = AssociationState.Connecting;
                    _ = Task.Run(() => _remoting.ConnectAsync(this));
                    return true;
                default:
                    return false;
            }
        }
    }

    /// <summary>System messages have waited for too long: whoever answers some day could not make sense of later ones.</summary>
    private void GiveUp()
    {
        _outbox.Reset();
        if (_uid is { } uid)
            Quarantine(uid);
        else
            _remoting.Log.Warning("System messages to [{0}] are given up: it has not answered once", RemoteAddress);
    }

    private void BeginIncarnation(int uid)
    {
        // System messages that wait for a first answer are meant for whoever answers; all others for the former incarnation.
        if (_uid is not null)
            _outbox.Reset();
        _inbox = new SystemMessageInbox(_remoting.Settings.SysMsgBufferSize);
        _pendingAck = null;
        _uid = uid;
        _writer = null;
        _connections.Clear();
    }

    private void UseForWriting(Connection connection)
    {
        _writer = connection;
        _state = AssociationState.Active;
        _hopelessMillis = long.MaxValue;
        _outbox.ResendSoon();
        if (!Unpark() && !_outbox.IsEmpty)
            Enqueue(default);
    }

    private void CloseGate()
    {
        _state = AssociationState.Gated;
        _encoder.ForgetSenders();
        _gateOpensMillis = NowMillis + Millis(_remoting.Settings.RetryGateClosedFor);
        Unpark();
    }

    private bool IsSilent(Connection connection) =>
        NowMillis - connection.LastHeardMillis > SilentHeartbeats * _remoting.HeartbeatInterval.TotalMilliseconds;

    private bool CanCarryOutbound(Connection connection) => !connection.IsInbound || _remoting.Settings.UsePassiveConnections;

    private void LogGated(string format, string reason, LogLevel level)
    {
        if (_remoting.LogsLifecycleAt(level))
            _remoting.Log.Log(level, null, format, RemoteAddress, _remoting.Settings.RetryGateClosedFor.TotalMilliseconds, reason);
    }

    private static long Millis(TimeSpan? duration) =>
        duration is { } some && some.TotalMilliseconds < int.MaxValue * 1000d ? (long)some.TotalMilliseconds : int.MaxValue * 1000L;
}

internal enum AssociationState
{
    Idle,
    Connecting,
    Active,

    /// <summary>A connection has failed; until the gate opens messages go to dead letters.</summary>
    Gated,

    /// <summary>This system is shutting down.</summary>
    Closed,
}
