using Akka.Actor;
using AkkaRaft.Client;
using AkkaRaft.Core;

namespace AkkaRaft.Server;

/// <summary>Answers clients from the state machine, in the name of the server's actor.</summary>
internal sealed class StateReplies(ReplyBatcher batcher, IActorRef server)
{
    /// <summary>The server's term when it last gave work to the state machine.</summary>
    public Term Term { get; set; }

    /// <summary>The name of the cluster's history; 0 for none.</summary>
    public long History
    {
        set => batcher.History = value;
    }

    public static FailureAnswer Refusal(Term term, RejectionReason reason) => new(0, new Rejected(term, null, reason), null, []);

    public void Add(IActorRef client, long id, Answer answer, int maxAnswerBytes) =>
        batcher.Add(client, answer with { Id = id }, Term, server, maxAnswerBytes);

    /// <summary>Sends what was batched.</summary>
    public void Flush() => batcher.Flush(Term, server);
}
