using System.Text;

namespace AkkaRaft.Node.Hosting;

/// <summary>A node of a local cluster: its name, its configuration file and where it is reached.</summary>
/// <param name="Name">The server's id.</param>
/// <param name="ConfigFile">The full path of its HOCON file.</param>
/// <param name="Contact">The path of its Raft server.</param>
internal sealed record LocalNode(string Name, string ConfigFile, string Contact);

/// <summary>
/// The configuration files of a cluster on this machine: those of <c>hocon/</c> for three nodes, written ones for any other number.
/// </summary>
internal static class ClusterFiles
{
    private const int FirstPort = 4051;
    private const string Loopback = "127.0.0.1";

    /// <summary>The folder with the program's configuration files: the working directory's own, else the one beside the program.</summary>
    public static string HoconFolder =>
        Directory.Exists("hocon") ? Path.GetFullPath("hocon") : Path.Combine(AppContext.BaseDirectory, "hocon");

    /// <summary>The files of a cluster on the usual ports.</summary>
    /// <param name="nodes">How many nodes.</param>
    /// <param name="dataRoot">Where the nodes' data directories are.</param>
    public static IReadOnlyList<LocalNode> For(int nodes, string dataRoot)
    {
        var ports = Enumerable.Range(FirstPort, nodes).ToList();
        var shipped = Enumerable.Range(1, nodes).Select(node => Path.Combine(HoconFolder, $"node{node}.conf")).ToList();
        return nodes == 3 && dataRoot == "data" && shipped.All(File.Exists)
            ? [.. shipped.Select((file, i) => new LocalNode($"node{i + 1}", file, ContactPoint.Parse($"127.0.0.1:{ports[i]}")))]
            : Write(Path.Combine(dataRoot, "hocon"), ports, dataRoot, "local");
    }

    /// <summary>Writes a file for each node.</summary>
    /// <param name="folder">Where the files go.</param>
    /// <param name="ports">The nodes' ports; there are as many nodes as ports.</param>
    /// <param name="dataRoot">Where the nodes' data directories go, each under its node's name.</param>
    /// <param name="clusterId">The cluster's id.</param>
    /// <param name="overrides">HOCON that all nodes get on top.</param>
    /// <param name="tls">Whether they speak TLS; <paramref name="overrides"/> say with which certificates.</param>
    public static IReadOnlyList<LocalNode> Write(
        string folder, IReadOnlyList<int> ports, string dataRoot, string clusterId, string overrides = "", bool tls = false)
    {
        Directory.CreateDirectory(folder);
        var members = new StringBuilder();
        for (var i = 0; i < ports.Count; i++)
        {
            members.Append($"    {{ id = node{i + 1}, address = \"{ContactPoint.AddressAt(Loopback, ports[i], tls)}\" }}\n");
        }

        var all = $"members = [\n{members.ToString().TrimEnd()}\n  ]";
        return [.. ports.Select((port, i) => WriteNode(folder, $"node{i + 1}", port, dataRoot, clusterId, all, overrides, tls))];
    }

    /// <summary>Writes a file for a node that is to be added to a cluster while that runs.</summary>
    /// <param name="folder">Where the file goes.</param>
    /// <param name="name">The node's name.</param>
    /// <param name="port">Its port.</param>
    /// <param name="dataRoot">Where its data directory goes, under its name.</param>
    /// <param name="clusterId">The cluster's id.</param>
    /// <param name="overrides">HOCON that it gets on top.</param>
    public static LocalNode WriteJoining(string folder, string name, int port, string dataRoot, string clusterId, string overrides = "")
    {
        var members = $"join = on\n  members = [{{ id = {name}, address = \"{ContactPoint.AddressAt(Loopback, port, tls: false)}\" }}]";
        return WriteNode(folder, name, port, dataRoot, clusterId, members, overrides, tls: false);
    }

    private static LocalNode WriteNode(
        string folder, string name, int port, string dataRoot, string clusterId, string members, string overrides, bool tls)
    {
        var file = Path.GetFullPath(Path.Combine(folder, $"{name}.conf"));
        File.WriteAllText(file, $$"""
            include {{Quote(Path.Combine(HoconFolder, "cluster.conf"))}}

            akkaraft.data-directory = {{Quote(Path.GetFullPath(Path.Combine(dataRoot, name)))}}
            akka.remote.dot-netty.tcp.port = {{port}}
            akka-raft {
              cluster-id = {{Quote(clusterId)}}
              server-id = {{name}}
              {{members}}
            }
            {{overrides}}

            """);
        return new LocalNode(name, file, ContactPoint.Parse($"{Loopback}:{port}", tls));
    }

    private static string Quote(string text) => $"\"{text.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"";
}
