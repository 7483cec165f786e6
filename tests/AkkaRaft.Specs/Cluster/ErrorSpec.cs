using AkkaRaft.Client;
using AkkaRaft.Core;
using AkkaRaft.TestKit;

namespace AkkaRaft.Specs.Cluster;

/// <summary>Each error says what is wrong, what would be right, and what is known of the cluster.</summary>
public sealed class ErrorSpec() : RaftTestKit(servers: 1)
{
    [Theory]
    [InlineData(RejectionReason.NoLeaderKnown, "knows no leader")]
    [InlineData(RejectionReason.NotLeader, "forward-to-leader")]
    [InlineData(RejectionReason.Overloaded, "max-uncommitted-entries")]
    [InlineData(RejectionReason.TooLarge, "max-command-size")]
    [InlineData(RejectionReason.Unreadable, "serializer")]
    [InlineData(RejectionReason.NotAMember, "ask a member")]
    [InlineData(RejectionReason.ShuttingDown, "does not run")]
    [InlineData(RejectionReason.LeaderNotReady, "begun to lead")]
    [InlineData(RejectionReason.DiskFull, "make room")]
    [InlineData(RejectionReason.Unsupported, "upgrade")]
    public async Task A_refused_proposal_says_why(RejectionReason reason, string words)
    {
        using var client = ClientOf((_, _) => ScriptedServer.Refuse(reason, "some detail"), session: false);

        var failure = await Fails<ProposalRejectedException>(client.ProposeAsync<string?>("x"));

        Assert.Equal(reason, failure.Reason);
        AssertTells(failure, words, "some detail", "silent");
    }

    [Theory]
    [InlineData(RejectionReason.NotCaughtUp, "ask another server")]
    [InlineData(RejectionReason.Overloaded, "max-pending-reads")]
    [InlineData(RejectionReason.Unsupported, "upgrade")]
    public async Task A_refused_query_says_why(RejectionReason reason, string words)
    {
        using var client = ClientOf((_, _) => ScriptedServer.Refuse(reason));

        var failure = await Fails<QueryFailedException>(client.QueryAsync<string?>("x", Consistency.LinearizableLocal));

        Assert.Equal(reason, failure.Reason);
        AssertTells(failure, words);
    }

    [Theory]
    [InlineData(RejectionReason.InvalidChange, "cannot be taken in")]
    [InlineData(RejectionReason.ChangeInProgress, "another change")]
    [InlineData(RejectionReason.LeaderNotReady, "begun to lead")]
    [InlineData(RejectionReason.Unsupported, "upgrade")]
    public async Task A_refused_change_of_members_says_why(RejectionReason reason, string words)
    {
        using var client = ClientOf((_, _) => ScriptedServer.Refuse(reason, "node9 has a used data directory"));

        var failure = await Fails<AdministrationRejectedException>(client.RemoveMemberAsync(new ServerId("node9")));

        Assert.Equal(reason, failure.Reason);
        AssertTells(failure, words, "node9 has a used data directory");
    }

    [Fact]
    public async Task A_refused_transfer_says_why()
    {
        using var client = ClientOf((_, _) => ScriptedServer.Refuse(RejectionReason.TransferFailed, "node9 is no voter"));

        var failure = await Fails<AdministrationRejectedException>(client.TransferLeadershipAsync(new ServerId("node9")));

        AssertTells(failure, "could not transfer leadership", "node9 is no voter");
    }

    [Fact]
    public async Task What_was_sent_and_not_answered_is_in_doubt_and_says_who_was_asked()
    {
        using var client = ClientOf((request, _) => Opens(request));

        const string words = "did not answer in time";
        AssertTells(await Fails<ProposalIndeterminateException>(client.ProposeAsync<string?>("x")), words);
        AssertTells(await Fails<AdministrationIndeterminateException>(client.TransferLeadershipAsync()), words);
        AssertTells(await Fails<AdministrationIndeterminateException>(client.PromoteMemberAsync(new ServerId("node9"))), words);
        AssertTells(await Fails<QueryFailedException>(client.QueryAsync<string?>("x")), words);
    }

    [Fact]
    public async Task A_proposal_that_finds_no_leader_says_whom_it_asked()
    {
        using var client = CreateClient("akka://test/user/nobody");

        var failure = await Fails<ProposalRejectedException>(client.ProposeAsync<string?>("x"));

        Assert.Equal(RejectionReason.NoLeaderKnown, failure.Reason);
        Assert.Contains("no leader was found", failure.Message);
        Assert.Contains("no answer from akka://test/user/nobody", failure.Message);
    }

