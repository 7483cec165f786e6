using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>
/// Who is no voter in its own log does not campaign, unless it does not know its removal to be committed (dissertation, section
/// 4.2.2); and who has lost its memory grants no vote under its old name, until it is admitted anew (scenario 34).
/// </summary>
internal sealed class OnlyVotersCampaign : Invariant
{
    public override void OnSend(SimulatedServer server, RaftMessage message)
    {
        switch (message)
        {
            case PreVote or RequestVote:
                var known = Math.Max(server.Core!.CommitIndex.Value, server.Log.LastIncludedIndex);
                Require(
                    server.Log.ConfigurationsSince(known).Any(configuration => configuration.IsVoter(server.Id)),
                    server,
                    $"it campaigns in term {message.Term} and is no voter of {server.Log.Configuration}");
                break;
            case PreVoteReply { Granted: true } or RequestVoteReply { Granted: true }:
                Require(
                    !server.HasForgotten || World.Servers[World.IndexOf(message.To)].Log.Configuration
                        .Admits(server.Id, server.Disk.Incarnation),
                    server,
                    $"it votes for {message.To} in term {message.Term}, and has lost its memory");
                break;
        }
    }
}
