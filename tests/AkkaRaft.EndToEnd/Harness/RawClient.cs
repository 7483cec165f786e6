using System.Threading.Channels;
using Akka.Actor;
using Akka.Configuration;
using AkkaRaft.Client;
using AkkaRaft.Core;
using AkkaRaft.KeyValue;
using AkkaRaft.Serialization;

namespace AkkaRaft.EndToEnd.Harness;

/// <summary>Says to servers what a test wants, number by number, where a client that is made well would never say it.</summary>
internal sealed class RawClient : IAsyncDisposable
{
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(1);

    private readonly ActorSystem _system;
    private readonly PayloadCodec _codec;
    private readonly Channel<Answer> _answers = Channel.CreateUnbounded<Answer>();
    private readonly IActorRef _actor;
    private long _lastId;

    public RawClient()
    {
        var config = ConfigurationFactory.ParseString(
            """
            akka {
              loglevel = OFF
              stdout-loglevel = OFF
              actor.provider = remote
              remote {
                retry-gate-closed-for = 200 ms
                dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
              }
            }
            """).WithKeyValue();
        _system = ActorSystem.Create("raw-client", config);
        _codec = new PayloadCodec(_system, allowJson: false);
        _actor = _system.ActorOf(Props.Create(() => new Collector(_answers.Writer)));
    }

    /// <summary>Asks whoever leads until it is answered with a result.</summary>
    public async Task<ResultAnswer> AskAsync(IReadOnlyList<string> contacts, SessionPart part, object? command = null)
    {
        ResultAnswer? result = null;
        await Eventually.IsTrueAsync("an answer", async () =>
        {
            var payload = command is null ? Payload.None : _codec.Encode(command);
            foreach (var contact in contacts)
            {
                var request = new ClientRequest(++_lastId, payload) { Session = part };
                _system.ActorSelection(contact).Tell(new ProposeRequests(null, [request]), _actor);
                result = await AnswerAsync(request.Id) as ResultAnswer;
                if (result is not null)
                {
                    return true;
                }
            }

            return false;
        });
        return result!;
    }

    public object? Decode(ResultAnswer answer) => answer.Result is { } payload ? _codec.Decode(payload) : null;

    public async ValueTask DisposeAsync() => await _system.Terminate();

    private async Task<Answer?> AnswerAsync(long id)
    {
        using var deadline = new CancellationTokenSource(AskAgainAfter);
        try
        {
            while (true)
            {
                var answer = await _answers.Reader.ReadAsync(deadline.Token);
                if (answer.Id == id)
                {
                    return answer;
                }
            }
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private sealed class Collector : ReceiveActor
    {
        public Collector(ChannelWriter<Answer> answers) => Receive<Answers>(message =>
        {
            foreach (var answer in message.Items)
            {
                answers.TryWrite(answer);
            }
        });
    }
}
