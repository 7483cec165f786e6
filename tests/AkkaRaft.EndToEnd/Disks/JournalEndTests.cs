using AkkaRaft.EndToEnd.Harness;
using AkkaRaft.Node.Hosting;

namespace AkkaRaft.EndToEnd.Disks;

/// <summary>Journals whose damage a replay does not meet: it only ends sooner, or finds nothing.</summary>
public sealed class JournalEndTests(NodeData data) : IClassFixture<NodeData>
{
    private const string Last = "(SELECT max(sequence_number) FROM journal)";
    private const string First = "(SELECT min(sequence_number) FROM journal WHERE NOT deleted)";

    [Fact]
    public async Task A_whole_journal_is_taken_and_has_no_faults()
    {
        Assert.Empty(DataDirectoryInspection.Of(data.Killed).Faults);
        Assert.Empty(DataDirectoryInspection.Of(data.Settled).Faults);
        using var folder = new TemporaryFolder();
        NodeData.Copy(data.Killed, folder.Path);
        await data.StartOnAsync(folder.Path);
    }

    [Theory]
    [InlineData("is marked as deleted", $"UPDATE journal SET deleted = 1 WHERE sequence_number = {Last}")]
    [InlineData("deleted", $"UPDATE journal SET deleted = 16 WHERE sequence_number = {Last}")]
    [InlineData("rows were written", $"DELETE FROM journal WHERE sequence_number = {Last}")]
    [InlineData("rows were written", $"DELETE FROM journal WHERE sequence_number > {Last} - 3")]
    [InlineData("'node9'", $"UPDATE journal SET persistence_id = 'node9' WHERE sequence_number = {Last}")]
    [InlineData("'node9'", "UPDATE journal SET persistence_id = 'node9'")]
    public async Task A_journal_that_lost_its_end_is_refused_at_the_first_start_and_inspect_finds_it(string word, string damage)
    {
        using var folder = new TemporaryFolder();
        NodeData.Copy(data.Settled, folder.Path);
        NodeData.Execute(folder.Path, damage);

        Assert.Contains(DataDirectoryInspection.Of(folder.Path).Faults, fault => fault.Contains(word, StringComparison.Ordinal));
        var refusal = await Assert.ThrowsAsync<NodeException>(() => data.StartOnAsync(folder.Path));
        Assert.Contains(word, refusal.Message);
        Assert.Contains("add it anew", refusal.Message);
    }

    [Theory]
    [InlineData("missing", $"UPDATE journal SET sequence_number = sequence_number + 8 WHERE sequence_number = {Last}")]
    [InlineData("marked as deleted", $"UPDATE journal SET deleted = 1 WHERE sequence_number = {Last} - 2")]
    [InlineData("'node9'", $"UPDATE journal SET persistence_id = 'node9' WHERE sequence_number = {First} + 3")]
    [InlineData("missing", $"UPDATE journal SET sequence_number = sequence_number + 1000 WHERE sequence_number = {First} + 3")]
    public void Inspect_finds_what_a_replay_finds_as_a_gap(string word, string damage)
    {
        using var folder = new TemporaryFolder();
        NodeData.Copy(data.Settled, folder.Path);
        Assert.Equal(1, NodeData.Execute(folder.Path, damage));

        Assert.Contains(DataDirectoryInspection.Of(folder.Path).Faults, fault => fault.Contains(word, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_journal_of_another_server_is_refused_and_not_begun_anew()
    {
        using var folder = new TemporaryFolder();
        NodeData.Copy(data.Killed, folder.Path);
        folder.File("identity.json", """{"Format":1,"Cluster":"end-to-end","Server":"node2"}""");

        Assert.Contains(DataDirectoryInspection.Of(folder.Path).Faults, fault => fault.Contains("'node1'", StringComparison.Ordinal));
        var refusal = await Assert.ThrowsAsync<NodeException>(() => data.StartOnAsync(folder.Path, serverId: "node2"));
        Assert.Contains("'node1', not of 'node2'", refusal.Message);
    }

    [Fact]
    public void Inspect_finds_a_name_that_contradicts_the_journal_and_the_snapshots()
    {
        using var folder = new TemporaryFolder();
        NodeData.Copy(data.Killed, folder.Path);
        folder.File("identity.json", """{"Format":1,"Cluster":"another","Server":"node1"}""");

        var faults = DataDirectoryInspection.Of(folder.Path).Faults;
        Assert.Contains(faults, fault => fault.Contains("'node1' of the cluster 'end-to-end'", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.Contains(".snapshot: it is of the cluster 'end-to-end'", StringComparison.Ordinal));
    }
}
