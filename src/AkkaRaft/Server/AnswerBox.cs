using Akka.Actor;
using AkkaRaft.Client;
using AkkaRaft.Core;

namespace AkkaRaft.Server;

/// <summary>Gathers answers by client, so that many of them share a message.</summary>
internal sealed class AnswerBox(RaftSettings settings)
{
    private readonly Dictionary<IActorRef, (List<Answer> Answers, int SizeBytes)> _byClient = [];

    /// <summary>The name of the cluster's history, as far as it is committed; 0 for none.</summary>
    public long History { get; set; }

    /// <summary>Adds an answer; what would no longer fit into one frame goes out at once.</summary>
    public void Add(IActorRef client, Answer answer, Term term, IActorRef sender)
    {
        var (answers, sizeBytes) = _byClient.TryGetValue(client, out var box) ? box : ([], 0);
        if (answers.Count > 0 && sizeBytes + answer.SizeBytes > settings.MaxAnswerBytes)
        {
            client.Tell(Message(term, answers), sender);
            (answers, sizeBytes) = ([], 0);
        }

        answers.Add(answer);
        _byClient[client] = (answers, sizeBytes + answer.SizeBytes);
    }

    /// <summary>Sends what was gathered.</summary>
    public void Flush(Term term, IActorRef sender)
    {
        foreach (var (client, (answers, _)) in _byClient)
        {
            client.Tell(Message(term, answers), sender);
        }

        _byClient.Clear();
    }

    private Answers Message(Term term, List<Answer> answers) => new(settings.ServerId, term, answers)
    {
        ClusterId = settings.ClusterId, History = History,
    };
}
