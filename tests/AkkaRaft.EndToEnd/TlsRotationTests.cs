using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using AkkaRaft.EndToEnd.Harness;
using AkkaRaft.Node.Hosting;

namespace AkkaRaft.EndToEnd;

/// <summary>New certificates are taken at the restart of one node after another, without an outage.</summary>
public sealed class TlsRotationTests
{
    private const int Clients = 2;

    [Fact]
    public async Task Nodes_get_certificates_of_the_next_CA_one_after_another_under_writes()
    {
        using var former = new TestAuthority("the former CA");
        using var next = new TestAuthority("the next CA");
        using var tls = new TestTls(former, alsoBelieved: next);
        await using var cluster = TestCluster.Start(new TestClusterOptions { Tls = tls });
        await ClusterChecks.LeaderAsync(cluster);
        await using var writers = new Writers(cluster, Clients);
        await writers.MoreAcknowledgementsAsync(20);

        for (var node = 0; node < cluster.Nodes.Count; node++)
        {
            Assert.Equal("CN=the former CA", await IssuerAsync(tls, cluster.Nodes[node]));
            next.Issue(tls.Folder, cluster.Nodes[node].Name);
            await cluster.StopAsync(node);
            cluster.StartNode(node);
            await AwaitHeardAsync(cluster, node);
            Assert.Equal("CN=the next CA", await IssuerAsync(tls, cluster.Nodes[node]));
            await writers.MoreAcknowledgementsAsync(20);
        }

        await writers.StopAsync();
        var inDoubt = writers.Sent.Count - writers.Acknowledged.Count;
        Assert.True(inDoubt <= Clients * cluster.Nodes.Count, $"{inDoubt} writes failed, more than one of each client for each restart.");
        await ClusterChecks.AssertNodesAgreeAsync(cluster);
        await ClusterChecks.AssertNothingLostAndNothingInventedAsync(cluster, writers);
    }

    /// <summary>Waits until a node that was started again hears a leader, and the leader hears all.</summary>
    private static Task AwaitHeardAsync(TestCluster cluster, int node) => Eventually.IsTrueAsync(
        "the node to follow, and the leader to hear all",
        async () => await ClusterChecks.TryStatusAsync(cluster, cluster.Nodes[node].Contact) is { Down: null, Leader: { } leader }
            && cluster.Nodes.FirstOrDefault(other => other.Name == leader.Value) is { } leading
            && await ClusterChecks.TryStatusAsync(cluster, leading.Contact) is { UnresponsiveMembers.Count: 0 } status
            && status.Leader == leader);

    /// <summary>Who signed what a node shows.</summary>
    private static async Task<string> IssuerAsync(TestTls tls, LocalNode node)
    {
        using var certificate = tls.Certificate("client");
        using var client = new TcpClient();
        await client.ConnectAsync(IPEndPoint.Parse(ContactPoint.ShortName(node.Contact)));
        await using var stream = new SslStream(client.GetStream());
        await stream.AuthenticateAsClientAsync(TlsTests.AsClient(certificate));
        return stream.RemoteCertificate!.Issuer;
    }
}
