using System.CommandLine;
using System.Diagnostics;
using AkkaRaft.EndToEnd.Harness;

namespace AkkaRaft.EndToEnd.Links;

/// <summary><c>akkaraft-chaos links</c>: how long a node that runs goes unheard.</summary>
internal static class LinksCommand
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(5);

    public static Command Create()
    {
        var minutes = new Option<double>("--minutes") { Description = "How long.", DefaultValueFactory = _ => 30 };
        var seed = new Option<int>("--seed") { Description = "The source of all draws.", DefaultValueFactory = _ => 1 };
        var command = new Command("links", "Stops, continues, kills and starts nodes in all orders, and tells how long one was not heard.")
        {
            minutes, seed,
        };
        command.SetAction(parsed => RunAsync(TimeSpan.FromMinutes(parsed.GetRequiredValue(minutes)), parsed.GetRequiredValue(seed)));
        return command;
    }

    private static async Task<int> RunAsync(TimeSpan time, int seed)
    {
        var lines = new NodeLines();
        await using var cluster = TestCluster.Start(new TestClusterOptions { Output = lines.Add });
        await ClusterChecks.LeaderAsync(cluster);
        await using var watch = new LinkWatch(cluster);
        var campaign = new LinkCampaign(cluster, watch, new Random(seed));
        var clock = Stopwatch.StartNew();
        var orders = 0;
        while (clock.Elapsed < time)
        {
            try
            {
                await campaign.RunAsync(orders++);
            }
            catch (Exception) when (lines.SaveAs($"artifacts/links-{seed}.log") is var file)
            {
                Console.WriteLine($"What the nodes said is in {file}; how they are now:");
                foreach (var node in cluster.Nodes)
                {
                    Console.WriteLine($"{node.Name}: {await watch.DescribeAsync(node)}");
                }

                throw;
            }

            if (orders % 10 == 0)
            {
                Console.WriteLine($"{clock.Elapsed:hh\\:mm\\:ss}  {orders} orders of {LinkCampaign.Count}; worst {Words(watch)}");
            }
        }

        await ClusterChecks.AssertNodesAgreeAsync(cluster);
        Console.WriteLine($"{orders} orders in {clock.Elapsed:hh\\:mm\\:ss} with seed {seed}; longest time that a node that runs was not heard: {Words(watch)}");
        return watch.Worst.Time < Bound ? 0 : 1;
    }

    private static string Words(LinkWatch watch) =>
        $"{watch.Worst.Time.TotalMilliseconds:0} ms ({watch.Worst.Node}, in {watch.Worst.Step})";
}
