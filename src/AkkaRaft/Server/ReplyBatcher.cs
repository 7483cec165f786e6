using Akka.Actor;
using AkkaRaft.Client;
using AkkaRaft.Core;

namespace AkkaRaft.Server;

/// <summary>Gathers answers by client, so that many of them share a message.</summary>
internal sealed class ReplyBatcher(RaftSettings settings)
{
    // A client's frame may be smaller than this server's, as long as no answer alone is too large for it.
    private readonly int _gatheredBytes = Math.Min(settings.MaxAnswerBytes, settings.Protocol.MaxBatchBytes);

    private readonly Dictionary<IActorRef, (List<Answer> Answers, int SizeBytes)> _byClient = [];

    /// <summary>The name of the cluster's history, as far as it is committed; 0 for none.</summary>
    public long History { get; set; }

    /// <summary>Adds an answer; what would make the message larger than a batch goes out at once.</summary>
    /// <param name="client">Whom to answer.</param>
    /// <param name="answer">The answer; one that is too large for either side's frame is replaced by words that say so.</param>
    /// <param name="term">The server's term.</param>
    /// <param name="sender">The server's actor.</param>
    /// <param name="maxBytes">What the client can take; 0 where it did not say, and is taken to have Akka's default frame.</param>
    public void Add(IActorRef client, Answer answer, Term term, IActorRef sender, int maxBytes = 0)
    {
        // A frame that its receiver has no room for would close the connection, each time that the request is sent again.
        maxBytes = maxBytes == 0 ? SettingsChecks.DefaultFrameBytes - SettingsChecks.EnvelopeBytes : maxBytes;
        if (answer is ResultAnswer result && answer.SizeBytes > Math.Min(maxBytes, settings.MaxAnswerBytes))
        {
            answer = new NoResultAnswer(answer.Id, result.Index, TooLarge(answer, maxBytes));
        }

        var (answers, sizeBytes) = _byClient.TryGetValue(client, out var box) ? box : ([], 0);
        if (answers.Count > 0 && sizeBytes + answer.SizeBytes > _gatheredBytes)
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

    private string TooLarge(Answer answer, int clientBytes) => clientBytes < settings.MaxAnswerBytes
        ? $"the result has {answer.SizeBytes} bytes, and {clientBytes} fit into a frame of the client: raise its {SettingsChecks.FrameKey}"
        : $"the result has {answer.SizeBytes} bytes, and {settings.MaxAnswerBytes} fit into a frame";

    private Answers Message(Term term, List<Answer> answers) => new(settings.ServerId, term, answers)
    {
        ClusterId = settings.ClusterId, History = History,
    };
}
