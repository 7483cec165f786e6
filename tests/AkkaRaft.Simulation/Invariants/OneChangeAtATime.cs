using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>
/// No two majorities can decide apart from each other, at any step: a leader changes the voters through a joint configuration only, one
/// change at a time, and not before it has committed an entry of its own term (dissertation, sections 4.1 and 4.3).
/// </summary>
internal sealed class OneChangeAtATime : Invariant
{
    public override void AfterStep(SimulatedServer server, RaftInput input)
    {
        if (server.Change.FirstWritten == long.MaxValue || !server.IsLeader)
        {
            return;
        }

        var core = server.Core!;
        for (var index = server.Change.FirstWritten; index <= server.Log.LastIndex; index++)
        {
            if (server.Log[index] is { Payload: ConfigurationChange change } entry && entry.Term == core.CurrentTerm)
            {
                Judge(server, index, change.Configuration);
            }
        }
    }

    public override void OnFirstCommitted(SimulatedServer server, LogEntry entry)
    {
        if (entry.Payload is ConfigurationChange)
        {
            World.Statistics.ConfigurationsCommitted++;
        }
    }

    private void Judge(SimulatedServer server, long index, ClusterConfiguration next)
    {
        var (before, current) = server.Log.ConfigurationBefore(index);
        if (current.History <= 0 && next == current with { History = next.History })
        {
            // It names the history, and changes no member.
            return;
        }

        var commit = server.Core!.CommitIndex.Value;
        Require(before <= commit, server, $"it begins another change at {index}, and that at {before} is not committed");
        Require(
            server.Log.TermAt(commit) == server.Core.CurrentTerm,
            server,
            $"it begins a change at {index}, and has committed nothing in its term");
        Require(
            current.IsJoint
                ? !next.IsJoint && next.Voters.SequenceEqual(current.Voters)
                : next.IsJoint
                    ? next.OutgoingVoters.SequenceEqual(current.Voters)
                    : next.Voters.SequenceEqual(current.Voters),
            server,
            $"at {index} it goes from {current} to {next}");
    }
}
