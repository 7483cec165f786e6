using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Remote;
using AkkaRaft.EndToEnd.Harness;
using AkkaRaft.KeyValue;

namespace AkkaRaft.EndToEnd;

/// <summary>Clients in systems that are configured as the pages say, and servers that are restarted under them.</summary>
public sealed partial class EmbeddedClientTests
{
    private const string GateKey = "akka.remote.retry-gate-closed-for";

    [Fact]
    public async Task The_first_write_behind_a_servers_restart_is_acknowledged()
    {
        await using var cluster = TestCluster.Start(nodes: 1);
        await cluster.SetAsync("colour", "blue");
        using var system = ActorSystem.Create("app", ConfigOfTheRecipes().WithKeyValue());
        using var store = KeyValueClient.Create(system, cluster.Contacts);
        await store.SetAsync("colour", "green");
        Assert.Equal(TimeSpan.FromMilliseconds(500), GateOf(system));

        await cluster.KillAsync(0);
        cluster.StartNode(0);
        await cluster.SetAsync("colour", "red");

        Assert.True((await store.SetAsync("colour", "yellow")).Existed);
    }

    [Fact]
    public void The_readmes_node_connects_again_soon()
    {
        var readme = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "README.md"));
        var code = Code().Matches(readme).Single(block => block.Value.Contains("Raft.Start(", StringComparison.Ordinal)).Value;
        var file = Hocon().Matches(readme).Single(block => block.Value.Contains("akka-raft {", StringComparison.Ordinal)).Groups[1].Value;

        Assert.Contains(".WithFallback(Raft.DefaultConfig)", code);
        using var system = ActorSystem.Create("app", ConfigurationFactory.ParseString(WithFreePort(file)).WithFallback(Raft.DefaultConfig));
        Assert.Equal(TimeSpan.FromMilliseconds(500), GateOf(system));
    }

    [Fact]
    public async Task A_system_with_Akkas_own_gate_is_warned_of()
    {
        using var system = ActorSystem.Create("app", ConfigOfTheRecipes());
        var warning = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        system.EventStream.Subscribe(system.ActorOf(Props.Create(() => new Listener(warning))), typeof(Warning));

        using var client = RaftClient.Create(system, "akka.tcp://app@127.0.0.1:1");

        Assert.Contains($"{GateKey} is 5s", await warning.Task.WaitAsync(TimeSpan.FromMinutes(1)));
    }

    private static TimeSpan GateOf(ActorSystem system) =>
        ((IRemoteActorRefProvider)((ExtendedActorSystem)system).Provider).RemoteSettings.RetryGateClosedFor;

    /// <summary>The text that docs/recipes.md gives to Akka's parser.</summary>
    private static Config ConfigOfTheRecipes()
    {
        var page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "recipes.md"));
        return ConfigurationFactory.ParseString(Parsed().Match(page).Groups[1].Value);
    }

    private static string WithFreePort(string file) => file.Replace("port = 5001", "port = 0", StringComparison.Ordinal);

    [GeneratedRegex("```csharp\r?\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Code();

    [GeneratedRegex("```hocon\r?\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Hocon();

    [GeneratedRegex("ParseString\\(\"\"\"(.*?)\"\"\"", RegexOptions.Singleline)]
    private static partial Regex Parsed();

    private sealed class Listener : ReceiveActor
    {
        public Listener(TaskCompletionSource<string> warning) => Receive<Warning>(heard =>
        {
            if ($"{heard.Message}" is var text && text.Contains(GateKey, StringComparison.Ordinal))
            {
                warning.TrySetResult(text);
            }
        });
    }
}
