using static AkkaRaft.Core.Tests.Harness.Story;

namespace AkkaRaft.Core.Tests.Scripts;

/// <summary>What a script may say. docs/testing.md has the same list, in words.</summary>
internal static class ScriptCommands
{
    private static readonly Dictionary<string, (string Usage, Action<ScriptLine, ScriptCluster> Run)> All = new()
    {
        ["options"] = ("options [SERVER] KEY=VALUE ..., for servers that start from here on", ScriptSettings.SetOptions),
        ["servers"] = ("servers COUNT [term=T] [SERVER=TERM,TERM,...] ...", ScriptSettings.Servers),
        ["join"] = ("join SERVER", ScriptSettings.Join),
        ["wipe"] = ("wipe SERVER", ScriptSettings.Wipe),
        ["timeout"] = ("timeout SERVER", OnTimeout),
        ["heartbeat"] = ("heartbeat SERVER", OnHeartbeat),
        ["retry-reads"] = ("retry-reads SERVER", OnRetryReads),
        ["pass"] = ("pass TIME", OnPass),
        ["elect"] = ("elect SERVER", OnElect),
        ["deliver"] = ("deliver all|WAY [KIND] [first|last]", OnDeliver),
        ["settle"] = ("settle", OnSettle),
        ["drop"] = ("drop all|WAY [KIND] [first|last]", OnDrop),
        ["duplicate"] = ("duplicate all|WAY [KIND] [first|last]", OnDuplicate),
        ["hold"] = ("hold all|WAY [KIND] [first|last]", OnHold),
        ["release"] = ("release all|WAY [KIND] [first|last]", OnRelease),
        ["cut"] = ("cut SERVER, cut SERVER SERVER, cut SERVER ... | SERVER ..., or cut WAY", OnCut),
        ["heal"] = ("heal or heal SERVER SERVER", OnHeal),
        ["propose"] = ("propose SERVER COMMAND ...", OnPropose),
        ["read"] = ("read SERVER linearizable|linearizable-local|local, or stale max-age=TIME, or at-index index=N", OnRead),
        ["change"] = ("change SERVER add|add-learner|promote|remove SERVER ...", OnChange),
        ["transfer"] = ("transfer SERVER [SERVER]", OnTransfer),
        ["snapshot"] = ("snapshot SERVER", OnSnapshot),
        ["disk"] = ("disk SERVER stall|catch-up|full|free", OnDisk),
        ["crash"] = ("crash SERVER ...", OnCrash),
        ["restart"] = ("restart SERVER ...", OnRestart),
        ["status"] = ("status [SERVER ...]", (line, cluster) => ScriptReports.Status(cluster, Named(line, cluster))),
        ["logs"] = ("logs [SERVER ...]", (line, cluster) => ScriptReports.Logs(cluster, Named(line, cluster))),
        ["members"] = ("members [SERVER ...]", (line, cluster) => ScriptReports.Members(cluster, Named(line, cluster))),
        ["states"] = ("states [SERVER ...]", (line, cluster) => ScriptReports.States(cluster, Named(line, cluster))),
        ["log"] = ("log SERVER", (line, cluster) => ScriptReports.Log(cluster, Up(line, cluster))),
        ["progress"] = ("progress SERVER", (line, cluster) => ScriptReports.Progress(cluster, Up(line, cluster))),
        ["flight"] = ("flight", (_, cluster) => ScriptReports.Flight(cluster)),
    };

    public static IEnumerable<string> Names => All.Keys;

    public static void Run(ScriptLine line, ScriptCluster cluster)
    {
        if (!All.TryGetValue(line.Name, out var command))
        {
            throw line.Error($"there is no command '{line.Name}'; the commands are {string.Join(", ", All.Keys)}");
        }

        line.Usage = command.Usage;
        cluster.Output.IsQuiet = line.IsQuiet;
        try
        {
            command.Run(line, cluster);
        }
        catch (Exception broken) when (broken is not ScriptException)
        {
            line.Usage = "";
            throw line.Error(broken.Message, broken);
        }

        line.End();
    }

    /// <summary>The servers that are named, or all of them.</summary>
    private static IReadOnlyList<ScriptServer> Named(ScriptLine line, ScriptCluster cluster)
    {
        var named = line.Servers().Select(id => Known(line, cluster, id)).ToList();
        return named.Count > 0 ? named : [.. cluster.Servers];
    }

    private static ScriptServer Known(ScriptLine line, ScriptCluster cluster, ServerId id) => cluster.Has(id)
        ? cluster[id]
        : throw line.Error($"there is no {id}; there are {string.Join(", ", cluster.Servers.Select(server => server.Id))}");

    /// <summary>The next word is a server that runs.</summary>
    private static ScriptServer Up(ScriptLine line, ScriptCluster cluster)
    {
        var server = Known(line, cluster, line.Server());
        return server.Server is not null ? server : throw line.Error($"{server.Id} is down; 'restart {server.Id}' starts it");
    }

    private static void OnTimeout(ScriptLine line, ScriptCluster cluster)
    {
        var server = Up(line, cluster);
        cluster.FireTimer(server.Id, RaftTimer.Election, $"{server.Id}: election timeout");
    }

