using AkkaRaft.Core;
using AkkaRaft.EndToEnd.Harness;
using AkkaRaft.KeyValue;
using AkkaRaft.Node.Hosting;

namespace AkkaRaft.EndToEnd;

/// <summary>Disks that run full: nothing is lost, everybody is told, and nobody has to restart anything.</summary>
public sealed class FullDiskTests
{
    [Fact]
    public async Task Scenario_42_with_full_disks_writes_are_refused_with_that_reason_reads_go_on_and_all_recovers_with_room()
    {
        using var disk = new SmallDisk();
        await using var cluster = StartOn(disk, nodes: 3, minFreeBytes: disk.MinFreeBytes);
        await cluster.SetAsync("colour", "blue");

        disk.Fill(disk.MinFreeBytes / 2);
        await Eventually.IsTrueAsync("all nodes to say that their disks are full", async () =>
        {
            var statuses = await Task.WhenAll(cluster.Nodes.Select(node => ClusterChecks.TryStatusAsync(cluster, node.Contact)));
            return statuses.All(status => status is { IsDiskFull: true });
        });
        await using (var hasty = ClientSession.Start(cluster.Contacts, TimeSpan.FromSeconds(1)))
        {
            await Eventually.IsTrueAsync("a write to be refused for that reason", async () =>
            {
                var write = hasty.Client.ProposeAsync<KeyWritten>(new SetKey("colour", "red"));
                return (await Assert.ThrowsAsync<ProposalRejectedException>(() => write)).Reason == RejectionReason.DiskFull;
            });
        }

        Assert.Equal("blue", (await cluster.Client.QueryAsync<KeyRead>(new GetKey("colour"))).Value);

        disk.Empty();
        await Eventually.IsTrueAsync("a write to be accepted again", async () =>
        {
            try
            {
                await cluster.Client.ProposeAsync<KeyWritten>(new SetKey("colour", "green"));
                return true;
            }
            catch (RaftRequestException)
            {
                return false;
            }
        });
        await ClusterChecks.AssertNodesAgreeAsync(cluster);
    }

    [Fact]
    public async Task Scenario_42_a_journal_that_meets_the_end_of_the_disk_itself_recovers_when_there_is_room()
    {
        using var disk = new SmallDisk();
        await using var cluster = StartOn(disk, nodes: 1, minFreeBytes: 1024 * 1024);
        await using var writers = new Writers(cluster, clients: 2);
        await writers.MoreAcknowledgementsAsync(50);

        // To the last byte and under load, so that a write may well come before the next look at the disk.
        disk.Fill(leaveBytes: 0);
        await Eventually.IsTrueAsync("the node to say that its disk is full", async () =>
            await ClusterChecks.TryStatusAsync(cluster, cluster.Nodes[0].Contact) is { } status
            && (status.IsDiskFull || status.Down?.Contains("disk is full", StringComparison.Ordinal) == true));
        Assert.True(cluster.IsRunning(0), cluster.LastLines(0));

        disk.Empty();
        await writers.MoreAcknowledgementsAsync(50);
        await writers.StopAsync();
        await ClusterChecks.AssertNothingLostAndNothingInventedAsync(cluster, writers);
    }

    private static TestCluster StartOn(SmallDisk disk, int nodes, long minFreeBytes) => TestCluster.Start(new TestClusterOptions
    {
        Nodes = nodes,
        Folder = disk.Path,
        Overrides = $"akka-raft.min-free-disk = {minFreeBytes}b",
    });
}
