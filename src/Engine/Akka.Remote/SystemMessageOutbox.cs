using Akka.Dispatch.SysMsg;
using Akka.Remote.Protocol;

namespace Akka.Remote;

/// <summary>
/// System messages on their way to one incarnation of a peer. They are numbered from 0 and kept until the peer has
/// acknowledged them, across any number of connections.
/// </summary>
internal sealed class SystemMessageOutbox(int capacity, int resendLimit)
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<ulong, OutboundMessage> _unacknowledged = [];
    private ulong _next;
    private long _oldestSentMillis;
    private bool _resendDue;

    public bool IsEmpty
    {
        get
        {
            lock (_lock)
                return _unacknowledged.Count == 0;
        }
    }

    /// <summary>Numbers a message and keeps it. False when the peer has left too many unacknowledged to go on.</summary>
    public bool TryAdd(ISystemMessage message, RemoteActorRef recipient, long nowMillis, out OutboundMessage numbered)
    {
        lock (_lock)
        {
            numbered = new OutboundMessage(message, null, recipient, _next);
            if (_unacknowledged.Count >= capacity)
                return false;
            if (_unacknowledged.Count == 0)
                _oldestSentMillis = nowMillis;
            _unacknowledged.Add(_next, numbered);
            _next++;
            return true;
        }
    }

    /// <summary>Forgets what has arrived; what the peer reports missing is due again at once.</summary>
    /// <returns>Whether something is to be sent again.</returns>
    public bool Acknowledge(Ack ack, long nowMillis)
    {
        lock (_lock)
        {
            if (ack.CumulativeAck < _next)
            {
                while (FirstUpTo(ack) is { } arrived)
                    _unacknowledged.Remove(arrived);
                _oldestSentMillis = nowMillis;
            }

            _resendDue |= ack.Nacks.Any(_unacknowledged.ContainsKey);
            return _resendDue;
        }
    }

    public void ResendSoon()
    {
        lock (_lock)
            _resendDue = _unacknowledged.Count > 0;
    }

    /// <summary>Marks everything as due again that has waited for its acknowledgement for too long.</summary>
    public bool ResendAfter(TimeSpan patience, long nowMillis)
    {
        lock (_lock)
        {
            if (_unacknowledged.Count == 0 || nowMillis - _oldestSentMillis < patience.TotalMilliseconds)
                return false;
            _oldestSentMillis = nowMillis;
            _resendDue = true;
            return true;
        }
    }

    /// <summary>The oldest messages that are due to be sent again, or none.</summary>
    public IReadOnlyList<OutboundMessage> TakeResends()
    {
        if (!Volatile.Read(ref _resendDue))
            return [];
        lock (_lock)
        {
            _resendDue = false;
            return [.. _unacknowledged.Values.Take(resendLimit)];
        }
    }

    /// <summary>A new incarnation of the peer knows none of these messages, and counts from 0 again.</summary>
    public void Reset()
    {
        lock (_lock)
        {
            _unacknowledged.Clear();
            _next = 0;
            _resendDue = false;
        }
    }

    private ulong? FirstUpTo(Ack ack)
    {
        foreach (var sequence in _unacknowledged.Keys)
        {
            if (sequence > ack.CumulativeAck)
                return null;
            if (!ack.Nacks.Contains(sequence))
                return sequence;
        }

        return null;
    }
}
