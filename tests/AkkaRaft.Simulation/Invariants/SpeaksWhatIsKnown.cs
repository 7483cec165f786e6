using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>A server of the first version is told nothing that this version does not know: it could not even read it.</summary>
internal sealed class SpeaksWhatIsKnown : Invariant
{
    public override void OnSend(SimulatedServer server, RaftMessage message)
    {
        if (World.AllSpeakTheLatest || World.Servers[World.IndexOf(message.To)].Options.Version > ProtocolVersion.First)
        {
            return;
        }

        var isKnown = message is PreVote or PreVoteReply or RequestVote or RequestVoteReply
            or AppendEntries or AppendEntriesReply;
        Require(isKnown, server, $"{message.To} is of the first version and cannot read {TraceText.Of(message)}");
        if (message is not AppendEntries append)
        {
            return;
        }

        foreach (var entry in append.Entries)
        {
            Require(entry.Payload is NoOp or Command, server, $"{message.To} is of the first version and cannot read {entry.Payload}");
        }
    }
}
