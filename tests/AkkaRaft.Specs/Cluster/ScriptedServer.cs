using Akka.Actor;
using AkkaRaft.Client;
using AkkaRaft.Core;
using AkkaRaft.TestKit;

namespace AkkaRaft.Specs.Cluster;

/// <summary>A leader that says to clients what a spec wants, for what a real one says too seldom.</summary>
internal sealed class ScriptedServer : ReceiveActor
{
    public const string Address = "akka://test/user/scripted";

    public static readonly ServerId Id = new("scripted");

    private static readonly Term SomeTerm = new(7);

    private readonly TestNetwork _network;

    /// <param name="network">Counts its messages among those that a spec waits for.</param>
    /// <param name="answer">Answers a request of which it is told the number of the try, or says nothing.</param>
    public ScriptedServer(TestNetwork network, Func<object, int, Answer?> answer)
    {
        _network = network;
        var tries = 0;
        Receive<GetStatus>(status => Sender.Tell(new StatusAnswer(status.Id, Status)));
        Receive<ClientRequests>(requests =>
        {
            foreach (var request in requests.Requests)
            {
                Say(answer(request, request.Session is SessionOpening ? 0 : ++tries), request.Id);
            }
        });
        Receive<ClientMessage>(message => Say(answer(message, ++tries), message.Ids.First()));
    }

    private static RaftStatus Status => new()
    {
        ClusterId = "scripted",
        Server = Id,
        Role = RaftRole.Leader,
        Term = SomeTerm,
        LastLogIndex = new LogIndex(9),
        CommitIndex = new LogIndex(9),
        LastApplied = new LogIndex(9),
        PendingWrites = 0,
        Leader = Id,
        Members = [new RaftMember(Id, Address)],
        SilentMembers = [new ServerId("silent")],
        DroppedMessages = 0,
    };

    public static Props PropsOf(TestNetwork network, Func<object, int, Answer?> answer) =>
        Props.Create(() => new ScriptedServer(network, answer));

    public static Answer Refuse(RejectionReason reason, string? detail = null) =>
        new FailureAnswer(0, new Rejected(SomeTerm, Id, reason) { Detail = detail }, Address, [new ServerId("silent")]);

    public static Answer Doubt() =>
        new FailureAnswer(0, new Indeterminate(SomeTerm, Id, IndeterminateReason.LeadershipLost), Address, []);

    public static Answer Accept(long index) => new ResultAnswer(0, new LogIndex(index), null);

    private void Say(Answer? answer, long id)
    {
        _network.CountClientMessage();
        if (answer is not null)
        {
            Sender.Tell(new Answers(Id, SomeTerm, [answer with { Id = id }]));
        }
    }
}
