using AkkaRaft.EndToEnd.Harness;
using AkkaRaft.Node.Hosting;

namespace AkkaRaft.EndToEnd.Disks;

/// <summary>Data directories with files that are missing, empty, cut short, exchanged or garbage: all commands say so in words.</summary>
public sealed class DamagedFolderTests(NodeData data) : IClassFixture<NodeData>
{
    private static readonly string[] Names = ["identity.json", "raft.db", "raft.db-wal", "snapshots", "lock"];

    private enum Damage
    {
        Missing,
        Empty,
        CutShort,
        Garbage,
        Exchanged,
        Directory,
    }

    [Fact]
    public async Task Every_pair_of_damaged_files_is_refused_in_words_or_does_no_harm()
    {
        foreach (var (first, second) in Names.SelectMany(_ => Names, (first, second) => (first, second)))
        {
            foreach (var one in Enum.GetValues<Damage>())
            {
                foreach (var other in first == second ? [one] : Enum.GetValues<Damage>())
                {
                    if (string.CompareOrdinal(first, second) <= 0)
                    {
                        await TryAsync([(first, one), (second, other)]);
                    }
                }
            }
        }
    }

    [Theory]
    [InlineData("identity.json", nameof(Damage.Garbage), "identity.json")]
    [InlineData("raft.db", nameof(Damage.Garbage), "raft.db")]
    [InlineData("raft.db", nameof(Damage.Missing), "raft.db")]
    [InlineData("lock", nameof(Damage.Directory), "cannot be written")]
    public async Task The_program_refuses_with_one_line_and_a_documented_exit_code(string name, string damage, string word)
    {
        using var folder = new TemporaryFolder();
        var node = ClusterFiles.Write(folder.Path, Ports.Free(1), folder.Path, NodeData.ClusterId)[0];
        var directory = Path.Combine(folder.Path, node.Name);
        NodeData.Copy(data.Settled, directory);
        Apply(directory, name, Enum.Parse<Damage>(damage));

        (await CommandLineRun.RunAsync("node", "--config", node.ConfigFile)).AssertRefused(ExitCodes.Failure, directory, word);
        if (name != "lock")
        {
            (await CommandLineRun.RunAsync("inspect", directory)).AssertRefused(ExitCodes.Failure, word);
            (await CommandLineRun.RunAsync("recover", directory, "--config", node.ConfigFile)).AssertRefused(ExitCodes.Failure, word);
        }
    }

    private async Task TryAsync((string Name, Damage Damage)[] damages)
    {
        using var folder = new TemporaryFolder();
        NodeData.Copy(data.Killed, folder.Path);
        foreach (var (name, damage) in damages.Distinct())
        {
            Apply(folder.Path, name, damage);
        }

        var words = string.Join(" and ", damages.Select(damage => $"{damage.Name} {damage.Damage}"));
        try
        {
            await RefusesInWordsAsync(() => DataDirectoryInspection.Of(folder.Path));
            await RefusesInWordsAsync(() => data.RecoverFrom(folder.Path));
            var isRefused = await RefusesInWordsAsync(() => data.StartOnAsync(folder.Path));
            var hasName = damages.All(damage => damage.Name != "identity.json");
            var hasJournal = damages.All(damage =>
                damage is not { Name: "raft.db", Damage: Damage.Missing or Damage.Empty or Damage.Directory });
            Assert.True(isRefused || !hasName || hasJournal, "The node would start without its journal.");
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"With {words}: {failure.Message}", failure);
        }
    }

    private static Task<bool> RefusesInWordsAsync(Action action) => RefusesInWordsAsync(() =>
    {
        action();
        return Task.CompletedTask;
    });

    private static async Task<bool> RefusesInWordsAsync(Func<Task> action)
    {
        try
        {
            await action();
            return false;
        }
        catch (NodeException refusal)
        {
            Assert.InRange(refusal.Message.Split('\n').Length, 1, 3);
            Assert.InRange(refusal.ExitCode, ExitCodes.Failure, ExitCodes.WrongUse);
            return true;
        }
    }

    private static void Apply(string folder, string name, Damage damage)
    {
        var path = Path.Combine(folder, name);
        if (name == "snapshots")
        {
            ApplyToSnapshots(path, damage);
            return;
        }

        var bytes = File.ReadAllBytes(path);
        File.Delete(path);
        switch (damage)
        {
            case Damage.Empty:
                File.WriteAllBytes(path, []);
                break;
            case Damage.CutShort:
                File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);
                break;
            case Damage.Garbage:
                new Random(name.Length).NextBytes(bytes);
                File.WriteAllBytes(path, bytes);
                break;
            case Damage.Exchanged:
                var other = Path.Combine(folder, name == "raft.db" ? "identity.json" : "raft.db");
                File.WriteAllBytes(path, File.Exists(other) ? File.ReadAllBytes(other) : []);
                break;
            case Damage.Directory:
                Directory.CreateDirectory(path);
                break;
        }
    }

    private static void ApplyToSnapshots(string folder, Damage damage)
    {
        var files = Directory.GetFiles(folder, "*.snapshot");
        switch (damage)
        {
            case Damage.Missing:
                Directory.Delete(folder, recursive: true);
                break;
            case Damage.Empty:
                Array.ForEach(files, File.Delete);
                break;
            case Damage.CutShort or Damage.Garbage:
                var bytes = File.ReadAllBytes(files[0])[..^9];
                if (damage == Damage.Garbage)
                {
                    new Random(1).NextBytes(bytes);
                }

                Array.ForEach(files, file => File.WriteAllBytes(file, bytes));
                break;
            case Damage.Exchanged:
                File.Move(files[0], files[0] + ".tmp");
                File.Move(files[1], files[0]);
                File.Move(files[0] + ".tmp", files[1]);
                break;
            case Damage.Directory:
                Directory.Delete(folder, recursive: true);
                File.WriteAllText(folder, "a file");
                break;
        }
    }
}
