using AkkaRaft.Core;
using AkkaRaft.TestKit;

namespace AkkaRaft.Specs.Cluster;

/// <summary>Reads of each consistency, on the servers that are asked.</summary>
public sealed class ReadSpec() : RaftTestKit(stateMachine: () => new Counter())
{
    [Fact]
    public async Task Any_server_answers_a_linearizable_read_from_its_own_state()
    {
        using var client = CreateClient();
        await Finish(client.ProposeAsync<long>(5L));

        foreach (var contact in ContactPoints)
        {
            Assert.Equal(5, await Finish(client.QueryAsync<long>("value", Consistency.LinearizableLocal, contact)));
        }

        Assert.NotEmpty(Network.Captured<ReadIndexRequest>());
    }

    [Fact]
    public async Task A_server_that_is_cut_off_answers_no_linearizable_read_and_none_that_must_be_fresh()
    {
        using var client = CreateClient();
        var cutOff = await CutOffFollower(client);

        var linearizable = client.QueryAsync<long>("value", Consistency.LinearizableLocal, cutOff);
        var fresh = client.QueryAsync<long>("value", Consistency.Stale(TimeSpan.FromMilliseconds(200)), cutOff);

        Assert.NotNull((await Fails(linearizable)).Reason);
        Assert.NotNull((await Fails(fresh)).Reason);
    }

    [Fact]
    public async Task A_read_that_may_be_stale_is_answered_by_any_server()
    {
        using var client = CreateClient();
        await Finish(client.ProposeAsync<long>(5L));
        await Advance(TimeSpan.FromSeconds(1));

        foreach (var contact in ContactPoints)
        {
            Assert.Equal(5, await Finish(client.QueryAsync<long>("value", Consistency.Stale(TimeSpan.FromMilliseconds(200)), contact)));
        }
    }

    [Fact]
    public async Task A_client_reads_its_own_write_on_another_server_and_waits_for_one_that_is_behind()
    {
        using var client = CreateClient();
        var cutOff = await CutOffFollower(client);
        var written = await Finish(client.ProposeAsync<long>(2L));

        var refused = await Fails(client.QueryAsync<long>("value", Consistency.AtIndex(written.Index), cutOff));
        Network.Heal();
        var read = await Finish(client.QueryAsync<long>("value", Consistency.AtIndex(written.Index), cutOff));

        Assert.Equal(RejectionReason.NotCaughtUp, refused.Reason);
        Assert.Contains("not come as far", refused.Message);
        Assert.Equal(7, read);
    }

    [Fact]
    public async Task Without_a_contact_point_another_server_is_tried_where_one_cannot_answer()
    {
        using var client = CreateClient();
        await CutOffFollower(client);

        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(5, await Finish(client.QueryAsync<long>("value", Consistency.LinearizableLocal)));
        }
    }

    [Fact]
    public async Task A_server_without_a_quorum_answers_a_read_that_may_be_old_without_a_bound()
    {
        using var client = CreateClient();
        var cutOff = await CutOffFollower(client);
        await Finish(client.ProposeAsync<long>(2L));
        await Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(5, await Finish(client.QueryAsync<long>("value", Consistency.Local, cutOff)));
    }

    private async Task<string> CutOffFollower(RaftClient client)
    {
        await Finish(client.ProposeAsync<long>(5L));
        await AwaitConvergence();
        var leader = await AwaitLeader();
        var follower = Servers.First(server => server != leader);
        Network.CutOff(follower);
        await Advance(TimeSpan.FromSeconds(1));
        return ContactPoints[Servers.ToList().IndexOf(follower)];
    }

    private async Task<T> Finish<T>(Task<T> task)
    {
        await Await(() => task.IsCompleted, "a client's request to end");
        return await task;
    }

    private async Task<QueryFailedException> Fails(Task task)
    {
        await Await(() => task.IsCompleted, "a client's request to end");
        return await Assert.ThrowsAsync<QueryFailedException>(() => task);
    }
}
