using Akka.Actor;
using AkkaRaft.Client;
using AkkaRaft.Core;

namespace AkkaRaft.Server;

/// <summary>Answers clients of this server, in batches.</summary>
internal sealed class ClientReplies(
    IServerPort server, PeerDirectory directory, MemberContact contact, ReplyBatcher batcher)
{
    /// <summary>Rejects a request: it entered no log.</summary>
    public void Refuse(IActorRef client, long id, RejectionReason reason, string? detail = null) =>
        Fail(client, id, new Rejected(server.CurrentTerm, server.Leader, reason) { Detail = detail });

    public void Fail(IActorRef client, long id, RequestFailure failure)
    {
        var leaderAddress = failure.Leader is { } leader ? directory.AddressOf(leader, server.Configuration) : null;
        batcher.Add(
            client, new FailureAnswer(id, failure, leaderAddress, contact.Unresponsive()), server.CurrentTerm, server.Self);
    }

    public void Complete(IActorRef client, long id) =>
        batcher.Add(client, new ResultAnswer(id, server.CommitIndex, null), server.CurrentTerm, server.Self);

    /// <summary>Sends what was batched.</summary>
    public void Flush() => batcher.Flush(server.CurrentTerm, server.Self);

    /// <summary>Sends what was batched in a step, with the history as it is committed then.</summary>
    public void EndStep()
    {
        batcher.History = server.CommittedHistory;
        Flush();
    }
}
