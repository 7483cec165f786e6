using System.Runtime.Serialization;
using AkkaRaft.Client;
using AkkaRaft.Core;
using AkkaRaft.Serialization;

namespace AkkaRaft.Server;

/// <summary>Turns what the state machine returns into answers that fit into a frame.</summary>
internal sealed class ResultEncoder(RaftSettings settings, PayloadCodec codec)
{
    public Answer Encode(LogIndex index, object? result)
    {
        if (result is null)
        {
            return new ResultAnswer(0, index, null);
        }

        try
        {
            var answer = new ResultAnswer(0, index, codec.Encode(result));
            return answer.SizeBytes <= settings.MaxAnswerBytes
                ? answer
                : new NoResultAnswer(
                    0, index, $"the result has {answer.SizeBytes} bytes, and {settings.MaxAnswerBytes} fit into a frame");
        }
        catch (SerializationException cause)
        {
            return new NoResultAnswer(0, index, cause.Message);
        }
    }
}