    private static void OnHeartbeat(ScriptLine line, ScriptCluster cluster)
    {
        var server = Up(line, cluster);
        cluster.FireTimer(server.Id, RaftTimer.Heartbeat, $"{server.Id}: heartbeat timeout");
    }

    private static void OnRetryReads(ScriptLine line, ScriptCluster cluster)
    {
        var server = Up(line, cluster);
        cluster.FireTimer(server.Id, RaftTimer.Reads, $"{server.Id}: time to ask for read indexes again");
    }

    private static void OnPass(ScriptLine line, ScriptCluster cluster) => cluster.Pass(line.Time(line.Word("a time")));

    private static void OnElect(ScriptLine line, ScriptCluster cluster)
    {
        var server = Up(line, cluster);
        cluster.FireTimer(server.Id, RaftTimer.Election, $"{server.Id}: election timeout");
        OnSettle(line, cluster);
        if (server.Server!.Role != RaftRole.Leader)
        {
            throw line.Error($"{server.Id} is {server.Server.Role} and does not lead");
        }
    }

    private static void OnDeliver(ScriptLine line, ScriptCluster cluster)
    {
        foreach (var message in Chosen(line, cluster.Network.Flight))
        {
            Remove(cluster.Network.Flight, message);
            cluster.Deliver(message);
        }
    }

    private static void OnSettle(ScriptLine line, ScriptCluster cluster)
    {
        for (var bound = 2_000; cluster.Network.Flight.Count > 0; bound--)
        {
            if (bound == 0)
            {
                throw line.Error($"the servers do not come to rest; on its way is {ScriptNetwork.Of(cluster.Network.Flight[0])}");
            }

            var message = cluster.Network.Flight[0];
            cluster.Network.Flight.RemoveAt(0);
            cluster.Deliver(message);
        }
    }

    private static void OnDrop(ScriptLine line, ScriptCluster cluster)
    {
        foreach (var message in Chosen(line, cluster.Network.Flight))
        {
            Remove(cluster.Network.Flight, message);
            cluster.Output.AddHeader($"{ScriptNetwork.Of(message)} (dropped)");
        }
    }

    private static void OnDuplicate(ScriptLine line, ScriptCluster cluster) =>
        cluster.Network.Flight.AddRange(Chosen(line, cluster.Network.Flight));

    private static void OnHold(ScriptLine line, ScriptCluster cluster) => Move(line, cluster.Network.Flight, cluster.Network.Late);

    private static void OnRelease(ScriptLine line, ScriptCluster cluster) => Move(line, cluster.Network.Late, cluster.Network.Flight);

    private static void Move(ScriptLine line, List<RaftMessage> from, List<RaftMessage> to)
    {
        foreach (var message in Chosen(line, from))
        {
            Remove(from, message);
            to.Add(message);
        }
    }

    /// <summary>A copy is another message, though it is the same object.</summary>
    private static void Remove(List<RaftMessage> messages, RaftMessage message) =>
        messages.RemoveAt(messages.FindIndex(each => ReferenceEquals(each, message)));

    /// <summary>The messages that a command is about; that there is none is an error.</summary>
    private static IReadOnlyList<RaftMessage> Chosen(ScriptLine line, List<RaftMessage> messages)
    {
        var (from, to) = line.Take("all") ? (null, null) : line.Way();
        var chosen = messages.Where(message => (from ?? message.From) == message.From && (to ?? message.To) == message.To).ToList();
        if (Array.Find(ScriptNetwork.Kinds, line.Take) is { } kind)
        {
            chosen.RemoveAll(message => ScriptNetwork.KindOf(message) != kind);
        }

        chosen = line.Take("first") ? [.. chosen.Take(1)] : line.Take("last") ? [.. chosen.TakeLast(1)] : chosen;
        if (line.HasMore)
        {
            throw line.Error($"'{line.Word("")}' is none of the kinds {string.Join(", ", ScriptNetwork.Kinds)}, nor first or last");
        }

        return chosen.Count > 0 ? chosen : throw line.Error(
            "there is no such message; there are "
            + (messages.Count == 0 ? "none" : string.Join("; ", messages.Select(message => $"{ScriptNetwork.KindOf(message)} {ScriptNetwork.Of(message)}"))));
    }

    private static void OnCut(ScriptLine line, ScriptCluster cluster)
    {
        if (line.IsAtWay())
        {
            CutWay(line, cluster);
            return;
        }

        List<ServerId> ones = [Known(line, cluster, line.Server()).Id];
        List<ServerId> others = [];
        while (line.HasMore && !line.Take("|"))
        {
            ones.Add(Known(line, cluster, line.Server()).Id);
        }

        others.AddRange(line.Servers().Select(id => Known(line, cluster, id).Id));
        if (others.Count == 0)
        {
            others = ones.Count == 1 ? [.. cluster.Servers.Select(server => server.Id)] : ones[1..];
            ones = ones[..1];
        }

        foreach (var (one, other) in ones.SelectMany(one => others.Select(other => (one, other))))
        {
            cluster.Network.Cut(one, other);
            cluster.Network.Cut(other, one);
        }
    }

