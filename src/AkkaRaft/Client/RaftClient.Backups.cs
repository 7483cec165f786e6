using System.Security.Cryptography;
using AkkaRaft.Backups;
using AkkaRaft.Core;

namespace AkkaRaft;

// Backups of a running cluster.
public sealed partial class RaftClient
{
    private const int BackupPartBytes = 48 * 1024;
    private const int BackupPartsInFlight = 8;

    /// <summary>
    /// Writes out the state machine's state as of one index, which is not ahead of any command that was committed before. One server does
    /// the work, and the cluster goes on.
    /// </summary>
    /// <param name="target">Takes the bytes, which are those of a snapshot's file.</param>
    /// <param name="contactPoint">The server that does the work; best one that does not lead.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="QueryFailedException">The server does not answer, or cannot do it; what was written is of no use.</exception>
    /// <exception cref="InvalidDataException">What came is not what the server wrote.</exception>
    public async Task<BackupSummary> BackupAsync(Stream target, string contactPoint, CancellationToken cancellationToken = default)
    {
        var token = Random.Shared.NextInt64();
        var taken = await TakeBackupAsync(token, contactPoint, cancellationToken).ConfigureAwait(false);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var parts = new Queue<Task<BackupPart>>();
        var asked = 0L;
        while (asked < taken.SizeBytes || parts.Count > 0)
        {
            while (asked < taken.SizeBytes && parts.Count < BackupPartsInFlight)
            {
                var length = (int)Math.Min(BackupPartBytes, taken.SizeBytes - asked);
                parts.Enqueue(AskServerAsync<BackupPart>(new ReadBackup(token, asked, length), contactPoint, cancellationToken));
                asked += length;
            }

            var part = await parts.Dequeue().ConfigureAwait(false);
            hash.AppendData(part.Data.Span);
            await target.WriteAsync(part.Data, cancellationToken).ConfigureAwait(false);
        }

        await AskServerAsync<object?>(new DropBackup(token), contactPoint, cancellationToken).ConfigureAwait(false);
        var checksum = Convert.ToHexStringLower(hash.GetHashAndReset());
        return checksum == taken.Checksum
            ? new BackupSummary(taken.LastIncludedIndex, taken.LastIncludedTerm, taken.SizeBytes, checksum)
            : throw new InvalidDataException($"The backup has come with the SHA-256 {checksum} instead of {taken.Checksum}.");
    }

    /// <summary>Has the backup begun, and asks again until it is written, however long that takes.</summary>
    private async Task<BackupTaken> TakeBackupAsync(long token, string contactPoint, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await QueryAsync<BackupTaken>(
                    new TakeBackup(token), Consistency.LinearizableLocal, contactPoint, cancellationToken).ConfigureAwait(false);
            }
            catch (QueryFailedException failure) when (failure.TimedOut)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    private Task<T> AskServerAsync<T>(object query, string contactPoint, CancellationToken cancellationToken) =>
        QueryAsync<T>(query, Consistency.AtIndex(LogIndex.Zero), contactPoint, cancellationToken);
}
