using System.Threading.Channels;
using AkkaRaft.Core;
using AkkaRaft.TestKit;

namespace AkkaRaft.Specs.Cluster;

/// <summary>What a program is told of the leads of its servers.</summary>
public sealed class LeadershipSpec : RaftTestKit
{
    private readonly List<LeadershipEvent> _told = [];
    private string? _clusterId;

    public LeadershipSpec() => Sys.EventStream.Subscribe(TestActor, typeof(LeadershipEvent));

    [Fact]
    public async Task A_lead_is_told_and_its_end_too_when_another_leads()
    {
        var first = await AwaitLeader();
        var term = Status(first).Term;
        await AwaitTold(Gained(first, term));

        Network.CutOff(first);
        var second = await AwaitLeader(except: first);
        await AwaitTold(Gained(second, Status(second).Term));
        await AwaitTold(Lost(first, term));
        Network.Heal();
        await AwaitConvergence();

        Assert.Equal(3, ToldSoFar().Count);
        Assert.True(ToldSoFar().IndexOf(Gained(first, term)) < ToldSoFar().IndexOf(Lost(first, term)));
    }

    [Fact]
    public async Task A_lead_is_not_told_before_an_entry_of_its_term_is_applied()
    {
        var lost = Network.Drop<AppendEntriesReply>();
        await Await(() => Servers.Any(server => Status(server).Role == RaftRole.Leader), "a server to lead");
        Assert.Empty(ToldSoFar());

        await Advance(TimeSpan.FromSeconds(2));
        Assert.Empty(ToldSoFar());

        Network.Heal(lost);
        var leader = await AwaitLeader();
        await AwaitTold(Gained(leader, Status(leader).Term));
    }

    [Fact]
    public async Task A_server_that_stops_tells_the_end_of_its_lead()
    {
        var leader = await AwaitLeader();
        var term = Status(leader).Term;
        await AwaitTold(Gained(leader, term));

        await Stop(leader);

        await AwaitTold(Lost(leader, term));
    }

    [Fact]
    public async Task A_server_that_fails_tells_the_end_of_its_lead()
    {
        var leader = await AwaitLeader();
        var term = Status(leader).Term;
        await AwaitTold(Gained(leader, term));

        Journal(leader).FailNext();
        Propose(leader, "fails");

        await AwaitTold(Lost(leader, term));
    }

    [Fact]
    public async Task A_stream_begins_with_the_present_lead_and_ends_with_the_server()
    {
        var leader = await AwaitLeader();
        var term = Status(leader).Term;
        await AwaitTold(Gained(leader, term));
        await using var stream = Raft.LeadershipAsync(RaftOf(leader)).GetAsyncEnumerator();

        Assert.True(await Next());
        Assert.Equal(Gained(leader, term), stream.Current);
        await Stop(leader);
        Assert.True(await Next());
        Assert.Equal(Lost(leader, term), stream.Current);
        Assert.False(await Next());

        Task<bool> Next() => stream.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_stream_ends_when_its_reader_does_and_a_reader_that_is_behind_keeps_the_last_events()
    {
        var feed = new AkkaRaft.Server.LeadershipFeed(Sys.EventStream, "c", Servers[0]);
        var reader = feed.Subscribe();
        for (var term = 1; term <= 100; term++)
        {
            feed.Gained(new Term(term));
            feed.Lost();
        }

        feed.End();

        var read = await ReadAllAsync(reader.Reader);
        Assert.Equal(AkkaRaft.Server.LeadershipFeed.MaxUnread, read.Count);
        Assert.Equal(new LeadershipLost("c", Servers[0], new Term(100)), read[^1]);
        Assert.Empty(await ReadAllAsync(feed.Subscribe().Reader));

        using var stop = new CancellationTokenSource();
        await using var stream = Raft.LeadershipAsync(RaftOf(await AwaitLeader()), stop.Token).GetAsyncEnumerator(stop.Token);
        var next = stream.MoveNextAsync().AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            while (await next)
            {
                next = stream.MoveNextAsync().AsTask();
            }
        });
    }

    private static async Task<List<LeadershipEvent>> ReadAllAsync(ChannelReader<LeadershipEvent> reader)
    {
        List<LeadershipEvent> all = [];
        await foreach (var happened in reader.ReadAllAsync())
        {
            all.Add(happened);
        }

        return all;
    }

    private LeadershipGained Gained(ServerId server, Term term) => new(_clusterId ??= Status(server).ClusterId, server, term);

    private LeadershipLost Lost(ServerId server, Term term) => new(_clusterId ??= Status(server).ClusterId, server, term);

    private Task AwaitTold(LeadershipEvent expected) => Await(() => ToldSoFar().Contains(expected), $"{expected} to be told");

    private List<LeadershipEvent> ToldSoFar()
    {
        while (HasMessages)
        {
            _told.Add(ExpectMsg<LeadershipEvent>());
        }

        return _told;
    }
}
