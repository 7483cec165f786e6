using AkkaRaft.EndToEnd.Chaos;
using AkkaRaft.EndToEnd.Harness;

namespace AkkaRaft.EndToEnd.Links;

/// <summary>
/// Stops (SIGSTOP), continues, kills (SIGKILL) and starts the nodes of a cluster of three in the orders that cut links off: a node that
/// connects to one that is stopped, is stopped itself within a handshake, or is killed while others believe in its connection.
/// </summary>
internal sealed class LinkCampaign(TestCluster cluster, LinkWatch watch, Random random)
{
    /// <summary>Each letter is a node; p stops it, c continues it, k kills it and s starts it.</summary>
    private static readonly string[] Orders =
    [
        "pA kB sB cA pC cC", "pA pB cA cB", "pA pB cB cA", "kA pB sA cB", "pA kA sA", "kA kB sB sA", "kA kB sA sB", "pA kB sB kC sC cA",
        "kA sA kA sA pB cB", "pA pB kC sC cA cB", "pA cA pA cA kB sB", "kA pB cB sA pC cC",
    ];

    /// <summary>How many orders there are, with each node in each place.</summary>
    public static int Count => Orders.Length * Permutations.Length;

    private static string[] Permutations => ["012", "021", "102", "120", "201", "210"];

    /// <summary>Goes through one order, and waits until all nodes are heard and a write is acknowledged.</summary>
    public async Task RunAsync(int number)
    {
        var (order, places) = (Orders[number % Orders.Length], Permutations[number / Orders.Length % Permutations.Length]);
        watch.Step = order.Replace('A', places[0]).Replace('B', places[1]).Replace('C', places[2]);
        foreach (var deed in watch.Step.Split(' '))
        {
            await DoAsync(deed[0], deed[1] - '0');
            await Task.Delay(random.Time(0.05, 3));
        }

        await watch.AllHeardAsync();
        await cluster.SetAsync("after", watch.Step);
    }

    private async Task DoAsync(char deed, int node)
    {
        switch (deed)
        {
            case 'p':
                watch.IsAway(node);
                cluster.Pause(node);
                break;
            case 'c':
                cluster.Resume(node);
                watch.IsBack(node);
                break;
            case 'k':
                watch.IsAway(node);
                await cluster.KillAsync(node);
                break;
            default:
                cluster.StartNode(node);
                watch.IsBack(node);
                break;
        }
    }
}
