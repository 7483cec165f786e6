using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>
/// An answer that may be old is as young as was asked for, and one at an index knows that index; every answer comes from a state behind
/// what the core says it must see.
/// </summary>
internal sealed class ReadFreshness : Invariant
{
    public void OnServe(SimulatedServer server, Attempt attempt, Serve serve)
    {
        var index = server.StateMachine.LastIndex;
        Require(index >= serve.ReadIndex.Value, server, $"it reads behind entry {index}, and must read behind {serve.ReadIndex}");
        switch (attempt.Consistency)
        {
            case ReadConsistency.AtIndex:
                Require(index >= attempt.AtIndex, server, $"{attempt} at {attempt.AtIndex} is answered behind {index}");
                break;
            case ReadConsistency.Stale:
                var known = World.Ledger.LastIndexAt(attempt.AskedAt - attempt.MaxAge.Ticks);
                Require(
                    index >= known,
                    server,
                    $"{attempt}, no older than {attempt.MaxAge}, is answered behind {index}; {known} was committed by then");
                break;
        }
    }
}
