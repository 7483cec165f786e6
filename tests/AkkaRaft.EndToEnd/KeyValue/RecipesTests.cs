using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Configuration;
using AkkaRaft.EndToEnd.Harness;
using AkkaRaft.KeyValue;

namespace AkkaRaft.EndToEnd.KeyValue;

/// <summary>The code of docs/recipes.md, run as it stands there.</summary>
public sealed partial class RecipesTests
{
    [Fact]
    public async Task The_recipes_do_what_they_say()
    {
        await using var cluster = TestCluster.Start();
        var contacts = cluster.Contacts;
        var config = ConfigurationFactory.ParseString("""
            akka.actor.provider = remote
            akka.remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
            """);
        using var system = ActorSystem.Create("app", config.WithKeyValue());
        using var store = KeyValueClient.Create(system, contacts);

        await cluster.SetAsync("config/colour", "blue");
        await LockAsync(store);
        await ElectAsync(store);
        await AnnounceAsync(store);
        await FollowAsync(cluster, store);
        await Task.WhenAll(CountAsync(store), CountAsync(store), CountAsync(store));
        Assert.Equal("3", (await store.GetAsync("counter"))?.Value);
    }

    [Fact]
    public void The_recipes_are_the_code_that_runs_here()
    {
        var source = WithoutIndentation(File.ReadAllText(SourceFile()));
        var page = File.ReadAllText(Path.Combine(Path.GetDirectoryName(SourceFile())!, "../../../docs/recipes.md"));
        var recipes = Recipe().Matches(page).Select(match => WithoutIndentation(match.Groups[1].Value)).ToList();
        Assert.Equal(7, recipes.Count);
        Assert.All(recipes, recipe => Assert.Contains(recipe, source));
    }

    private static async Task LockAsync(KeyValueClient store)
    {
        await using (var held = await store.LockAsync("locks/report", TimeSpan.FromSeconds(10)))
        {
            await WriteReportAsync(held.FencingToken, held.Lost);
        }

        Assert.Null(await store.HolderAsync("locks/report"));

        async Task WriteReportAsync(long fencingToken, CancellationToken lost)
        {
            Assert.Equal(fencingToken, (await store.HolderAsync("locks/report", lost))?.CreateRevision);
        }
    }

    private static async Task ElectAsync(KeyValueClient store)
    {
        await using var leadership = await store.LockAsync("elections/billing", TimeSpan.FromSeconds(10), holder: "10.0.0.7:8080");
        await LeadAsync(leadership.Lost);

        async Task LeadAsync(CancellationToken lost)
        {
            Assert.Equal("10.0.0.7:8080", await TellWhoLeadsAsync(store));
            Assert.False(lost.IsCancellationRequested);
        }
    }

    private static async Task<string?> TellWhoLeadsAsync(KeyValueClient store)
    {
        var leader = await store.HolderAsync("elections/billing");
        Console.WriteLine($"{leader?.Value ?? "nobody"} leads.");
        return leader?.Value.Text;
    }

    private static async Task AnnounceAsync(KeyValueClient store)
    {
        await using (var announced = await AnnounceAsync())
        {
            Assert.Equal("ready", (await store.GetAsync("services/search/10.0.0.7"))?.Value);
        }

        Assert.Null(await store.GetAsync("services/search/10.0.0.7"));
        await using var lease = await store.LeaseAsync(TimeSpan.FromSeconds(10));
        await store.SetAsync("services/search/10.0.0.7", "ready", lease.Id);

        async Task<KeyValueLease> AnnounceAsync()
        {
            var announced = await store.LeaseAsync(TimeSpan.FromSeconds(10));
            await store.SetAsync("services/search/10.0.0.7", "ready", announced.Id);
            return announced;
        }
    }

    private static async Task FollowAsync(TestCluster cluster, KeyValueClient store)
    {
        using var source = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var stop = source.Token;
        var settings = new ConcurrentDictionary<string, string>();
        var following = FollowAsync();
        await cluster.SetAsync("config/size", "large");
        await store.DeleteAsync("config/colour");
        await Eventually.IsTrueAsync(
            "the settings to follow", () => Task.FromResult(settings.Count == 1 && settings.GetValueOrDefault("config/size") == "large"));
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => following);

        async Task FollowAsync()
        {
            var page = await store.ListPageAsync("config/", after: "", limit: 1000);
            foreach (var entry in page.Items)
            {
                settings[entry.Key] = entry.Value.Text;
            }

            await foreach (var happened in store.WatchAsync("config/", page.Revision + 1, stop))
            {
                if (happened.Kind == KeyEventKind.Set)
                {
                    settings[happened.Key] = happened.Value.Text;
                }
                else
                {
                    settings.TryRemove(happened.Key, out _);
                }

                Console.WriteLine($"{happened.Key} changed at revision {happened.Revision}.");
            }
        }
    }

    private static async Task CountAsync(KeyValueClient store)
    {
        while (true)
        {
            var counter = await store.GetAsync("counter");
            var next = long.Parse(counter?.Value.Text ?? "0") + 1;
            var compared = await store.CompareRevisionAndSetAsync("counter", counter?.Revision ?? 0, $"{next}");
            if (compared.Succeeded)
            {
                break;
            }
        }
    }

    private static string WithoutIndentation(string text) => string.Join('\n', text.Split('\n').Select(line => line.Trim())).Trim();

    private static string SourceFile([CallerFilePath] string path = "") => path;

    [GeneratedRegex("```csharp\r?\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Recipe();
}
