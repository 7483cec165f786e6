using AkkaRaft.Core.Tests.Harness;

namespace AkkaRaft.Core.Tests.Scripts;

/// <summary>
/// The servers of a script, with the shell around each: a disk that is quick unless it is stalled, a state machine that applies at once.
/// Messages and timers wait for the script. After each step the paper's five properties are checked.
/// </summary>
internal sealed class ScriptCluster(ProtocolRules rules)
{
    private readonly SortedDictionary<ServerId, ScriptServer> _servers = [];
    private readonly Dictionary<ServerId, RaftOptions> _optionsOf = [];
    private readonly Dictionary<SnapshotMetadata, LogEntry[]> _contents = [];
    private readonly ScriptProperties _properties = new();
    private long _requests;

    public ScriptNetwork Network { get; } = new();

    public ScriptOutput Output { get; } = new();

    /// <summary>The settings of servers that start from here on and have none of their own.</summary>
    public RaftOptions Options { get; set; } = Story.Settings;

    public TimeSpan Now { get; private set; } = TimeSpan.FromSeconds(1);

    public IEnumerable<ScriptServer> Servers => _servers.Values;

    public bool Has(ServerId id) => _servers.ContainsKey(id);

    public ScriptServer this[ServerId id] => _servers[id];

    public RequestId NextRequest() => new(++_requests);

    public RaftOptions OptionsOf(ServerId id) => _optionsOf.GetValueOrDefault(id, Options);

    public void SetOptionsOf(ServerId id, RaftOptions options) => _optionsOf[id] = options;

    public void Pass(TimeSpan time) => Now += time;

    /// <summary>A server that is down at first.</summary>
    public void Add(ServerId id, PersistentState disk) => _servers.Add(id, new ScriptServer(id, disk));

    public void Remove(ServerId id) => _servers.Remove(id);

    public void Start(ServerId id)
    {
        _servers[id].Begin(OptionsOf(id), rules);
        Step(id, new Started(Now), $"{id}: start");
    }

    public void Crash(ServerId id)
    {
        var server = _servers[id];
        Output.AddHeader($"{id}: crash");
        foreach (var write in server.Unwritten)
        {
            Output.AddEffect(id, $"write {write.Sequence} is lost", matters: false);
        }

        server.End();
    }

    /// <summary>Writes all that waits, in order.</summary>
    public void LetDiskCatchUp(ServerId id)
    {
        var server = _servers[id];
        server.DiskIsStalled = false;
        if (server.Unwritten.Count == 0)
        {
            return;
        }

        foreach (var persist in server.Unwritten)
        {
            server.Write(persist);
        }

        var last = server.Unwritten.Last().Sequence;
        server.Unwritten.Clear();
        Step(id, new Persisted(Now, last), $"{id}: durable up to write {last}");
    }

    /// <summary>
    /// Lets time pass until a server's timer is due, and fires it. The core moves an election deadline without setting the timer again, so
    /// a timer that was only early fires once more.
    /// </summary>
    public void FireTimer(ServerId id, RaftTimer timer, string header)
    {
        for (var attempt = 0; attempt < 2; attempt++)
        {
            if (!_servers[id].Timers.Remove(timer, out var due))
            {
                throw new InvalidOperationException($"the {timer} timer of {id} is not set");
            }

            Now = due > Now ? due : Now;
            if (Step(id, new TimerElapsed(Now, timer), attempt == 0 ? header : null) || timer != RaftTimer.Election)
            {
                return;
            }
        }
    }

    /// <summary>Hands a message over, or has it lost where the way is cut or the addressee down.</summary>
    public void Deliver(RaftMessage message)
    {
        var text = ScriptNetwork.Of(message);
        if (Network.IsCut(message))
        {
            Output.AddHeader($"{text} (lost: the way is cut)");
        }
        else if (!_servers.TryGetValue(message.To, out var receiver) || receiver.Server is null)
        {
            Output.AddHeader($"{text} (lost: {message.To} is down)");
        }
        else
        {
            Step(message.To, new MessageReceived(Now, message), text);
        }
    }

    /// <summary>Gives a server an input, and those that its shell answers the effects with.</summary>
    /// <returns>Whether the server did anything but set a timer.</returns>
    public bool Step(ServerId id, RaftInput input, string? header)
    {
        if (header is not null)
        {
            Output.AddHeader(header);
        }

        var server = _servers[id];
        var inputs = new Queue<RaftInput>([input]);
        var hasActed = false;
        while (inputs.TryDequeue(out var next))
        {
            List<RaftInput> answers = [];
            var former = server.Server!.Role;
            foreach (var effect in server.Server.Step(next))
            {
                Interpret(server, effect, answers);
                hasActed |= Tell(server, effect, former);
            }

            Write(server, inputs);
            answers.ForEach(inputs.Enqueue);
            _properties.Check(Servers.Where(each => each.Server is not null));
        }

        return hasActed;
    }

    private bool Tell(ScriptServer server, RaftEffect effect, RaftRole former)
    {
        if (ScriptText.Of(effect, server) is not { } text)
        {
            return false;
        }

        Output.AddEffect(server.Id, text, ScriptText.Matters(effect, former));
        return true;
    }

    private void Write(ScriptServer server, Queue<RaftInput> inputs)
    {
        while (!server.DiskIsStalled && server.Unwritten.TryDequeue(out var persist))
        {
            server.Write(persist);
            inputs.Enqueue(new Persisted(Now, persist.Sequence));
        }
    }

    private void Interpret(ScriptServer server, RaftEffect effect, List<RaftInput> answers)
    {
        switch (effect)
        {
            case Persist persist:
                server.Unwritten.Enqueue(persist);
                break;
            case Send send:
                Network.Flight.Add(send.Message);
                break;
            case SetTimer timer:
                server.Timers[timer.Timer] = Now + timer.After;
                break;
            case Apply apply:
                server.Applied.AddRange(apply.Entries.Select(committed => committed.Entry));
                answers.Add(new Applied(Now, apply.Entries[^1].Entry.Index));
                break;
            case TakeSnapshot:
                answers.Add(new SnapshotTaken(Now, SnapshotOf(server)));
                break;
            case SendSnapshotChunk chunk:
                Network.Flight.Add(new InstallSnapshot(
                    server.Id, chunk.To, chunk.Term, chunk.Snapshot, chunk.Offset, new byte[chunk.Length], chunk.HeartbeatSequence));
                break;
            case StoreSnapshotChunk chunk:
                answers.Add(Store(server, chunk));
                break;
            case RestoreSnapshot restore:
                server.Restore(restore.Snapshot, _contents[restore.Snapshot]);
                answers.Add(new Applied(Now, restore.Snapshot.LastIncludedIndex));
                break;
            case Compact compact:
                server.KeepFiles(compact.Keep);
                break;
        }
    }

    private SnapshotMetadata SnapshotOf(ScriptServer server)
    {
        var last = server.Applied[^1];
        var snapshot = new SnapshotMetadata(last.Index, last.Term, server.AppliedConfiguration, SizeBytes: 100, $"{server.Id} at {last.Index}");
        _contents[snapshot] = [.. server.Applied];
        server.AddFile(snapshot);
        return snapshot;
    }

    private RaftInput Store(ScriptServer server, StoreSnapshotChunk chunk)
    {
        server.StoredBytes = chunk.Offset + chunk.Data.Length;
        if (!chunk.IsLast)
        {
            return new SnapshotChunkStored(Now, chunk.Snapshot, server.StoredBytes);
        }

        server.AddFile(chunk.Snapshot);
        return new SnapshotReceived(Now, chunk.Snapshot);
    }
}
