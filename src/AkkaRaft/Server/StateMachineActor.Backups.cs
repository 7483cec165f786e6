using AkkaRaft.Backups;
using AkkaRaft.Snapshots;

namespace AkkaRaft.Server;

// Backups: the state as of one index, for a client to keep. What is asked about them are queries, so a backup knows all that a query would.
internal sealed partial class StateMachineActor
{
    /// <summary>The most bytes of a backup in one answer.</summary>
    private int MaxBackupPart => _settings.MaxAnswerBytes - 128;

    private BackupFile? _backup;

    private void MindsBackups() => Receive<BackupWritten>(_ =>
    {
        AskAgain();
        _answers.Flush(_term, Context.Parent);
    });

    private object? Answer(BackupQuery query)
    {
        switch (query)
        {
            case TakeBackup when _backup?.Token == query.Token:
                return (object?)_backup.Taken ?? BlockingQuery.Instance;
            case TakeBackup:
                BeginBackup(query.Token);
                return BlockingQuery.Instance;
            case ReadBackup read when _backup?.Token == query.Token:
                return _backup.Read(Math.Max(0, read.Offset), Math.Clamp(read.Length, 0, MaxBackupPart));
            case DropBackup:
                DropBackupOf(query.Token);
                return null;
            default:
                throw new InvalidOperationException("this server has no such backup: it was started anew, or another was asked for");
        }
    }

    private void BeginBackup(long token)
    {
        if (_stateMachine is not ISnapshotStateMachine machine)
        {
            throw new NotSupportedException("the state machine cannot be written out");
        }

        if (_settings.SnapshotDirectory.Length == 0)
        {
            throw new NotSupportedException("akka-raft.snapshot-directory is not set, where a backup is written first");
        }

        _backup?.Dispose();
        var self = Self;
        var header = new SnapshotHeader(_settings.ClusterId, _lastApplied, _lastTerm, _configuration);
        _backup = BackupFile.Begin(
            Path.GetFullPath(_settings.SnapshotDirectory),
            token,
            new WriteSnapshot(header, _sessions.Capture(), machine.Capture()),
            () => self.Tell(BackupWritten.Instance, self));
    }

    private void DropBackupOf(long token)
    {
        if (_backup?.Token == token)
        {
            _backup.Dispose();
            _backup = null;
        }
    }

    /// <summary>The backup is written, or has failed.</summary>
    private sealed class BackupWritten
    {
        public static readonly BackupWritten Instance = new();
    }
}
