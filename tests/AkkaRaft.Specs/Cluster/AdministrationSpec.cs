using AkkaRaft.Core;
using AkkaRaft.TestKit;

namespace AkkaRaft.Specs.Cluster;

/// <summary>Leader and members, changed by the client that users have.</summary>
public sealed class AdministrationSpec() : RaftTestKit(stateMachine: () => new Counter(), joining: 1)
{
    private ServerId Fourth => Servers[3];

    [Fact]
    public async Task The_lead_goes_to_the_server_that_is_named()
    {
        using var client = CreateClient();
        await Finish(client.ProposeAsync<long>(1L));
        var leader = await AwaitLeader();
        var target = Servers.Take(3).Last(server => server != leader);

        await Finish(client.TransferLeadershipAsync(target));

        await Await(() => Status(target).Role == RaftRole.Leader, "the target to lead");
        Assert.Equal(2, (await Finish(client.ProposeAsync<long>(1L))).Result);
    }

    [Fact]
    public async Task Scenario_35_no_write_is_lost_or_done_twice_when_the_lead_is_handed_over_under_load()
    {
        using var client = CreateClient();
        await Finish(client.ProposeAsync<long>(0L));
        var leader = await AwaitLeader();
        Network.Delay<AppendEntries>(TimeSpan.FromMilliseconds(2));
        var before = Enumerable.Range(0, 200).Select(_ => client.ProposeAsync<long>(1L)).ToList();

        var transfer = client.TransferLeadershipAsync();
        var after = Enumerable.Range(0, 200).Select(_ => client.ProposeAsync<long>(1L)).ToList();
        await Finish(transfer);
        await Finish(Task.WhenAll(before.Concat(after)));

        Assert.NotEqual(leader, await AwaitLeader());
        Assert.Equal(400, await Finish(client.QueryAsync<long>("value")));
    }

    [Fact]
    public async Task A_transfer_to_a_server_that_is_no_voter_is_refused_with_the_voters_names()
    {
        using var client = CreateClient();
        await Finish(client.ProposeAsync<long>(1L));
        var transfer = client.TransferLeadershipAsync(Fourth);

        await Await(() => transfer.IsCompleted, "the transfer to end");
        var failure = await Assert.ThrowsAsync<AdministrationRejectedException>(() => transfer);

        Assert.Equal(RejectionReason.TransferFailed, failure.Reason);
        Assert.Contains("no voter", failure.Message);
    }

    [Fact]
    public async Task A_member_comes_and_another_goes()
    {
        using var client = CreateClient();
        await Finish(client.ProposeAsync<long>(1L));
        var leader = await AwaitLeader();

        var added = await Finish(client.AddMemberAsync(Fourth, AddressOf(Fourth)));
        await Await(() => Status(leader).Members.Any(member => member.Id == Fourth) && !Status(leader).Learners.Any(), "node4 to vote");
        var removed = await Finish(client.RemoveMemberAsync(Servers.Take(3).First(server => server != leader)));

        Assert.True(removed > added);
        Assert.Equal(3, Status(leader).Members.Count);
        Assert.Equal(2, (await Finish(client.ProposeAsync<long>(1L))).Result);
    }

    [Fact]
    public async Task A_client_of_one_contact_point_forgets_a_member_that_has_gone()
    {
        using var client = CreateClient();
        await Finish(client.ProposeAsync<long>(1L));
        var leader = await AwaitLeader();
        using var other = CreateClient(ContactPoints[Servers.ToList().IndexOf(leader)]);
        await Finish(other.ProposeAsync<long>(1L));
        var gone = Servers.Take(3).First(server => server != leader);
        await Finish(client.RemoveMemberAsync(gone));
        await Crash(gone);
        var last = Servers.Take(3).Single(server => server != leader && server != gone);
        await Crash(last);

        await Await(() => Status(leader).Role != RaftRole.Leader, "the leader of two to step down");
        var proposal = other.ProposeAsync<long>(1L);
        await Await(() => proposal.IsCompleted, "the proposal to end");
        var failure = await Assert.ThrowsAsync<ProposalRejectedException>(() => proposal);

        Assert.Contains(last.Value, failure.Message);
        Assert.DoesNotContain(gone.Value, failure.Message);
    }

    [Fact]
    public async Task A_client_at_work_finds_the_cluster_when_its_contact_point_has_gone()
    {
        using var client = CreateClient();
        await Finish(client.ProposeAsync<long>(1L));
        var leader = await AwaitLeader();
        using var other = CreateClient(
            settings => settings with { MembersInterval = TimeSpan.FromMilliseconds(1) }, ContactPoints[Servers.ToList().IndexOf(leader)]);
        await Finish(other.ProposeAsync<long>(1L));
        await Finish(client.AddMemberAsync(Fourth, AddressOf(Fourth)));
        await Await(() => !Status(leader).Learners.Any(), "node4 to vote");
        foreach (var former in Servers.Take(3).Where(server => server != leader))
        {
            await Finish(client.RemoveMemberAsync(former));
            await Crash(former);
        }

        await Finish(other.ProposeAsync<long>(1L));
        await Finish(client.RemoveMemberAsync(leader));
        await Crash(leader);

        Assert.Equal(4, (await Finish(other.ProposeAsync<long>(1L))).Result);
    }

    [Fact]
    public async Task A_member_that_cannot_be_reached_is_refused()
    {
        using var client = CreateClient();
        await Finish(client.ProposeAsync<long>(1L));
        var adding = client.AddMemberAsync(new ServerId("node9"), "akka://test/user/nobody");

        await Await(() => adding.IsCompleted, "the change to end");
        var failure = await Assert.ThrowsAsync<AdministrationRejectedException>(() => adding);

        Assert.Equal(RejectionReason.InvalidChange, failure.Reason);
        Assert.Contains("no server answers at akka://test/user/nobody", failure.Message);
    }

    private async Task Finish(Task task)
    {
        await Await(() => task.IsCompleted, "a client's request to end");
        await task;
    }

    private async Task<T> Finish<T>(Task<T> task)
    {
        await Finish((Task)task);
        return await task;
    }
}
