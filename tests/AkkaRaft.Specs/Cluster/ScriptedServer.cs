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

    public static readonly Term SomeTerm = new(7);

    private readonly TestNetwork _network;
    private readonly ScriptedCluster _cluster;

    /// <param name="network">Counts its messages among those that a spec waits for.</param>
    /// <param name="answer">Answers a request of which it is told the number of the try, or says nothing.</param>
    /// <param name="cluster">Whose server it says it is, and of which history; looked at anew for each message.</param>
    public ScriptedServer(TestNetwork network, Func<object, int, Answer?> answer, ScriptedCluster cluster)
    {
        _network = network;
        _cluster = cluster;
        var tries = 0;
        Receive<GetStatus>(status => Sender.Tell(new StatusAnswer(status.Id, Status)));
        Receive<ClientRequests>(requests =>
        {
            cluster.AskedFor.Add(requests.ClusterId);
            foreach (var request in requests.Requests)
            {
                Say(answer(request, request.Session is SessionOpening ? 0 : ++tries), request.Id);
            }
        });
        Receive<ClientMessage>(message => Say(answer(message, ++tries), message.Ids.First()));
    }

    private RaftStatus Status => new()
    {
        ClusterId = _cluster.Id,
        History = _cluster.History,
        Server = Id,
        Role = RaftRole.Leader,
        Term = _cluster.Term,
        LastLogIndex = new LogIndex(9),
        CommitIndex = new LogIndex(9),
        LastApplied = new LogIndex(9),
        PendingWrites = 0,
        Leader = Id,
        Members = [new RaftMember(Id, Self.Path.ToString())],
        UnresponsiveMembers = [new ServerId("silent")],
        DroppedMessages = 0,
    };

    public static Props PropsOf(TestNetwork network, Func<object, int, Answer?> answer, ScriptedCluster? cluster = null) =>
        Props.Create(() => new ScriptedServer(network, answer, cluster ?? new ScriptedCluster()));

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
            Sender.Tell(new Answers(Id, _cluster.Term, [answer with { Id = id }]) { ClusterId = _cluster.Id, History = _cluster.History });
        }
    }
}

/// <summary>The cluster that a <see cref="ScriptedServer"/> says it is of.</summary>
internal sealed class ScriptedCluster
{
    public string Id { get; init; } = "scripted";

    public Term Term { get; set; } = ScriptedServer.SomeTerm;

    public long History { get; set; }

    /// <summary>The clusters that requests were meant for, in order.</summary>
    public List<string> AskedFor { get; } = [];
}
