using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>
/// If two logs contain an entry with the same index and term, then the logs are identical in all entries up through the given index (Raft
/// paper, figure 3). It follows by induction if such entries, and the terms of the entries ahead of them, are equal; so only what was
/// written is looked at.
/// </summary>
internal sealed class LogMatching : Invariant
{
    private readonly Dictionary<(long Index, long Term), (LogEntry Entry, Term Previous)> _seen = [];

    public override void AfterStep(SimulatedServer server, RaftInput input)
    {
        var log = server.Log;
        for (var index = server.Change.FirstWritten; index <= log.LastIndex; index++)
        {
            var entry = log[index];
            var previous = log.TermAt(index - 1);
            if (_seen.TryAdd((index, entry.Term.Value), (entry, previous)))
            {
                continue;
            }

            var (other, otherPrevious) = _seen[(index, entry.Term.Value)];
            Require(
                (ReferenceEquals(other, entry) || other == entry) && otherPrevious == previous,
                server,
                $"entry {index} of term {entry.Term}, behind term {previous}, is not that of another log, behind term {otherPrevious}");
        }
    }
}
