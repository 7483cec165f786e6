using System.Text.Json;
using AkkaRaft.Core;
using AkkaRaft.Node.Commands;

namespace AkkaRaft.EndToEnd.Commands;

/// <summary>What a status says beyond the table.</summary>
public sealed class StatusReportSpec
{
    [Fact]
    public void A_member_that_is_lost_is_named_with_the_command_that_removes_it()
    {
        var leader = Report("node1", RaftRole.Leader, term: 3, lost: ["node3"]);
        var former = Report("node2", RaftRole.Leader, term: 2, lost: ["node1"]);

        var advice = JsonDocument.Parse(StatusReport.ToJson([former, leader])).RootElement.GetProperty("advice");

        Assert.EndsWith("akkaraft member remove node3 --contact 127.0.0.1:1", Assert.Single(advice.EnumerateArray()).GetString());
    }

    private static NodeReport Report(string name, RaftRole role, long term, params string[] lost) => new(
        $"akka.tcp://akkaraft@127.0.0.1:{name[^1]}/user/raft",
        name,
        new RaftStatus
        {
            ClusterId = "test",
            Server = new ServerId(name),
            Role = role,
            Term = new Term(term),
            LastLogIndex = LogIndex.Zero,
            CommitIndex = LogIndex.Zero,
            LastApplied = LogIndex.Zero,
            PendingWrites = 0,
            Leader = null,
            Members = [],
            UnresponsiveMembers = [],
            LostMembers = [.. lost.Select(member => new ServerId(member))],
            DroppedMessages = 0,
        });
}
