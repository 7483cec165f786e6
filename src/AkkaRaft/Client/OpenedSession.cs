using AkkaRaft.Core;
using AkkaRaft.Core.Sessions;

namespace AkkaRaft.Client;

/// <summary>An open session as its client knows it: which numbers are given, and of which the answers are there.</summary>
internal sealed class OpenedSession(SessionId id)
{
    /// <summary>Numbers behind the first whose answer is missing.</summary>
    private readonly HashSet<long> _answered = [];

    private long _last;

    public SessionId Id { get; } = id;

    /// <summary>The answers of all commands up to this number are there.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>Whether the servers would keep the answer of one command more.</summary>
    public bool HasRoom => _last - Acknowledged < SessionLimits.MaxUnacknowledged;

    public long Next() => ++_last;

    public void Acknowledge(long sequence)
    {
        _answered.Add(sequence);
        while (_answered.Remove(Acknowledged + 1))
        {
            Acknowledged++;
        }
    }
}
