using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>A client's session: it numbers the commands, and says up to where the answers are not needed any more.</summary>
internal sealed class ClientSession(SessionId id, SimulationRandom random)
{
    private long _sequence;
    private long _acknowledged;

    /// <summary>What it is known by.</summary>
    public SessionId Id { get; } = id;

    /// <summary>Numbers a command that is asked for the first time.</summary>
    public void Number(Attempt attempt, int padding)
    {
        _sequence++;
        if (random.Chance(0.5))
        {
            // Now and then late, so that servers keep several answers.
            _acknowledged = _sequence - 1;
        }

        attempt.MakeSessionCommand(Id, _sequence, _acknowledged, padding);
    }
}