    private static void CutWay(ScriptLine line, ScriptCluster cluster)
    {
        var (from, to) = line.Way();
        foreach (var one in cluster.Servers.Where(server => from is null || server.Id == from))
        {
            foreach (var other in cluster.Servers.Where(server => to is null || server.Id == to))
            {
                cluster.Network.Cut(one.Id, other.Id);
            }
        }
    }

    private static void OnHeal(ScriptLine line, ScriptCluster cluster)
    {
        if (line.HasMore)
        {
            cluster.Network.Heal(Known(line, cluster, line.Server()).Id, Known(line, cluster, line.Server()).Id);
        }
        else
        {
            cluster.Network.HealAll();
        }
    }

    private static void OnPropose(ScriptLine line, ScriptCluster cluster)
    {
        var id = Up(line, cluster).Id;
        List<string> commands = [line.Word("a command")];
        while (line.HasMore)
        {
            commands.Add(line.Word(""));
        }

        var proposals = commands.Select(command => new Proposal(cluster.NextRequest(), Put(command), Forwarded: false)).ToList();
        var names = proposals.Zip(commands, (proposal, command) => $"{command} as {proposal.Request}");
        cluster.Step(id, new Propose(cluster.Now, proposals), $"{id}: propose {string.Join(", ", names)}");
    }

    private static void OnRead(ScriptLine line, ScriptCluster cluster)
    {
        var id = Up(line, cluster).Id;
        var how = line.OneOf("linearizable", "linearizable-local", "local", "stale", "at-index");
        var read = new Read(cluster.Now, cluster.NextRequest(), Forwarded: false);
        read = how switch
        {
            "linearizable-local" => read with { Consistency = ReadConsistency.LinearizableLocal },
            "local" => read with { Consistency = ReadConsistency.Local },
            "stale" => read with
            {
                Consistency = ReadConsistency.Stale,
                MaxAge = line.Time(line.Value("max-age") ?? throw line.Error("a stale read lacks max-age=TIME")),
            },
            "at-index" => read with
            {
                Consistency = ReadConsistency.AtIndex,
                Index = new LogIndex(line.Number(line.Value("index") ?? throw line.Error("a read at an index lacks index=N"))),
            },
            _ => read,
        };
        cluster.Step(id, read, $"{id}: read {read.Request}, {how}");
    }

    private static void OnChange(ScriptLine line, ScriptCluster cluster)
    {
        var id = Up(line, cluster).Id;
        List<MemberChange> changes = [];
        List<string> words = [];
        do
        {
            var what = line.OneOf("add", "add-learner", "promote", "remove");
            var member = line.Server();
            words.Add($"{what} {member}");
            changes.Add(what switch
            {
                "promote" => new PromoteMember(member),
                "remove" => new RemoveMember(member),
                _ => new AddMember(member, Address: "", Incarnation: 0, AsLearner: what == "add-learner"),
            });
        }
        while (line.HasMore);
        var request = cluster.NextRequest();
        cluster.Step(id, new ChangeMembers(cluster.Now, request, changes, Forwarded: false), $"{id}: {string.Join(", ", words)} as {request}");
    }

    private static void OnTransfer(ScriptLine line, ScriptCluster cluster)
    {
        var id = Up(line, cluster).Id;
        var target = line.OptionalServer();
        var request = cluster.NextRequest();
        var header = $"{id}: transfer the leadership to {target?.Value ?? "the best placed"} as {request}";
        cluster.Step(id, new TransferLeadership(cluster.Now, request, target, Forwarded: false), header);
    }

    private static void OnSnapshot(ScriptLine line, ScriptCluster cluster)
    {
        var id = Up(line, cluster).Id;
        cluster.Step(id, new SnapshotWanted(cluster.Now), $"{id}: a snapshot is wanted");
    }

    private static void OnDisk(ScriptLine line, ScriptCluster cluster)
    {
        var server = Up(line, cluster);
        switch (line.OneOf("stall", "catch-up", "full", "free"))
        {
            case "stall":
                server.DiskIsStalled = true;
                break;
            case "catch-up":
                cluster.LetDiskCatchUp(server.Id);
                break;
            case "full":
                cluster.Step(server.Id, new DiskSpaceChanged(cluster.Now, IsFull: true), $"{server.Id}: the disk is full");
                break;
            default:
                cluster.Step(server.Id, new DiskSpaceChanged(cluster.Now, IsFull: false), $"{server.Id}: the disk has room");
                break;
        }
    }

    private static void OnCrash(ScriptLine line, ScriptCluster cluster)
    {
        do
        {
            cluster.Crash(Up(line, cluster).Id);
        }
        while (line.HasMore);
    }

    private static void OnRestart(ScriptLine line, ScriptCluster cluster)
    {
        do
        {
            var server = Known(line, cluster, line.Server());
            if (server.Server is not null)
            {
                cluster.Crash(server.Id);
            }

            cluster.Start(server.Id);
        }
        while (line.HasMore);
    }
}
