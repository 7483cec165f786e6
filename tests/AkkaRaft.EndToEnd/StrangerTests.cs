using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;
using Akka.Configuration;
using AkkaRaft.EndToEnd.Harness;
using AkkaRaft.KeyValue;
using AkkaRaft.Node.Configuration;
using AkkaRaft.Node.Hosting;

namespace AkkaRaft.EndToEnd;

/// <summary>What strangers send to a node's port ends their connection and nothing else.</summary>
public sealed class StrangerTests
{
    private const string ShortHandshake = "akka.remote.dot-netty.tcp.connection-timeout = 2 s";

    internal static readonly Dictionary<string, byte[]> Nonsense = new()
    {
        ["garbage"] = [.. Enumerable.Range(0, 4096).Select(i => (byte)((i * 31) + 7))],
        ["a stranger's protocol"] = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"u8.ToArray(),
        ["a megabyte of zeros"] = new byte[1024 * 1024],
        ["half a frame"] = HalfAFrame(),
    };

    [Theory]
    [InlineData("garbage")]
    [InlineData("a stranger's protocol")]
    [InlineData("a megabyte of zeros")]
    [InlineData("half a frame")]
    public async Task Scenario_48_nonsense_closes_the_connection_and_the_node_lives(string what)
    {
        await using var cluster = TestCluster.Start(nodes: 1, overrides: ShortHandshake);
        await ClusterChecks.LeaderAsync(cluster);

        await SendAndAwaitEndAsync(new Uri(cluster.Nodes[0].Contact).Port, Nonsense[what], what);

        await AssertLivesAsync(cluster);
    }

    [Fact]
    public void Scenario_50_a_payload_in_json_that_names_a_type_is_refused_and_nothing_is_built()
    {
        using var folder = new TemporaryFolder();
        var node = ClusterFiles.Write(folder.Path, Ports.Free(1), folder.Path, "strangers")[0];
        var config = ConfigurationFactory.ParseString("akka.actor.provider = local")
            .WithFallback(NodeConfiguration.Load(node.ConfigFile).Config);
        using var system = ActorSystem.Create("strangers", config);
        var json = Encoding.UTF8.GetBytes($$"""{"$type":"{{typeof(Tripwire).AssemblyQualifiedName}}"}""");

        foreach (var manifest in new[] { "", typeof(Tripwire).AssemblyQualifiedName! })
        {
            Assert.Throws<SerializationException>(() => system.Serialization.Deserialize(json, 1, manifest));
        }

        Assert.Equal(0, Tripwire.Built);
    }

    [Fact]
    public void A_type_that_nobody_has_bound_gets_no_serializer_and_is_not_sent()
    {
        using var folder = new TemporaryFolder();
        var node = ClusterFiles.Write(folder.Path, Ports.Free(1), folder.Path, "strangers")[0];
        var (config, _) = NodeHost.Load(NodeConfiguration.Load(node.ConfigFile));
        using var system = ActorSystem.Create(
            "strangers", ConfigurationFactory.ParseString("akka.actor.provider = local").WithFallback(config));

        Assert.Throws<SerializationException>(() => system.Serialization.FindSerializerForType(typeof(Tripwire)));
        Assert.Equal(typeof(KeyValueSerializer), system.Serialization.FindSerializerForType(typeof(SetKey)).GetType());
        Assert.Equal(0, Tripwire.Built);
    }

    [Fact]
    public async Task Scenario_50_a_remote_poison_pill_or_kill_stops_nothing()
    {
        await using var cluster = TestCluster.Start(nodes: 1);
        await ClusterChecks.LeaderAsync(cluster);
        var before = await ClusterChecks.TryStatusAsync(cluster, cluster.Nodes[0].Contact);
        var stranger = ActorSystem.Create("stranger", ConfigurationFactory.ParseString(
            """
            akka { loglevel = OFF, stdout-loglevel = OFF, actor.provider = remote }
            akka.remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
            """));
        try
        {
            var root = cluster.Nodes[0].Contact[..^"/user/raft".Length];
            foreach (var path in new[] { "/user/raft", "/user/raft/server", "/user/raft/server/state-machine", "/user" })
            {
                stranger.ActorSelection(root + path).Tell(PoisonPill.Instance);
                stranger.ActorSelection(root + path).Tell(Kill.Instance);
            }

            ((ExtendedActorSystem)stranger).Provider.ResolveActorRef(root + "/user/raft").Tell(new Version(1, 2));

            // What was sent first has arrived first when this is answered.
            await stranger.ActorSelection(root + "/user/raft").ResolveOne(TimeSpan.FromSeconds(30));
        }
        finally
        {
            await stranger.Terminate();
        }

        await AssertLivesAsync(cluster);
        var after = await ClusterChecks.TryStatusAsync(cluster, cluster.Nodes[0].Contact);
        Assert.Equal(before!.Term, after!.Term);
    }

    private static async Task AssertLivesAsync(TestCluster cluster)
    {
        var written = await cluster.Client.ProposeAsync<KeyWritten>(new SetKey("key", "still here"));
        Assert.False(written.Result.Existed);
        Assert.True(cluster.IsRunning(0), cluster.LastLines(0));
    }

    internal static async Task SendAndAwaitEndAsync(int port, byte[] bytes, string what)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var buffer = new byte[1024];
        try
        {
            await client.GetStream().WriteAsync(bytes, deadline.Token);
            while (await client.GetStream().ReadAsync(buffer, deadline.Token) > 0)
            {
            }
        }
        catch (IOException)
        {
            // The node may end it with a reset, too.
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"The connection that sent {what} was not closed within a minute.");
        }
    }

    private static byte[] HalfAFrame()
    {
        var bytes = new byte[100];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, 1000);
        return bytes;
    }
}

/// <summary>Notes when a payload that names it gets it built.</summary>
public sealed class Tripwire
{
    /// <summary>Called by whoever builds what it is told to.</summary>
    public Tripwire() => Built++;

    /// <summary>How many were built.</summary>
    public static int Built { get; private set; }
}
