using Akka.Configuration;
using AkkaRaft.Client;
using AkkaRaft.Core;
using AkkaRaft.Core.Sessions;
using AkkaRaft.Server;
using AkkaRaft.Snapshots;

namespace AkkaRaft.Node.Hosting;

/// <summary>Creates the data directory of a new cluster's node from a backup, or from the data of a survivor of a lost cluster.</summary>
internal static class DataRecovery
{
    private const int EntriesPerRecord = 256;
    private const int RecordsPerBatch = 16;

    /// <summary>The latest configuration on a server's disk, or null where there is none.</summary>
    public static ClusterConfiguration? ConfigurationOf(PersistentState state) =>
        state.Entries.Select(entry => entry.Payload).OfType<ConfigurationChange>().LastOrDefault()?.Configuration
        ?? state.Snapshot?.Configuration ?? state.Bootstrap;

    /// <summary>Reads a backup from end to end.</summary>
    /// <exception cref="NodeException">It is damaged, or the new cluster has the name of the former one.</exception>
    public static InspectedSnapshot CheckBackup(string file, RaftSettings settings)
    {
        var backup = InspectedSnapshot.Read(file);
        if (backup.Fault is { } fault)
        {
            throw new NodeException($"{file} cannot be restored: {fault}", ExitCodes.Failure);
        }

        RefuseSameCluster(settings, backup.Header!.ClusterId);
        return backup;
    }

    /// <summary>
    /// Creates a node of a new cluster from a backup. The members are those of the node's configuration. Clients' sessions are dropped, as
    /// the backup does not have the results of later commands.
    /// </summary>
    /// <exception cref="NodeException">The node's data directory is not empty.</exception>
    public static async Task RestoreAsync(InspectedSnapshot backup, Config config, RaftSettings settings, DataDirectory directory)
    {
        await using var journal = await NewJournal.OpenAsync(config, settings);
        var members = settings.Bootstrap.WithHistoryEnded(backup.Header!.Configuration.History);
        var snapshot = Rewrite(backup.Path, settings, directory, members, keepSessions: false);
        await journal.WriteAsync(
        [
            [NewOwner(settings), new TermAndVote(snapshot.LastIncludedTerm, null), new SnapshotRecorded(snapshot, Installed: false)],
        ]);
    }

    /// <summary>Checks that a survivor's data can be recovered.</summary>
    /// <exception cref="NodeException">It is damaged, or the new cluster has the name of the former one.</exception>
    public static void CheckSurvivor(DataDirectoryInspection survivor, RaftSettings settings)
    {
        if (survivor.Faults.Count > 0)
        {
            throw new NodeException(
                $"{survivor.Path} is damaged: {survivor.Faults[0]}. Take another survivor's, or a backup.", ExitCodes.Failure);
        }

        RefuseSameCluster(settings, survivor.Identity.Cluster);
    }

    /// <summary>
    /// Creates the only node of a new cluster from a survivor's data, which is not changed. All entries in its log become part of the new
    /// cluster, committed before or not.
    /// </summary>
    /// <exception cref="NodeException">The new node's data directory is not empty.</exception>
    public static async Task RecoverAsync(DataDirectoryInspection survivor, Config config, RaftSettings settings, DataDirectory directory)
    {
        await using var journal = await NewJournal.OpenAsync(config, settings);
        await journal.WriteAsync(RecordsOf(survivor, settings, directory).Chunk(RecordsPerBatch));
    }

    private static IEnumerable<object> RecordsOf(DataDirectoryInspection survivor, RaftSettings settings, DataDirectory directory)
    {
        var state = survivor.Journal.State;
        var term = state.CurrentTerm.Next;
        var snapshot = survivor.UsableSnapshot;
        var own = new ClusterConfiguration(
            [settings.ServerId], [], [], settings.Bootstrap.Addresses.Where(address => address.Key == settings.ServerId))
            .WithHistoryEnded(ConfigurationOf(state)?.History ?? 0);
        yield return NewOwner(settings);
        if (state.Bootstrap is { } bootstrap && snapshot is null)
        {
            yield return new Bootstrapped(ClusterConfiguration.Of(bootstrap.Voters));
        }

        yield return new TermAndVote(term, null);
        if (snapshot is var (_, file))
        {
            yield return new SnapshotRecorded(
                Rewrite(file.Path, settings, directory, file.Header!.Configuration, keepSessions: true), Installed: false);
        }

        var behind = snapshot?.Metadata.LastIncludedIndex ?? LogIndex.Zero;
        foreach (var entries in state.Entries.Where(entry => entry.Index > behind).Chunk(EntriesPerRecord))
        {
            yield return new EntriesAppended(entries);
        }

        yield return new EntriesAppended([new LogEntry(state.LastIndex.Next, term, new ConfigurationChange(own))]);
    }

    private static JournalOwner NewOwner(RaftSettings settings) =>
        new(settings.ClusterId, settings.ServerId) { Incarnation = Random.Shared.NextInt64(1, long.MaxValue / 2) };

    private static void RefuseSameCluster(RaftSettings settings, string formerCluster)
    {
        if (settings.ClusterId == formerCluster)
        {
            throw new NodeException(
                $"The new cluster needs another name than '{formerCluster}', so that no server of the former one is taken for a member:"
                + " set akka-raft.cluster-id.",
                ExitCodes.WrongUse);
        }
    }

    /// <summary>Writes a snapshot anew, for another cluster; each of its blocks is checked on the way.</summary>
    private static SnapshotMetadata Rewrite(
        string source, RaftSettings settings, DataDirectory directory, ClusterConfiguration configuration, bool keepSessions)
    {
        using var folder = SnapshotFolder.Open(
            settings.SnapshotDirectory.Length > 0 ? settings.SnapshotDirectory : Path.Combine(directory.Path, "snapshots"));
        using var file = SnapshotFolder.OpenToRead(source);
        var reader = new SnapshotFileReader(file);
        var header = reader.Header with { ClusterId = settings.ClusterId, Configuration = configuration };
        var sessions = keepSessions ? reader.Sessions : new SessionsCapture<Answer>(reader.Sessions.ReplicatedTime, []);
        using var target = folder.BeginOwn(header.LastIncludedIndex);
        SnapshotFileWriter.Write(target, header, sessions, state => reader.ReadState(bytes => bytes.CopyTo(state)));
        var snapshot = new SnapshotMetadata(
            header.LastIncludedIndex, header.LastIncludedTerm, configuration, target.SizeBytes, target.Checksum());
        target.Keep(folder.PathOf(snapshot));
        return snapshot;
    }
}
