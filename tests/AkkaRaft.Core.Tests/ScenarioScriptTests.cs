using AkkaRaft.Core.Tests.Scripts;

namespace AkkaRaft.Core.Tests;

/// <summary>Each script of the folder Scenarios gives what was recorded (docs/testing.md, "Scenario scripts").</summary>
public class ScenarioScriptTests
{
    public static TheoryData<string> Files => [.. Directory.GetFiles(ScriptRunner.Folder, "*.txt").Select(path => Path.GetFileName(path)!).Order()];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_script_gives_what_was_recorded(string file) => ScriptRunner.RunFile(file);

    /// <summary>Do the scripts bite? A core with a fault (docs/testing.md) does not give what was recorded.</summary>
    [Theory]
    [InlineData(nameof(RaftFault.CommitEarlierTerm), "figure-8-d.txt")]
    [InlineData(nameof(RaftFault.CountVoteTwice), "election-safety.txt")]
    [InlineData(nameof(RaftFault.AnswerBeforeWrite), "stalled-disk.txt")]
    [InlineData(nameof(RaftFault.SkipLogCheck), "truncate-at-conflict.txt")]
    [InlineData(nameof(RaftFault.SkipUpToDateCheck), "leader-completeness.txt")]
    [InlineData(nameof(RaftFault.LetMatchFall), "duplicates-and-order.txt")]
    [InlineData(nameof(RaftFault.CutOnPrefix), "truncate-at-conflict.txt")]
    [InlineData(nameof(RaftFault.ReadWithoutQuorum), "read-lost-quorum.txt")]
    [InlineData(nameof(RaftFault.ApplyTwice), "log-matching.txt")]
    [InlineData(nameof(RaftFault.LeaderCountsUnwrittenEntries), "stalled-disk.txt")]
    [InlineData(nameof(RaftFault.AcknowledgeBeyondRequest), "truncate-at-conflict.txt")]
    [InlineData(nameof(RaftFault.KeepLeadingWithoutQuorum), "check-quorum.txt")]
    [InlineData(nameof(RaftFault.AcceptOldMembership), "old-membership.txt")]
    [InlineData(nameof(RaftFault.DecideByOneMajority), "figure-10.txt")]
    [InlineData(nameof(RaftFault.CountLearners), "learner.txt")]
    [InlineData(nameof(RaftFault.LeaseWithoutBound), "read-lease.txt")]
    [InlineData(nameof(RaftFault.LeaseOutlivesTransfer), "read-lease-and-transfer.txt")]
    [InlineData(nameof(RaftFault.ChangeAtCommit), "joint-consensus.txt")]
    public void A_core_with_a_fault_fails_its_script(string fault, string file)
    {
        var text = File.ReadAllText(Path.Combine(ScriptRunner.Folder, file));

        Assert.Throws<ScriptException>(() => ScriptRunner.Check(file, text, FaultyRules.Of(Enum.Parse<RaftFault>(fault))));
    }
}
