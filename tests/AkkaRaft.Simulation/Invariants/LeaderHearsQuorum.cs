using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>
/// A leader that checks its quorum gives up when none has answered for two election timeouts (dissertation, section 6.2). A member that
/// has just come in counts as heard then, and when other members count it looks again after an election timeout.
/// </summary>
internal sealed class LeaderHearsQuorum : Invariant
{
    private readonly Dictionary<int, TimeSpan[]> _heard = [];

    public override void OnLeader(SimulatedServer server)
    {
        var heard = new TimeSpan[World.Servers.Count];
        Array.Fill(heard, server.LocalTime);
        _heard[server.Index] = heard;
    }

    public override void AfterStep(SimulatedServer server, RaftInput input)
    {
        var core = server.Core!;
        if (core.Role != RaftRole.Leader || server.Change.Role != RaftRole.Leader || !core.Options.CheckQuorum || IsOfTheShell(input))
        {
            // A leader that was paused finds out with its next message or timer.
            return;
        }

        var heard = _heard[server.Index];
        var configuration = server.Log.Configuration;
        if (!ReferenceEquals(configuration, server.Change.Configuration))
        {
            var grace = input.Now - core.Options.ElectionTimeoutMax;
            foreach (var member in configuration.Members)
            {
                ref var at = ref heard[World.IndexOf(member)];
                at = server.Change.Configuration.IsMember(member) ? (at > grace ? at : grace) : input.Now;
            }
        }

        if (input is MessageReceived { Message: AppendEntriesReply or InstallSnapshotReply or ReadIndexRequest } received
            && received.Message.Term == core.CurrentTerm)
        {
            heard[World.IndexOf(received.Message.From)] = input.Now;
        }

        if (input is not TimerElapsed)
        {
            // A leader's timers fire often enough to look only then.
            return;
        }

        var limit = input.Now - (2 * core.Options.ElectionTimeoutMax);
        if (!Majorities.Has(configuration, id => id == server.Id || heard[World.IndexOf(id)] >= limit))
        {
            throw Broken(server, $"it leads term {core.CurrentTerm}, and for two election timeouts no quorum has answered it");
        }
    }

    private static bool IsOfTheShell(RaftInput input) =>
        input is Applied or SnapshotTaken or SnapshotFailed or SnapshotUnreadable or SnapshotChunkStored or SnapshotReceived
            or DiskSpaceChanged;
}
