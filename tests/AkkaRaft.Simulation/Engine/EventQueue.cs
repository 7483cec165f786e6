namespace AkkaRaft.Simulation;

/// <summary>What will happen, by time and, at the same time, in the order in which it was scheduled. A binary heap.</summary>
internal sealed class EventQueue
{
    private Entry[] _heap = new Entry[256];
    private long _scheduled;

    public int Count { get; private set; }

    public long NextTime => Count == 0 ? long.MaxValue : _heap[0].Time;

    public void Add(long time, in SimulatedEvent simulatedEvent)
    {
        if (Count == _heap.Length)
        {
            Array.Resize(ref _heap, Count * 2);
        }

        var entry = new Entry(time, _scheduled++, simulatedEvent);
        var at = Count++;
        while (at > 0)
        {
            var parent = (at - 1) >> 1;
            if (!entry.IsBefore(_heap[parent]))
            {
                break;
            }

            _heap[at] = _heap[parent];
            at = parent;
        }

        _heap[at] = entry;
    }

    public SimulatedEvent Take(out long time)
    {
        var first = _heap[0];
        var last = _heap[--Count];
        _heap[Count] = default;
        var at = 0;
        while (true)
        {
            var child = (at << 1) + 1;
            if (child >= Count)
            {
                break;
            }

            if (child + 1 < Count && _heap[child + 1].IsBefore(_heap[child]))
            {
                child++;
            }

            if (!_heap[child].IsBefore(last))
            {
                break;
            }

            _heap[at] = _heap[child];
            at = child;
        }

        if (Count > 0)
        {
            _heap[at] = last;
        }

        time = first.Time;
        return first.Event;
    }

    private readonly struct Entry(long time, long sequence, in SimulatedEvent simulatedEvent)
    {
        public readonly long Time = time;
        public readonly SimulatedEvent Event = simulatedEvent;
        private readonly long _sequence = sequence;

        public bool IsBefore(in Entry other) => Time < other.Time || (Time == other.Time && _sequence < other._sequence);
    }
}
