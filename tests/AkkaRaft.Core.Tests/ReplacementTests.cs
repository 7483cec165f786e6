using AkkaRaft.Core.Tests.Harness;
using static AkkaRaft.Core.Tests.Harness.Story;

namespace AkkaRaft.Core.Tests;

/// <summary>Changes of members in whole clusters (dissertation, chapter 4).</summary>
public class ReplacementTests
{
    [Fact]
    public void Scenario_31_a_removed_server_that_campaigns_disturbs_nobody()
    {
        var cluster = new ScriptedCluster(3);
        cluster.RunFor(TimeSpan.FromSeconds(2));
        var leader = Assert.Single(cluster.Leaders());
        var removed = leader == S3 ? S2 : S3;
        cluster.CutOff(removed);
        cluster.Change(leader, 7, new RemoveMember(removed));
        cluster.RunFor(TimeSpan.FromSeconds(1));
        var term = cluster[leader].CurrentTerm;

        cluster.Heal();
        cluster.RunFor(TimeSpan.FromSeconds(10));

        Assert.Equal((term, RaftRole.Leader), (cluster[leader].CurrentTerm, cluster[leader].Role));
    }

    [Fact]
    public void Each_member_is_replaced_by_a_new_one_while_the_cluster_takes_proposals()
    {
        var cluster = new ScriptedCluster(3, new RaftOptions { SnapshotEntries = 4 });
        cluster.RunFor(TimeSpan.FromSeconds(2));
        var request = 0;
        for (var number = 1; number <= 3; number++)
        {
            cluster.Join(S(number + 3));
            Ask(cluster, ++request, new AddMember(S(number + 3), "", 0, AsLearner: false));
            Ask(cluster, ++request, new RemoveMember(S(number)));
            cluster.Propose(cluster.Leaders().Single(), ++request);
            cluster.RunFor(TimeSpan.FromSeconds(2));
            cluster.Crash(S(number));
        }

        var servers = cluster.Servers.ToList();
        Assert.Equal([S4, S5, S(6)], servers.Select(server => server.Id));
        Assert.All(servers, server => Assert.Equal("voters {s4, s5, s6}", server.Configuration.ToString()));
        Assert.All(servers, server => Assert.Equal(3, cluster.AppliedBy(server.Id).Count(entry => entry.Payload is Command)));
    }

    [Fact]
    public void A_new_member_that_is_restarted_while_it_catches_up_becomes_a_voter_all_the_same()
    {
        var cluster = new ScriptedCluster(3, new RaftOptions { SnapshotEntries = 4, SnapshotChunkBytes = 10 });
        cluster.RunFor(TimeSpan.FromSeconds(2));
        for (var request = 1; request <= 20; request++)
        {
            cluster.Propose(cluster.Leaders().Single(), request);
        }

        cluster.RunFor(TimeSpan.FromSeconds(1));
        cluster.Join(S4);
        cluster.Change(cluster.Leaders().Single(), 99, new AddMember(S4, "", 0, AsLearner: false));
        for (var life = 0; life < 4; life++)
        {
            for (var step = 0; step < 25; step++)
            {
                cluster.DeliverNext();
            }

            cluster.Restart(life == 2 ? cluster.Leaders().Single() : S4);
            cluster.RunFor(TimeSpan.FromMilliseconds(60));
        }

        cluster.RunFor(TimeSpan.FromSeconds(5));

        Assert.All(cluster.Servers, server => Assert.Equal("voters {s1, s2, s3, s4}", server.Configuration.ToString()));
    }

    private static void Ask(ScriptedCluster cluster, long request, MemberChange change)
    {
        cluster.Change(cluster.Leaders().Single(), request, change);
        cluster.RunFor(TimeSpan.FromSeconds(2));
        Assert.False(cluster[cluster.Leaders().Single()].Status().IsChangingMembers);
    }
}
