namespace AkkaRaft.Specs.Links;

/// <summary>Clients that live in the systems of the servers, and share their associations.</summary>
public sealed class OwnProcessClientSpec : IAsyncLifetime
{
    private RemoteCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await RemoteCluster.StartAsync();

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task A_client_that_was_given_localhost_harms_no_link_between_the_servers()
    {
        var clients = Enumerable.Range(0, 3)
            .Select(node => _cluster.Client(node, _cluster.Ports.Select(port => $"akka.tcp://app@LOCALHOST:{port}"))).ToList();
        var sum = 0L;
        for (var round = 0; round < 10; round++)
        {
            foreach (var client in clients)
            {
                Assert.Equal(++sum, (await client.ProposeAsync<long>(1L)).Result);
                Assert.Equal(sum, await client.QueryAsync<long>("sum"));
            }
        }

        var statuses = await _cluster.StatusesAsync(clients[0]);
        Assert.Single(statuses.Select(status => (status.Term, status.Leader)).Distinct());
        Assert.All(statuses, status => Assert.Empty(status.UnresponsiveMembers));
        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task A_contact_point_by_a_wrong_name_is_left_alone_where_the_node_is_known_by_its_own()
    {
        using var right = _cluster.Client(0, _cluster.Address(1));
        await right.ProposeAsync<long>(1L);
        using var wrong = _cluster.Client(0, $"akka.tcp://other@127.0.0.1:{_cluster.Ports[1]}", _cluster.Address(2));

        for (var i = 0; i < 20; i++)
        {
            await wrong.ProposeAsync<long>(1L);
            await right.ProposeAsync<long>(1L);
        }

        Assert.Equal(41, await right.QueryAsync<long>("sum"));
    }

    [Fact]
    public void Two_names_of_one_node_are_refused()
    {
        var own = Assert.Throws<ArgumentException>(() => _cluster.Client(0, $"akka.tcp://other@127.0.0.1:{_cluster.Ports[0]}"));
        var two = Assert.Throws<ArgumentException>(() =>
            _cluster.Client(0, _cluster.Address(1), $"akka.tcp://other@127.0.0.1:{_cluster.Ports[1]}"));

        Assert.Contains($"is another name of the node {_cluster.Address(0)}", own.Message);
        Assert.Contains($"akka.tcp://other@127.0.0.1:{_cluster.Ports[1]}", two.Message);
    }
}