    [Fact]
    public async Task A_client_that_is_full_says_so()
    {
        WaitFor(Sys.ActorOf(ScriptedServer.PropsOf(Network, (_, _) => null), ScriptedServer.Id.Value));
        using var client = CreateClient(settings => settings with { MaxPendingRequests = 1 }, ScriptedServer.Address);
        var first = client.QueryAsync<string?>("x");

        var failure = await Fails<ProposalRejectedException>(client.ProposeAsync<string?>("x"));

        Assert.Equal(RejectionReason.Overloaded, failure.Reason);
        Assert.Contains("max-pending-requests", failure.Message);
        Assert.False(first.IsCompleted);
    }

    [Fact]
    public async Task A_cluster_without_sessions_is_used_without_one()
    {
        var inSession = 0;
        using var client = ClientOf((request, _) =>
        {
            if (request is ClientRequest { Session: SessionOpening })
            {
                return ScriptedServer.Refuse(RejectionReason.Unsupported);
            }

            inSession += request is ClientRequest { Session: not null } ? 1 : 0;
            return ScriptedServer.Accept(10);
        });

        var committed = await Finish(client.ProposeAsync<string?>("x"));

        Assert.Equal((10, 0), (committed.Index.Value, inSession));
    }

    [Fact]
    public async Task A_first_try_in_an_expired_session_is_made_again_in_another()
    {
        var sessions = 0;
        using var client = ClientOf((request, _) => request switch
        {
            ClientRequest { Session: SessionOpening } => ScriptedServer.Accept(++sessions),
            ClientRequest { Session: SessionStep { SessionId.Value: 1 } } => ScriptedServer.Refuse(RejectionReason.SessionExpired),
            _ => ScriptedServer.Accept(10),
        });

        await Finish(client.ProposeAsync<string?>("x"));

        Assert.Equal(2, sessions);
    }

    [Fact]
    public async Task A_command_whose_session_expired_between_two_tries_is_in_doubt()
    {
        using var client = ClientOf((request, tries) =>
            Opens(request) ?? (tries == 1 ? ScriptedServer.Doubt() : ScriptedServer.Refuse(RejectionReason.SessionExpired)));

        var failure = await Fails<ProposalIndeterminateException>(client.ProposeAsync<string?>("x"));

        Assert.Equal(IndeterminateReason.SessionExpired, failure.Reason);
        AssertTells(failure, "session-timeout");
    }

    [Fact]
    public async Task A_command_in_doubt_keeps_its_number_through_all_tries()
    {
        var steps = new List<SessionStep>();
        using var client = ClientOf((request, tries) =>
        {
            if (request is ClientRequest { Session: SessionStep step })
            {
                steps.Add(step);
            }

            return Opens(request) ?? (tries < 4 ? ScriptedServer.Doubt() : ScriptedServer.Accept(10));
        });

        await Finish(client.ProposeAsync<string?>("x"));

        Assert.Equal(4, steps.Count);
        Assert.Single(steps.Distinct());
    }

    [Fact]
    public async Task Acknowledgements_follow_the_answers()
    {
        var acknowledged = new List<long>();
        using var client = ClientOf((request, _) =>
        {
            if (request is ClientRequest { Session: SessionStep step })
            {
                acknowledged.Add(step.Acknowledged);
            }

            return Opens(request) ?? ScriptedServer.Accept(10);
        });

        await Finish(client.ProposeAsync<string?>("x"));
        await Finish(client.ProposeAsync<string?>("x"));
        await Finish(client.ProposeAsync<string?>("x"));

        Assert.Equal([0, 1, 2], acknowledged);
    }

    private static Answer? Opens(object request) =>
        request is ClientRequest { Session: SessionOpening } ? ScriptedServer.Accept(3) : null;

    private static void AssertTells(RaftRequestException failure, params string[] words)
    {
        Assert.All([.. words, "term 7", "last answer from scripted", "leader scripted"], text => Assert.Contains(text, failure.Message));
        Assert.DoesNotContain("..", failure.Message);
    }

    private RaftClient ClientOf(Func<object, int, Answer?> answer, bool session = true)
    {
        WaitFor(Sys.ActorOf(ScriptedServer.PropsOf(Network, answer), ScriptedServer.Id.Value));
        return CreateClient(settings => settings with { Session = session }, ScriptedServer.Address);
    }

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
