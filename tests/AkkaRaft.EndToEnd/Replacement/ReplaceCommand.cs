using System.CommandLine;
using System.Diagnostics;
using AkkaRaft.EndToEnd.Harness;

namespace AkkaRaft.EndToEnd.Replacement;

/// <summary><c>akkaraft-chaos replace</c>: replaces each node of a cluster under load and tells what its clients noticed.</summary>
internal static class ReplaceCommand
{
    public static Command Create()
    {
        var nodes = new Option<int>("--nodes") { Description = "How many nodes.", DefaultValueFactory = _ => 5 };
        var clients = new Option<int>("--clients") { Description = "How many clients write.", DefaultValueFactory = _ => 4 };
        var rounds = new Option<int>("--rounds") { Description = "How often each node is replaced.", DefaultValueFactory = _ => 1 };
        var command = new Command("replace", "Replaces each node of a cluster in turn by a new one, while clients write.")
        {
            nodes, clients, rounds,
        };
        command.SetAction(parsed => RunAsync(
            parsed.GetRequiredValue(nodes), parsed.GetRequiredValue(clients), parsed.GetRequiredValue(rounds)));
        return command;
    }

    private static async Task RunAsync(int nodes, int clients, int rounds)
    {
        await using var cluster = TestCluster.Start(nodes);
        await ClusterChecks.LeaderAsync(cluster);
        await using var writers = new Writers(cluster, clients, withoutPause: true);
        await writers.NextAcknowledgementAsync(Stopwatch.GetTimestamp());
        var watch = Stopwatch.StartNew();
        var replaced = new List<Replaced>();
        for (var round = 0; round < rounds; round++)
        {
            replaced.AddRange(await new RollingReplacement(cluster, writers).RunAsync(one => Console.WriteLine($"{one}.")));
        }

        await writers.StopAsync();
        watch.Stop();
        await ClusterChecks.AssertNothingLostAndNothingInventedAsync(cluster, writers);
        await ClusterChecks.AssertNodesAgreeAsync(cluster);
        Console.WriteLine(
            $"{replaced.Count} of {replaced.Count} replaced in {watch.Elapsed.TotalSeconds:0} s; {writers.Acknowledged.Count} writes "
            + $"acknowledged, none lost; longest time without one {replaced.Max(one => one.LongestGap).TotalMilliseconds:0} ms.");
    }
}
