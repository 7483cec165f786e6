using static AkkaRaft.Core.Tests.Harness.Story;

namespace AkkaRaft.Core.Tests.Harness;

/// <summary>
/// Several servers, and between them a bag of messages that the test delivers, holds or drops. Disks are quick unless the test stalls
/// them.
/// </summary>
internal sealed partial class ScriptedCluster
{
    private readonly SortedDictionary<ServerId, Node> _nodes = [];
    private readonly HashSet<(ServerId From, ServerId To)> _cut = [];
    private readonly Dictionary<RaftMessage, long> _incarnations = new(ReferenceEqualityComparer.Instance);
    private readonly Func<ServerId, RaftOptions> _optionsOf;
    private readonly ulong _seed;
    private Action<RaftMessage>? _onDelivery;
    private Func<RaftMessage, bool> _isLost = _ => false;

    public ScriptedCluster(int members, RaftOptions? options = null, Func<ServerId, PersistentState>? disks = null, ulong seed = 1)
        : this(members, _ => options ?? new RaftOptions(), disks, seed)
    {
    }

    public ScriptedCluster(
        int members,
        Func<ServerId, RaftOptions> optionsOf,
        Func<ServerId, PersistentState>? disks = null,
        ulong seed = 1,
        Func<ServerId, long>? incarnations = null)
    {
        _optionsOf = optionsOf;
        _seed = seed;
        foreach (var id in Members(members).Voters)
        {
            _nodes[id] = new Node(disks?.Invoke(id) ?? Disk(Members(members))) { Incarnation = incarnations?.Invoke(id) ?? 0 };
            Start(id);
        }
    }

    /// <summary>Messages on their way, in the order in which they were sent.</summary>
    public List<RaftMessage> Bag { get; } = [];

    public TimeSpan Now { get; private set; } = TimeSpan.FromSeconds(1);

    public IEnumerable<RaftServer> Servers => _nodes.Values.Where(node => node.Server is not null).Select(node => node.Server!);

    public RaftServer this[ServerId id] => _nodes[id].Server ?? throw new InvalidOperationException($"{id} is down.");

    public IReadOnlyList<LogEntry> AppliedBy(ServerId id) => _nodes[id].Applied;

    public IReadOnlyList<RaftEffect> AnswersOf(ServerId id) => _nodes[id].Answers;

    /// <summary>The terms of a server's log, one after another.</summary>
    public string TermsOf(ServerId id) =>
        string.Join(" ", Enumerable.Range(1, (int)this[id].LastLogIndex.Value).Select(i => this[id].EntryAt(I(i))!.Term));

    public void StallDisk(ServerId id) => _nodes[id].DiskIsStalled = true;

    public void ResumeDisk(ServerId id)
    {
        _nodes[id].DiskIsStalled = false;
        Write(id);
    }

    /// <summary>The process dies, and with it what was not durable and every message that it had not sent.</summary>
    public void Crash(ServerId id)
    {
        _nodes[id].Server = null;
        _nodes[id].Unwritten.Clear();
        _nodes[id].Inputs.Clear();
        _nodes[id].Timers.Clear();
        _nodes[id].Applied.Clear();
        _nodes[id].DiskIsStalled = false;
    }

    public void Restart(ServerId id)
    {
        Crash(id);
        Start(id);
    }

    /// <summary>Cuts the way from one server to another; messages on it are lost.</summary>
    public void CutWay(ServerId from, ServerId to) => _cut.Add((from, to));

    public void Cut(ServerId one, ServerId other)
    {
        CutWay(one, other);
        CutWay(other, one);
    }

    public void CutOff(ServerId id)
    {
        foreach (var other in _nodes.Keys.Where(other => other != id))
        {
            Cut(id, other);
        }
    }

    public void Heal() => _cut.Clear();

    /// <summary>From here on messages that match are lost.</summary>
    public void LoseOnTheWay(Func<RaftMessage, bool> which) => _isLost = which;

    public void Propose(ServerId id, params long[] requests) =>
        Step(id, new Propose(Now, [.. requests.Select(request => new Proposal(R(request), Put($"value {request}"), Forwarded: false))]));

    public void Read(ServerId id, long request, ReadConsistency consistency = ReadConsistency.Linearizable) =>
        Step(id, new Read(Now, R(request), Forwarded: false) { Consistency = consistency });

    public void Change(ServerId id, long request, params MemberChange[] changes) =>
        Step(id, new ChangeMembers(Now, R(request), changes, Forwarded: false));

    public void Transfer(ServerId id, long request, ServerId? target = null) =>
        Step(id, new TransferLeadership(Now, R(request), target, Forwarded: false));

    public void DiskIsFull(ServerId id, bool isFull = true) => Step(id, new DiskSpaceChanged(Now, isFull));

    /// <summary>Delivers messages, those that they lead to as well, until none is left or the bound is reached.</summary>
    public void Settle(int bound = 10_000)
    {
        while (Bag.Count > 0)
        {
            Assert.True(bound-- > 0, $"still talking: {Bag[0]}");
            DeliverAt(0);
        }
    }

    /// <summary>Delivers the message that has been on its way for the longest time, if there is one.</summary>
    public void DeliverNext()
    {
        if (Bag.Count > 0)
        {
            DeliverAt(0);
        }
    }

