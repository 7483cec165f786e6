using AkkaRaft.Core;
using AkkaRaft.TestKit;

namespace AkkaRaft.Specs.Cluster;

/// <summary>
/// A cluster whose members are upgraded one by one works at the lowest version of them, and at the new one once all speak it.
/// </summary>
public sealed class UpgradeSpec() : RaftTestKit(config: "akka-raft.allow-json-payloads = on")
{
    private readonly HashSet<ServerId> _upgraded = [];

    [Fact]
    public async Task What_only_the_new_version_knows_waits_until_the_last_member_is_upgraded()
    {
        using var client = CreateClient(settings => settings with { Timeout = TimeSpan.FromSeconds(3) });
        Assert.Equal("old", (await Finish(client.ProposeAsync<string>("old"))).Result);

        foreach (var server in Servers)
        {
            var early = client.ProposeAsync<NewCommand>(new NewCommand(1));
            var refused = await Assert.ThrowsAsync<ProposalRejectedException>(() => Finish(early));
            Assert.Equal(RejectionReason.Unsupported, refused.Reason);
            await Crash(server);
            _upgraded.Add(server);
            await Restart(server);
            await AwaitConvergence();
            Assert.Equal($"{server}", (await Finish(client.ProposeAsync<string>($"{server}"))).Result);
        }

        await Await(
            () => Servers.All(server => Status(server).ClusterVersion == ProtocolVersion.Latest), "all to know that all are upgraded");
        Assert.Equal(new NewCommand(2), (await Finish(client.ProposeAsync<NewCommand>(new NewCommand(2)))).Result);
        await AwaitConvergence();
        Assert.Single(Applied(Servers[0]), applied => applied.Command is NewCommand);
    }

    /// <inheritdoc />
    protected override int VersionOf(ServerId server) => _upgraded.Contains(server) ? ProtocolVersion.Latest : ProtocolVersion.First;

    private async Task<T> Finish<T>(Task<T> task)
    {
        await Await(() => task.IsCompleted, "a client's request to end", TimeSpan.FromMinutes(5));
        return await task;
    }

    public sealed record NewCommand(int Number) : IVersionedCommand
    {
        public int RequiredVersion => ProtocolVersion.Second;
    }
}
