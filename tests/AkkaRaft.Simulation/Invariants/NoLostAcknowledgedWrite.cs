using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>
/// What a client was told to be committed is, and stays: it is in the ledger, which no server may contradict, and at the end of the run in
/// the log of the server that leads.
/// </summary>
internal sealed class NoLostAcknowledgedWrite : Invariant
{
    private readonly List<Attempt> _acknowledged = [];

    public override void OnAcknowledged(SimulatedServer server, Attempt attempt, LogEntry entry)
    {
        var committedAt = attempt.First.CommittedAt;
        Require(
            committedAt == entry.Index.Value || (attempt.Payload is SessionCommand && committedAt > 0 && committedAt < entry.Index.Value),
            server,
            $"it acknowledges {attempt} at {entry.Index}, which is committed at {committedAt}");
        _acknowledged.Add(attempt.First);
    }

    public override void AtEnd()
    {
        if (World.Leader is not { } leader)
        {
            return;
        }

        foreach (var attempt in _acknowledged)
        {
            var index = attempt.CommittedAt;
            Require(
                leader.Log.Covers(index, World.Ledger.EntryAt(index).Term),
                leader,
                $"{attempt} was acknowledged at {index} and is not in its log");
        }
    }
}
