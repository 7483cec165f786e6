using AkkaRaft.Core;
using AkkaRaft.TestKit;

namespace AkkaRaft.Specs.Cluster;

/// <summary>The paper's figure 7: followers with missing and with extraneous entries converge on the leader's log.</summary>
public sealed class Figure7Spec() : RaftTestKit(servers: 7)
{
    [Fact]
    public async Task Figure_7_all_six_followers_end_up_with_the_leaders_log()
    {
        long[] leaderLog = [1, 1, 1, 4, 4, 5, 5, 6, 6, 6];
        long[][] followerLogs =
        [
            [1, 1, 1, 4, 4, 5, 5, 6, 6],
            [1, 1, 1, 4],
            [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6],
            [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7],
            [1, 1, 1, 4, 4, 4, 4],
            [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3],
        ];
        PrepareLog(Servers[0], new Term(7), leaderLog);
        for (var i = 0; i < followerLogs.Length; i++)
        {
            PrepareLog(Servers[i + 1], new Term(7), followerLogs[i]);
        }

        await Elect(Servers[0]);
        await AwaitConvergence();

        // What stands behind its first entry it writes of its own accord: the name of the cluster's history.
        var terms = Journal(Servers[0]).Entries.Select(entry => entry.Term.Value).Take(leaderLog.Length + 1);
        Assert.Equal([.. leaderLog, Status(Servers[0]).Term.Value], terms);
    }
}

/// <summary>The paper's figure 8: an entry of an earlier term is committed only behind one of the leader's own.</summary>
public sealed class Figure8Spec() : RaftTestKit(servers: 5, config: "akka-raft.max-batch-entries = 1")
{
    private ServerId S1 => Servers[0];

    private ServerId S2 => Servers[1];

    private ServerId S5 => Servers[4];

    [Fact]
    public async Task Figure_8_d_an_earlier_terms_entry_on_a_majority_may_still_be_overwritten_so_it_was_not_committed()
    {
        PrepareLogs();
        Network.CutOff(S5);
        Network.Drop<AppendEntries>(when: append => append.Entries.Any(entry => entry.Term > new Term(3)) && HasEntryOfTerm2(append.To));
        await LetWin(S1);
        await Await(() => Servers.Count(server => HasEntryOfTerm2(server)) >= 3, "the entry of term 2 to be on a majority");
        Assert.All(Servers, server => Assert.True(Status(server).CommitIndex < new LogIndex(2)));

        await Crash(S1);
        Network.Heal();
        await Elect(S5);
        await AwaitConvergence();

        Assert.Equal(new Term(3), Journal(S2).Entries[1].Term);
        await Restart(S1);
        await AwaitConvergence();
        Assert.Equal(new Term(3), Journal(S1).Entries[1].Term);
    }

    [Fact]
    public async Task Figure_8_e_once_an_entry_of_its_own_term_is_on_a_majority_the_earlier_one_is_safe()
    {
        PrepareLogs();
        await LetWin(S1);
        await Await(() => Status(S1).CommitIndex >= new LogIndex(3), "the leader's own entry to be committed");

        await Crash(S1);
        await AwaitLeader();
        await AwaitConvergence();

        Assert.Equal(new Term(2), Journal(S5).Entries[1].Term);
    }

    /// <summary>The logs of figure 8 (b): S5 has led in term 3 and crashed, S1 and S2 have an entry of term 2.</summary>
    private void PrepareLogs()
    {
        PrepareLog(S1, new Term(3), 1, 2);
        PrepareLog(S2, new Term(3), 1, 2);
        PrepareLog(Servers[2], new Term(3), 1);
        PrepareLog(Servers[3], new Term(3), 1);
        PrepareLog(S5, new Term(3), 1, 3);
    }

    /// <summary>Only S1's requests for votes get through, so S1 leads as soon as a majority grants them.</summary>
    private async Task LetWin(ServerId server)
    {
        var preVotes = Network.Drop<PreVote>(when: message => message.From != server);
        var votes = Network.Drop<RequestVote>(when: message => message.From != server);
        await Await(() => Status(server).Role == RaftRole.Leader, $"{server} to lead");
        Network.Heal(preVotes);
        Network.Heal(votes);
    }

    private bool HasEntryOfTerm2(ServerId server) => Journal(server).Entries is [_, { Term.Value: 2 }, ..];
}
