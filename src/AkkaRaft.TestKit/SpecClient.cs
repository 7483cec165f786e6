using System.Collections.Concurrent;
using Akka.Actor;
using AkkaRaft.Client;
using AkkaRaft.Core;
using AkkaRaft.Serialization;

namespace AkkaRaft.TestKit;

/// <summary>Sends a spec's requests, each to the server that the spec names, and takes the answers.</summary>
internal sealed class SpecClient
{
    private readonly ConcurrentDictionary<long, TestRequest> _requests = new();
    private readonly ConcurrentDictionary<long, TaskCompletionSource<RaftStatus>> _statusRequests = new();
    private readonly PayloadCodec _codec;
    private readonly IActorRef _actor;

    private long _lastId;
    private long _answers;

    public SpecClient(ActorSystem system)
    {
        _codec = new PayloadCodec(system, allowJson: false);
        _actor = system.ActorOf(Props.Create(() => new Collector(this)), "spec-client");
    }

    public long Activity => Interlocked.Read(ref _answers);

    public TestRequest Propose(ICanTell server, object command) =>
        Send(server, command, request => new ProposeRequests(null, [request]));

    public TestRequest Query(ICanTell server, object query) => Send(server, query, request => new QueryRequests(null, [request]));

    public TestRequest ChangeMembers(ICanTell server, IReadOnlyList<MemberChange> changes)
    {
        var id = Interlocked.Increment(ref _lastId);
        var request = new TestRequest();
        _requests[id] = request;
        server.Tell(new ChangeMembersRequest(null, id, changes), _actor);
        return request;
    }

    public Task<RaftStatus> Status(ICanTell server, bool withDigest)
    {
        var id = Interlocked.Increment(ref _lastId);
        var completion = new TaskCompletionSource<RaftStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        _statusRequests[id] = completion;
        server.Tell(new GetStatus(id, withDigest), _actor);
        return completion.Task;
    }

    private TestRequest Send(ICanTell server, object value, Func<ClientRequest, ClientRequests> wrap)
    {
        var id = Interlocked.Increment(ref _lastId);
        var request = new TestRequest();
        _requests[id] = request;
        server.Tell(wrap(new ClientRequest(id, _codec.Encode(value))), _actor);
        return request;
    }

    private void Take(Answers answers)
    {
        foreach (var answer in answers.Items)
        {
            if (!_requests.TryRemove(answer.Id, out var request))
            {
                throw new RaftTestException($"Request {answer.Id} is answered twice, the second time by {answers.Server}.");
            }

            switch (answer)
            {
                case ResultAnswer result:
                    request.Succeed(result.Index, result.Result is { } payload ? _codec.Decode(payload) : null);
                    break;
                case NoResultAnswer noResult:
                    request.Succeed(noResult.Index, noResult.Why);
                    break;
                case FailureAnswer failure:
                    request.Fail(failure.Failure);
                    break;
            }
        }

        Interlocked.Increment(ref _answers);
    }

    private sealed class Collector : ReceiveActor
    {
        public Collector(SpecClient client)
        {
            Receive<Answers>(client.Take);
            Receive<StatusAnswer>(answer =>
            {
                if (client._statusRequests.TryRemove(answer.Id, out var completion))
                {
                    completion.TrySetResult(answer.Status);
                }
            });
        }
    }
}
