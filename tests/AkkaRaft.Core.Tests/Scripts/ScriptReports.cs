namespace AkkaRaft.Core.Tests.Scripts;

/// <summary>Tables of what servers are and have.</summary>
internal static class ScriptReports
{
    /// <summary>Roles, terms, votes and positions.</summary>
    public static void Status(ScriptCluster cluster, IEnumerable<ScriptServer> servers)
    {
        List<IReadOnlyList<string>> rows = [["server", "role", "term", "vote", "leader", "last", "commit", "applied"]];
        foreach (var each in servers)
        {
            rows.Add(each.Server is not { } server
                ? [each.Id.Value, "down"]
                :
                [
                    each.Id.Value, server.Role.ToString(), server.CurrentTerm.ToString(), NameOf(server.VotedFor), NameOf(server.Leader),
                    server.LastLogIndex.ToString(), server.CommitIndex.ToString(), server.LastApplied.ToString(),
                ]);
        }

        cluster.Output.AddTable(rows);
    }

    /// <summary>The term of each entry, by index, as in the paper's figures. A dot stands for an entry that only a snapshot has.</summary>
    public static void Logs(ScriptCluster cluster, IReadOnlyList<ScriptServer> servers)
    {
        var last = servers.Max(server => server.Server?.LastLogIndex.Value ?? 0);
        var indexes = Enumerable.Range(1, (int)last).Select(index => new LogIndex(index)).ToList();
        List<IReadOnlyList<string>> rows = [["index", .. indexes.Select(index => index.ToString())]];
        foreach (var each in servers)
        {
            rows.Add(each.Server is { } server ? [each.Id.Value, .. indexes.Select(index => CellOf(server, index))] : [each.Id.Value, "down"]);
        }

        cluster.Output.AddTable(rows);
    }

    /// <summary>The entries of one server, with what they carry.</summary>
    public static void Log(ScriptCluster cluster, ScriptServer server)
    {
        foreach (var entry in server.Log())
        {
            cluster.Output.Add($"{ScriptText.Of(entry)}{(entry.Index <= server.Server!.CommitIndex ? "" : " (not committed)")}");
        }
    }

    /// <summary>The latest configuration in each server's log.</summary>
    public static void Members(ScriptCluster cluster, IEnumerable<ScriptServer> servers)
    {
        foreach (var each in servers)
        {
            cluster.Output.Add($"{each.Id}: {each.Server?.Configuration.ToString() ?? "down"}");
        }
    }

    /// <summary>What a leader knows of the others.</summary>
    public static void Progress(ScriptCluster cluster, ScriptServer leader)
    {
        List<IReadOnlyList<string>> rows = [["member", "match", "next"]];
        rows.AddRange(leader.Server!.Status().Members.Select(
            member => (IReadOnlyList<string>)[member.Id.Value, member.MatchIndex.ToString(), member.NextIndex.ToString()]));
        cluster.Output.AddTable(rows);
    }

    /// <summary>What each state machine has applied.</summary>
    public static void States(ScriptCluster cluster, IEnumerable<ScriptServer> servers)
    {
        foreach (var each in servers)
        {
            cluster.Output.Add($"{each.Id}: {(each.Server is null ? "down" : each.State.Length == 0 ? "nothing" : each.State)}");
        }
    }

    public static void Flight(ScriptCluster cluster)
    {
        foreach (var message in cluster.Network.Flight)
        {
            cluster.Output.Add(ScriptNetwork.Of(message));
        }

        foreach (var message in cluster.Network.Late)
        {
            cluster.Output.Add($"{ScriptNetwork.Of(message)} (late)");
        }
    }

    private static string CellOf(RaftServer server, LogIndex index) =>
        server.EntryAt(index) is { } entry ? entry.Term.ToString() : index <= server.LastLogIndex ? "." : "";

    private static string NameOf(ServerId? id) => id?.Value ?? "-";
}
