using AkkaRaft.EndToEnd.Harness;
using AkkaRaft.Node.Hosting;

namespace AkkaRaft.EndToEnd.Disks;

/// <summary>`inspect` reads what is damaged, tells it, and leaves everything as it is.</summary>
public sealed class InspectTests(NodeData data) : IClassFixture<NodeData>
{
    [Fact]
    public void A_flipped_bit_in_the_journals_file_is_a_fault_or_changes_nothing()
    {
        const int sample = 400;
        using var folder = new TemporaryFolder();
        NodeData.Copy(data.Settled, folder.Path);
        NodeData.Execute(folder.Path, "PRAGMA journal_mode = DELETE; PRAGMA page_size = 512; VACUUM");
        var whole = DataDirectoryInspection.Of(folder.Path);
        Assert.Empty(whole.Faults);
        var file = JournalFile.PathIn(folder.Path);
        var bytes = File.ReadAllBytes(file);
        var random = new Random(1);
        var found = 0;
        for (var i = 0; i < sample; i++)
        {
            var bit = random.Next(8 * bytes.Length);
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(file, bytes);
            found += IsFound(folder.Path, whole, bit) ? 1 : 0;
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.True(found > sample / 4, $"Only {found} of {sample} flipped bits were found.");
    }

    [Theory]
    [InlineData("killed")]
    [InlineData("settled")]
    [InlineData("read-only")]
    public async Task Nothing_in_the_directory_changes(string kind)
    {
        using var folder = new TemporaryFolder();
        NodeData.Copy(kind == "settled" ? data.Settled : data.Killed, folder.Path);
        var files = Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories);
        if (kind == "read-only" && !OperatingSystem.IsWindows())
        {
            foreach (var file in files)
            {
                File.SetUnixFileMode(file, UnixFileMode.UserRead);
            }

            File.SetUnixFileMode(folder.Path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        var before = ListingOf(folder.Path);
        var run = await CommandLineRun.RunAsync("inspect", folder.Path);

        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Equal(before, ListingOf(folder.Path));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public void What_is_in_the_write_ahead_log_alone_is_seen()
    {
        var (killed, settled) = (DataDirectoryInspection.Of(data.Killed), DataDirectoryInspection.Of(data.Settled));
        var (after, before) = (killed.Journal, settled.Journal);
        Assert.Equal((before.LastRecord, before.State.LastIndex), (after.LastRecord, after.State.LastIndex));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("[1]")]
    [InlineData("""{"Format":1,"Cluster":"end-to-end"}""")]
    [InlineData("""{"Format":7,"Cluster":"end-to-end","Server":"node1"}""")]
    public async Task A_name_that_says_nothing_is_one_clear_line(string identity)
    {
        using var folder = new TemporaryFolder();
        NodeData.Copy(data.Settled, folder.Path);
        folder.File("identity.json", identity);
        (await CommandLineRun.RunAsync("inspect", folder.Path)).AssertRefused(ExitCodes.Failure, "identity.json");
    }

    private static bool IsFound(string directory, DataDirectoryInspection whole, int bit)
    {
        DataDirectoryInspection inspection;
        try
        {
            inspection = DataDirectoryInspection.Of(directory);
        }
        catch (NodeException)
        {
            return true;
        }

        if (inspection.Faults.Count == 0)
        {
            var lastRecord = inspection.Journal.LastRecord;
            Assert.True(lastRecord == whole.Journal.LastRecord, $"Bit {bit}: the last record is {lastRecord}, without a fault.");
            Assert.Equal(whole.Journal.State.LastIndex, inspection.Journal.State.LastIndex);
            Assert.Equal(whole.Journal.State.CurrentTerm, inspection.Journal.State.CurrentTerm);
        }

        return inspection.Faults.Count > 0;
    }

    private static string[] ListingOf(string directory) =>
    [
        .. new DirectoryInfo(directory).EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
            .Append(new DirectoryInfo(directory))
            .Select(item => $"{item.FullName} {(item as FileInfo)?.Length} {item.LastWriteTimeUtc:O} {item.UnixFileMode}")
            .Order(StringComparer.Ordinal),
    ];
}
