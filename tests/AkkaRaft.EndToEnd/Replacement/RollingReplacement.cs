using System.Diagnostics;
using AkkaRaft.Core;
using AkkaRaft.EndToEnd.Harness;
using AkkaRaft.Node.Commands;

namespace AkkaRaft.EndToEnd.Replacement;

/// <summary>How the replacement of one node went.</summary>
/// <param name="Old">The node that left.</param>
/// <param name="New">The node that came.</param>
/// <param name="WasLeader">Whether the node that left was the leader.</param>
/// <param name="Started">From the start of the new node's process until it waits to be added.</param>
/// <param name="Added">From then until it votes.</param>
/// <param name="Removed">From then until the old node is no member.</param>
/// <param name="Stopped">From then until the old node's process has ended.</param>
/// <param name="LongestGap">The longest time in which no client had a write acknowledged.</param>
internal sealed record Replaced(
    string Old, string New, bool WasLeader, TimeSpan Started, TimeSpan Added, TimeSpan Removed, TimeSpan Stopped, TimeSpan LongestGap)
{
    public override string ToString() =>
        $"{Old}{(WasLeader ? " (leader)" : "")} replaced by {New}: {Started.TotalSeconds:0.0} s to start, {Added.TotalSeconds:0.0} s until "
        + $"it voted, {Removed.TotalSeconds:0.0} s to remove, {Stopped.TotalSeconds:0.0} s to stop; longest time without an acknowledged "
        + $"write {LongestGap.TotalMilliseconds:0} ms";
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
        foreach (var node in cluster.Nodes.Index().Where(node => cluster.Present.Contains(node.Item)).Select(node => node.Index).ToList())
        {
            var replaced = await ReplaceAsync(node);
            tell(replaced);
            result.Add(replaced);
        }

        return result;
    }

    /// <summary>Waits until a server that was started to be added runs.</summary>
    public static Task AwaitWaitingAsync(TestCluster cluster, int node) =>
        Eventually.IsTrueAsync($"{cluster.Nodes[node].Name} to wait to be added", async () =>
            await ClusterChecks.TryStatusAsync(cluster, cluster.Nodes[node].Contact) is { IsWaiting: true });

    /// <summary>A server that runs is added, and the return waits until it votes.</summary>
    public static async Task AddAsync(TestCluster cluster, int node)
    {
        await ChangeAsync(cluster, Adding(cluster, node, asLearner: false));
        await AwaitVoterAsync(cluster, new ServerId(cluster.Nodes[node].Name));
    }

    /// <summary>The change that adds a server that runs.</summary>
    public static AddMember Adding(TestCluster cluster, int node, bool asLearner) => new(
        new ServerId(cluster.Nodes[node].Name), cluster.Nodes[node].Contact[..^"/user/raft".Length], Incarnation: 0, asLearner);

    /// <summary>Changes a member as the command line does: where a leader is lost meanwhile, the next is looked at and asked.</summary>
    public static Task ChangeAsync(TestCluster cluster, MemberChange change) =>
        ViewOf(cluster).ChangeAsync(change, CancellationToken.None);

    /// <summary>Waits until a member votes.</summary>
    public static Task AwaitVoterAsync(TestCluster cluster, ServerId id) =>
        ViewOf(cluster).UntilVoterAsync(id, _ => { }, CancellationToken.None);

    private static ClusterView ViewOf(TestCluster cluster) =>
        new(cluster.Client, [.. cluster.Present.Select(node => node.Contact)], Patience);

    private async Task<Replaced> ReplaceAsync(int old)
    {
        var moment = Stopwatch.GetTimestamp();
        writers.TakeLongestGap();
        var fresh = cluster.StartJoiningNode();
        await AwaitWaitingAsync(cluster, fresh);
        var started = Lap(ref moment);
        await AddAsync(cluster, fresh);
        var added = Lap(ref moment);

        var oldId = new ServerId(cluster.Nodes[old].Name);
        var leader = (await ViewOf(cluster).LeaderStatusAsync(CancellationToken.None)).Server;
        await ChangeAsync(cluster, new RemoveMember(oldId));
        var removed = Lap(ref moment);
        await cluster.RetireAsync(old);
        var stopped = Lap(ref moment);
        await writers.MoreAcknowledgementsAsync(1);
        var gap = writers.TakeLongestGap();
        return new Replaced(oldId.Value, cluster.Nodes[fresh].Name, oldId == leader, started, added, removed, stopped, gap);
    }

    private static TimeSpan Lap(ref long moment)
    {
        var now = Stopwatch.GetTimestamp();
        var lap = Stopwatch.GetElapsedTime(moment, now);
        moment = now;
        return lap;
    }
}
