using AkkaRaft.Server;

namespace AkkaRaft.Backups;

/// <summary>
/// Keeps the state as of one index in a file, for a client to read. Requests for a backup are queries, so it knows all that a query would.
/// </summary>
/// <param name="settings">The settings.</param>
/// <param name="state">The state.</param>
/// <param name="written">Called, on another thread, when a backup is written or has failed.</param>
internal sealed class BackupService(RaftSettings settings, ReplicatedState state, Action written)
{
    private BackupFile? _backup;

    /// <summary>The most bytes of a backup in one answer.</summary>
    private int MaxPartBytes => settings.MaxAnswerBytes - 128;

    public object? Answer(BackupQuery query)
    {
        switch (query)
        {
            case TakeBackup when _backup?.Token == query.Token:
                return (object?)_backup.Taken ?? BlockingQuery.Instance;
            case TakeBackup:
                Begin(query.Token);
                return BlockingQuery.Instance;
            case ReadBackup read when _backup?.Token == query.Token:
                return _backup.Read(Math.Max(0, read.Offset), Math.Clamp(read.Length, 0, MaxPartBytes));
            case DropBackup:
                Drop(query.Token);
                return null;
            default:
                throw new InvalidOperationException("this server has no such backup: it was started anew, or another was asked for");
        }
    }

    /// <summary>Deletes the backup that is there.</summary>
    public void Stop() => _backup?.Dispose();

    private void Begin(long token)
    {
        if (!state.HasSnapshots)
        {
            throw new NotSupportedException("the state machine cannot be written out");
        }

        if (settings.SnapshotDirectory.Length == 0)
        {
            throw new NotSupportedException("akka-raft.snapshot-directory is not set, where a backup is written first");
        }

        _backup?.Dispose();
        _backup = BackupFile.Begin(Path.GetFullPath(settings.SnapshotDirectory), token, state.Capture(), written);
    }

    private void Drop(long token)
    {
        if (_backup?.Token == token)
        {
            _backup.Dispose();
            _backup = null;
        }
    }
}
