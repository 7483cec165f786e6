using System.Diagnostics;
using AkkaRaft.Core;
using AkkaRaft.EndToEnd.Harness;
using AkkaRaft.Node.Commands;

namespace AkkaRaft.EndToEnd.Replacement;

/// <summary>How the replacement of one node went.</summary>
/// <param name="Old">The node that left.</param>
/// <param name="New">The node that came.</param>
/// <param name="WasLeader">Whether the node that left was the leader.</param>
/// <param name="Time">From the start of the new node's process to the end of the old one's.</param>
/// <param name="LongestGap">The longest time in which no client had a write acknowledged.</param>
internal sealed record Replaced(string Old, string New, bool WasLeader, TimeSpan Time, TimeSpan LongestGap)
{
    public override string ToString() =>
        $"{Old}{(WasLeader ? " (leader)" : "")} replaced by {New} in {Time.TotalSeconds:0.0} s, longest time without an acknowledged write "
        + $"{LongestGap.TotalMilliseconds:0} ms";
}

/// <summary>Replaces each node of a cluster in turn by a new one of another name at another address, while clients write.</summary>
internal sealed class RollingReplacement(TestCluster cluster, Writers writers)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Replaces all nodes that are there now.</summary>
    /// <param name="tell">Takes each replacement when it is done.</param>
    public async Task<IReadOnlyList<Replaced>> RunAsync(Action<Replaced> tell)
    {
        var result = new List<Replaced>();
        for (int node = 0, nodes = cluster.Nodes.Count; node < nodes; node++)
        {
            var replaced = await ReplaceAsync(node);
            tell(replaced);
            result.Add(replaced);
        }

        return result;
    }

    /// <summary>A server that runs is added, and the return waits until it votes.</summary>
    public static async Task AddAsync(TestCluster cluster, int node)
    {
        var (name, contact) = (cluster.Nodes[node].Name, cluster.Nodes[node].Contact);
        await Eventually.IsTrueAsync($"{name} to wait to be added", async () =>
            await ClusterChecks.TryStatusAsync(cluster, contact) is { IsWaiting: true });
        await cluster.Client.ChangeMembersAsync(
            [new AddMember(new ServerId(name), contact[..^"/user/raft".Length], Incarnation: 0, AsLearner: false)]);
        await ViewOf(cluster).UntilVoterAsync(new ServerId(name), _ => { }, CancellationToken.None);
    }

    private static ClusterView ViewOf(TestCluster cluster) =>
        new(cluster.Client, [.. cluster.Present.Select(node => node.Contact)], Patience);

    private async Task<Replaced> ReplaceAsync(int old)
    {
        var start = Stopwatch.GetTimestamp();
        writers.TakeLongestGap();
        var fresh = cluster.StartJoiningNode();
        await AddAsync(cluster, fresh);

        var oldId = new ServerId(cluster.Nodes[old].Name);
        var leader = (await ViewOf(cluster).LeaderStatusAsync(CancellationToken.None)).Server;
        await cluster.Client.ChangeMembersAsync([new RemoveMember(oldId)]);
        await cluster.RetireAsync(old);
        await writers.MoreAcknowledgementsAsync(1);
        return new Replaced(
            oldId.Value, cluster.Nodes[fresh].Name, oldId == leader, Stopwatch.GetElapsedTime(start), writers.TakeLongestGap());
    }
}
