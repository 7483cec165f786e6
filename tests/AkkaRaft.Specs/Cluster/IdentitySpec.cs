using AkkaRaft.Client;
using AkkaRaft.Core;
using AkkaRaft.TestKit;

namespace AkkaRaft.Specs.Cluster;

/// <summary>A client belongs to one cluster, and compares terms within one history of it.</summary>
public sealed class IdentitySpec() : RaftTestKit(servers: 1)
{
    private static readonly Func<object, int, Answer?> Accepts = (_, _) => ScriptedServer.Accept(10);

    [Fact]
    public async Task A_client_of_a_named_cluster_uses_no_server_of_another_whatever_its_term()
    {
        var (right, wrong) = (new ScriptedCluster { Id = "right" }, new ScriptedCluster { Id = "wrong", Term = new Term(99) });
        using var client = ClientOf("right", Start("a", wrong), Start("b", right));

        await Finish(client.ProposeAsync<string?>("x"));

        Assert.Empty(wrong.AskedFor);
        Assert.Equal(["right"], right.AskedFor);
    }

    [Fact]
    public async Task A_client_without_a_named_cluster_stays_with_that_of_the_first_server_that_answers()
    {
        var (first, second) = (new ScriptedCluster { Id = "first" }, new ScriptedCluster { Id = "second", Term = new Term(99) });
        var (a, b) = (Start("a", first), Start("b", second));
        using var client = ClientOf("", a);
        await Finish(client.ProposeAsync<string?>("x"));

        await Finish(client.StatusAsync(b));
        await Finish(client.ProposeAsync<string?>("y"));

        Assert.Equal(["first", "first"], first.AskedFor);
        Assert.Empty(second.AskedFor);
    }

    [Fact]
    public async Task A_client_all_of_whose_contact_points_are_of_another_cluster_is_told_both_names_at_once()
    {
        using var client = ClientOf("right", Start("a", new ScriptedCluster { Id = "wrong" }));

        var failure = await Fails<ProposalRejectedException>(client.ProposeAsync<string?>("x"));

        Assert.Equal(RejectionReason.WrongCluster, failure.Reason);
        Assert.Contains("belongs to the cluster 'wrong' and not to 'right'", failure.Message);
        Assert.True(Elapsed < TimeSpan.FromSeconds(1), $"It took {Elapsed}.");
    }

    [Fact]
    public async Task A_server_refuses_what_is_meant_for_another_cluster_and_names_both()
    {
        var leader = await AwaitLeader();
        var last = Status(leader).LastLogIndex;
        var request = new ClientRequest(1, new Payload(1, "", new byte[4]));
        RaftOf(leader).Tell(new ProposeRequests(null, [request]) { ClusterId = "another" }, TestActor);

        var answers = ExpectMsg<Answers>();

        var rejected = Assert.IsType<Rejected>(Assert.IsType<FailureAnswer>(Assert.Single(answers.Items)).Failure);
        Assert.Equal(RejectionReason.WrongCluster, rejected.Reason);
        Assert.Contains($"'{answers.ClusterId}'", rejected.Detail);
        Assert.Contains("'another'", rejected.Detail);
        Assert.Equal(last, Status(leader).LastLogIndex);
    }

    [Fact]
    public async Task A_client_that_knows_a_later_term_finds_a_cluster_that_was_begun_anew()
    {
        var cluster = new ScriptedCluster { Id = "c", Term = new Term(6), History = 100 };
        using var client = ClientOf("c", Start("a", cluster));
        await Finish(client.ProposeAsync<string?>("x"));
        Assert.Equal(100, client.History);

        (cluster.Term, cluster.History) = (new Term(2), 200);
        await Finish(client.ProposeAsync<string?>("y"));

        Assert.Equal(200, client.History);
        Assert.Equal(2, cluster.AskedFor.Count);
    }

    [Fact]
    public async Task The_leader_of_a_later_history_is_followed_whatever_its_term()
    {
        var (former, present) = (
            new ScriptedCluster { Id = "c", Term = new Term(6), History = 100 },
            new ScriptedCluster { Id = "c", Term = new Term(2), History = 200 });
        using var client = ClientOf("c", Start("a", former));
        await Finish(client.ProposeAsync<string?>("x"));

        await Finish(client.StatusAsync(Start("b", present)));
        await Finish(client.ProposeAsync<string?>("y"));

        Assert.Equal(200, client.History);
        Assert.Single(former.AskedFor);
        Assert.Single(present.AskedFor);
    }

    [Fact]
    public async Task What_a_server_of_an_earlier_history_says_is_not_heeded()
    {
        var (former, present) = (
            new ScriptedCluster { Id = "c", Term = new Term(99), History = 100 },
            new ScriptedCluster { Id = "c", Term = new Term(2), History = 200 });
        using var client = ClientOf("c", Start("a", present));
        await Finish(client.ProposeAsync<string?>("x"));

        await Finish(client.StatusAsync(Start("b", former)));
        await Finish(client.ProposeAsync<string?>("y"));

        Assert.Equal(200, client.History);
        Assert.Equal(2, present.AskedFor.Count);
        Assert.Empty(former.AskedFor);
    }

    private string Start(string name, ScriptedCluster cluster)
    {
        var server = Sys.ActorOf(ScriptedServer.PropsOf(Network, Accepts, cluster), name);
        WaitFor(server);
        return $"akka://test{server.Path.ToStringWithoutAddress()}";
    }

    private RaftClient ClientOf(string clusterId, params string[] contacts) =>
        CreateClient(settings => settings with { ClusterId = clusterId, Session = false }, contacts);

    private async Task<T> Finish<T>(Task<T> task)
    {
        await Await(() => task.IsCompleted, "a client's request to end");
        return await task;
    }

    private async Task<T> Fails<T>(Task task)
        where T : Exception
    {
        await Await(() => task.IsCompleted, "a client's request to end");
        return await Assert.ThrowsAsync<T>(() => task);
    }
}
