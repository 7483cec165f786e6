using Akka.Remote.Protocol;

namespace Akka.Remote;

/// <summary>
/// Puts the system messages of one incarnation of a peer into their order: each is delivered once, and only after all that
/// were sent before it.
/// </summary>
internal sealed class SystemMessageInbox(int capacity)
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<ulong, Action> _waiting = [];
    private ulong _next;
    private ulong _highest;

    /// <summary>Delivers what is in order now and tells what to acknowledge.</summary>
    public Ack Receive(ulong sequence, Action deliver)
    {
        lock (_lock)
        {
            // Beyond the capacity a message is not taken; it stays unacknowledged and comes again.
            if (sequence >= _next && sequence - _next < (ulong)capacity)
            {
                _waiting.TryAdd(sequence, deliver);
                _highest = Math.Max(_highest, sequence);
            }

            while (_waiting.Remove(_next, out var inOrder))
            {
                _next++;
                inOrder();
            }

            return new Ack(_highest, Missing());
        }
    }

    private ulong[] Missing()
    {
        if (_waiting.Count == 0)
            return Ack.NoNacks;
        var missing = new List<ulong>();
        for (var sequence = _next; sequence < _highest; sequence++)
        {
            if (!_waiting.ContainsKey(sequence))
                missing.Add(sequence);
        }

        return [.. missing];
    }
}
