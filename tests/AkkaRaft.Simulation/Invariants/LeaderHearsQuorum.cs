using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>
/// A leader that checks its quorum gives up when none has answered for two election timeouts (dissertation, section 6.2).
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
        if (core.Role != RaftRole.Leader || server.Change.Role != RaftRole.Leader || !core.Options.CheckQuorum || input is Applied)
        {
            // What the state machine says moves nothing: a leader that was paused finds out with its next message or timer.
            return;
        }

        var heard = _heard[server.Index];
        if (input is MessageReceived { Message: AppendEntriesReply reply } && reply.Term == core.CurrentTerm)
        {
            heard[World.IndexOf(reply.From)] = input.Now;
        }

        var limit = input.Now - (2 * core.Options.ElectionTimeoutMax);
        var answering = 1;
        for (var i = 0; i < heard.Length; i++)
        {
            if (i != server.Index && heard[i] >= limit)
            {
                answering++;
            }
        }

        if (answering <= heard.Length / 2)
        {
            throw Broken(server, $"it leads term {core.CurrentTerm}, and for two election timeouts no quorum has answered it");
        }
    }
}
