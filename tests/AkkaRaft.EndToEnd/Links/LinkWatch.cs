using System.Diagnostics;
using AkkaRaft.EndToEnd.Harness;

namespace AkkaRaft.EndToEnd.Links;

/// <summary>
/// Looks all the time which nodes are heard: a node is when the leader that a majority follows has an answer of it, or when it is that leader
/// itself. A node that runs must be, while a majority does.
/// </summary>
internal sealed class LinkWatch : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private readonly CancellationTokenSource _stop = new();
    private readonly TestCluster _cluster;
    private readonly Lock _lock = new();
    private readonly long?[] _unheardSince;
    private readonly bool[] _isAway;
    private readonly Task _work;

    public LinkWatch(TestCluster cluster)
    {
        _cluster = cluster;
        _unheardSince = new long?[cluster.Nodes.Count];
        _isAway = new bool[cluster.Nodes.Count];
        _work = WatchAsync();
    }

    /// <summary>The longest time that a node was not heard while its process ran, and what had been done before.</summary>
    public (TimeSpan Time, string Node, string Step) Worst { get; private set; }

    /// <summary>What is done to the nodes at present.</summary>
    public string Step { get; set; } = "";

    /// <summary>Says that a node is stopped or killed from now on.</summary>
    public void IsAway(int node)
    {
        lock (_lock)
        {
            _isAway[node] = true;
            Array.Fill(_unheardSince, null);
        }
    }

    /// <summary>Says that a node runs from now on.</summary>
    public void IsBack(int node)
    {
        lock (_lock)
        {
            _isAway[node] = false;
            Array.Fill(_unheardSince, null);
        }
    }

    /// <summary>Waits until all nodes are heard.</summary>
    public Task AllHeardAsync() => Eventually.IsTrueAsync(
        $"all nodes heard after: {Step}", async () => (await HeardAsync()).Count == _cluster.Nodes.Count, TimeSpan.FromMinutes(2));

    /// <summary>A node's role, term, leader, and whom it does not hear.</summary>
    public async Task<string> DescribeAsync(Node.Hosting.LocalNode node) => await StatusAsync(node) is { } status
        ? $"{status.Role} in term {status.Term}, leader {status.Leader}, commit {status.CommitIndex}, silent [{string.Join(", ", status.UnresponsiveMembers)}] {status.Down}"
        : "no answer";

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _work;
        _stop.Dispose();
    }

    private async Task WatchAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var asked = Stopwatch.GetTimestamp();
            Note(await HeardAsync(), asked);
            await Task.Delay(Interval, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Note(HashSet<int> heard, long asked)
    {
        lock (_lock)
        {
            if (_isAway.Count(isAway => !isAway) <= _isAway.Length / 2)
            {
                return;
            }

            for (var node = 0; node < _isAway.Length; node++)
            {
                if (_isAway[node] || heard.Contains(node))
                {
                    _unheardSince[node] = null;
                    continue;
                }

                _unheardSince[node] ??= asked;
                var time = Stopwatch.GetElapsedTime(_unheardSince[node]!.Value);
                if (time > Worst.Time)
                {
                    Worst = (time, _cluster.Nodes[node].Name, Step);
                }
            }
        }
    }

    private async Task<HashSet<int>> HeardAsync()
    {
        var statuses = await Task.WhenAll(_cluster.Nodes.Select(StatusAsync));
        var leader = statuses.FirstOrDefault(status => status is { Down: null, Role: Core.RaftRole.Leader } leads
            && statuses.Count(other => other?.Leader == leads.Server && other.Term == leads.Term) > statuses.Length / 2);
        return leader is null
            ? []
            : [.. _cluster.Nodes.Index().Where(node => leader.UnresponsiveMembers.All(silent => silent.Value != node.Item.Name)).Select(node => node.Index)];
    }

    private async Task<RaftStatus?> StatusAsync(Node.Hosting.LocalNode node)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
        try
        {
            return await _cluster.Client.StatusAsync(node.Contact, withDigest: false, deadline.Token);
        }
        catch (Exception failure) when (failure is ContactUnreachableException or OperationCanceledException)
        {
            return null;
        }
    }
}
