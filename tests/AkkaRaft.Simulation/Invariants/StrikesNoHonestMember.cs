using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>
/// No leader takes a member for one whose disk went back to an earlier state while its disk is as it was: late and repeated refusals deny
/// nothing.
/// </summary>
internal sealed class StrikesNoHonestMember : Invariant
{
    public override void AfterStep(SimulatedServer server, RaftInput input)
    {
        if (server.Change.FirstWritten == long.MaxValue || !server.IsLeader)
        {
            return;
        }

        foreach (var (member, incarnation) in server.Core!.Configuration.Incarnations)
        {
            Require(incarnation != ClusterConfiguration.NoIncarnation, server, $"it has struck {member}, which has lost nothing");
        }
    }
}