    /// <summary>Delivers the messages that are in the bag now and match, not those that they lead to.</summary>
    public void Deliver(Func<RaftMessage, bool> which)
    {
        foreach (var message in Bag.Where(which).ToArray())
        {
            DeliverAt(Bag.IndexOf(message));
        }
    }

    public void Drop(Func<RaftMessage, bool> which) => Bag.RemoveAll(message => which(message));

    public void DropAll(Func<RaftMessage, bool>? but = null) => Bag.RemoveAll(message => but?.Invoke(message) != true);

    /// <summary>Counts, from here on, how often each server refuses an append.</summary>
    public IReadOnlyDictionary<ServerId, int> CountRefusals()
    {
        var refusals = _nodes.Keys.ToDictionary(id => id, _ => 0);
        _onDelivery = message => refusals[message.From] += message is AppendEntriesReply { Success: false } ? 1 : 0;
        return refusals;
    }

    /// <summary>Hands a message to its addressee, be it in the bag or not.</summary>
    public void Hand(RaftMessage message)
    {
        _onDelivery?.Invoke(message);
        var input = new MessageReceived(Now, message)
        {
            Incarnation = _incarnations.GetValueOrDefault(message),
            Version = _optionsOf(message.From).Version,
        };
        Step(message.To, input);
    }

    public void Pass(TimeSpan time) => Now += time;

    /// <summary>So much time passes that this server campaigns, and it alone.</summary>
    public void ElectionTimeout(ServerId id)
    {
        Pass(_optionsOf(id).ElectionTimeoutMax);
        Step(id, new TimerElapsed(Now, RaftTimer.Election));
    }

    public void HeartbeatTimeout(ServerId id)
    {
        Pass(_optionsOf(id).HeartbeatInterval);
        Step(id, new TimerElapsed(Now, RaftTimer.Heartbeat));
    }

    /// <summary>Lets time pass: timers fire when they are due, and messages take no time at all.</summary>
    public void RunFor(TimeSpan time)
    {
        var end = Now + time;
        Settle();
        while (NextTimer() is { } next && next.Due <= end)
        {
            Now = next.Due > Now ? next.Due : Now;
            _nodes[next.Server].Timers.Remove(next.Timer);
            Step(next.Server, new TimerElapsed(Now, next.Timer));
            Settle();
        }

        Now = end;
    }

    /// <summary>Those that lead in the latest term that any server has seen.</summary>
    public IEnumerable<ServerId> Leaders()
    {
        var latest = Servers.Max(server => server.CurrentTerm);
        return Servers.Where(server => server.Role == RaftRole.Leader && server.CurrentTerm == latest).Select(server => server.Id);
    }

    /// <summary>The server campaigns and everything that follows is delivered.</summary>
    public void Elect(ServerId id)
    {
        ElectionTimeout(id);
        Settle();
        Assert.Equal(RaftRole.Leader, this[id].Role);
    }

    /// <summary>The server campaigns until it has caught up with the others' terms and leads.</summary>
    public void ElectEventually(ServerId id)
    {
        for (var attempts = 0; this[id].Role != RaftRole.Leader; attempts++)
        {
            Assert.True(attempts < 10, $"{id} cannot be elected");
            ElectionTimeout(id);
            Settle();
        }
    }

    private void Start(ServerId id)
    {
        var node = _nodes[id];
        var seed = (_seed * 1000) + id.Value[^1];
        node.Server = new RaftServer(id, ClusterConfiguration.Empty, node.Replay(), _optionsOf(id), seed, node.Incarnation);
        Step(id, new Started(Now));
    }

    private (TimeSpan Due, ServerId Server, RaftTimer Timer)? NextTimer()
    {
        var timers =
            from node in _nodes
            where node.Value.Server is not null
            from timer in node.Value.Timers
            orderby timer.Value, node.Key, timer.Key
            select ((TimeSpan, ServerId, RaftTimer)?)(timer.Value, node.Key, timer.Key);
        return timers.FirstOrDefault();
    }

    private void DeliverAt(int position)
    {
        var message = Bag[position];
        Bag.RemoveAt(position);
        var isLost = _cut.Contains((message.From, message.To)) || _isLost(message);
        if (!isLost && _nodes.TryGetValue(message.To, out var node) && node.Server is not null)
        {
            Hand(message);
        }
    }

    private void Step(ServerId id, RaftInput input)
    {
        var node = _nodes[id];
        foreach (var effect in node.Server!.Step(input))
        {
            switch (effect)
            {
                case Persist persist:
                    node.Unwritten.Enqueue(persist);
                    break;
                case Send send:
                    Send(node, send.Message);
                    break;
                case SetTimer timer:
                    Assert.True(timer.After >= TimeSpan.Zero, $"{id} sets {timer}");
                    node.Timers[timer.Timer] = Now + timer.After;
                    break;
                case Apply or Serve or Reply or Forward or Done:
                    node.Answers.Add(effect);
                    break;
            }

            Interpret(node, effect);
        }

        Write(id);
        while (node.Inputs.TryDequeue(out var next))
        {
            Step(id, next);
        }
    }

    private void Send(Node node, RaftMessage message)
    {
        _incarnations[message] = node.Incarnation;
        Bag.Add(message);
    }

    private void Write(ServerId id)
    {
        var node = _nodes[id];
        while (!node.DiskIsStalled && node.Unwritten.TryDequeue(out var persist))
        {
            node.Journal.Add(persist.Events);
            Step(id, new Persisted(Now, persist.Sequence));
        }
    }
}
