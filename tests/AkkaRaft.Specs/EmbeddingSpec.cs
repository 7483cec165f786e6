using Akka.Actor;
using AkkaRaft.Core;
using AkkaRaft.Serialization;
using AkkaRaft.Server;
using AkkaRaft.Specs.Cluster;

namespace AkkaRaft.Specs;

/// <summary>A server in a user's own actor system, which knows nothing of AkkaRaft until then; in real time.</summary>
public sealed class EmbeddingSpec : IAsyncLifetime
{
    private const string Config =
        """
        akka.loglevel = WARNING
        akka.persistence.journal-plugin-fallback.replay-filter.mode = fail
        akka-raft {
          cluster-id = embedded
          server-id = only
          members { only = "akka://app" }
          allow-volatile-journal = on
        }
        """;

    private readonly ActorSystem _system = ActorSystem.Create("app", Config);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _system.Terminate();

    [Fact]
    public async Task A_server_is_started_with_one_call_and_a_client_with_another()
    {
        var raft = Raft.Start(_system, () => new Counter());
        await Raft.WhenStarted(raft).WaitAsync(TimeSpan.FromSeconds(30));
        using var client = RaftClient.Create(_system, "akka://app");

        var committed = await client.ProposeAsync<long>(5L);
        var read = await client.QueryAsync<long>("value");
        var status = await client.StatusAsync("akka://app", withDigest: true);

        Assert.Equal((5, 5, "5"), (committed.Result, read, status.Digest));
        Assert.Equal(("/user/raft", RaftRole.Leader), (raft.Path.ToStringWithoutAddress(), status.Role));
    }

    [Fact]
    public void A_system_that_was_made_without_AkkaRafts_defaults_learns_its_serializers_and_those_of_texts_and_numbers()
    {
        Raft.Start(_system, () => new Counter());

        var vote = new RequestVoteReply(new ServerId("a"), new ServerId("b"), new Term(1), true);
        Assert.Equal(RaftMessageSerializer.Id, _system.Serialization.FindSerializerFor(new PeerMessage("c", vote)).Identifier);
        Assert.Equal(RaftMessageSerializer.Id, _system.Serialization.FindSerializerFor(new TermAndVote(new Term(1), null)).Identifier);
        Assert.Equal(17, _system.Serialization.FindSerializerFor("text").Identifier);
    }

    [Fact]
    public void A_system_at_another_address_than_the_settings_say_is_refused()
    {
        var settings = RaftSettings.From(_system.Settings.Config) with
        {
            Members = [new RaftMember(new ServerId("only"), "akka.tcp://app@127.0.0.1:5001")],
        };

        var refusal = Assert.Throws<RaftConfigurationException>(() => Raft.Start(_system, () => new Counter(), settings));

        Assert.Contains("akka.tcp://app@127.0.0.1:5001", refusal.Message);
    }
}
