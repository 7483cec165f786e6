namespace AkkaRaft.EndToEnd.Chaos;

/// <summary>A time in which no client got an answer.</summary>
/// <param name="Start">The last answer before it, since the start of the run.</param>
/// <param name="Length">How long it took until the next.</param>
/// <param name="Faults">What was broken meanwhile.</param>
internal sealed record Outage(TimeSpan Start, TimeSpan Length, string Faults);

/// <summary>Finds the outages of a run from its answers.</summary>
internal sealed class Availability(FaultLog faults)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private readonly Lock _lock = new();
    private readonly List<Outage> _outages = [];
    private TimeSpan _lastAnswer;

    public IReadOnlyList<Outage> Outages
    {
        get
        {
            lock (_lock)
            {
                return [.. _outages];
            }
        }
    }

    /// <summary>When a client last got an answer.</summary>
    public TimeSpan LastAnswer
    {
        get
        {
            lock (_lock)
            {
                return _lastAnswer;
            }
        }
    }

    /// <summary>Notes that a client got an answer.</summary>
    public void Answered(TimeSpan at)
    {
        lock (_lock)
        {
            if (_lastAnswer > TimeSpan.Zero && at - _lastAnswer >= Shortest)
            {
                _outages.Add(new Outage(_lastAnswer, at - _lastAnswer, faults.Between(_lastAnswer, at)));
            }

            _lastAnswer = at > _lastAnswer ? at : _lastAnswer;
        }
    }
}
