using System.Security.Cryptography;
using AkkaRaft.Core;

namespace AkkaRaft.Backups;

/// <summary>Has one server write a backup, and reads it in parts.</summary>
/// <param name="client">Carries the requests.</param>
/// <param name="contactPoint">The server.</param>
internal sealed class BackupDownload(RaftClient client, string contactPoint)
{
    private const int BackupPartBytes = 48 * 1024;
    private const int BackupPartsInFlight = 8;

    /// <summary>Writes the backup to a stream; each part goes into the checksum that is compared at the end.</summary>
    public async Task<BackupSummary> WriteToAsync(Stream target, CancellationToken cancellationToken)
    {
        var token = Random.Shared.NextInt64();
        var taken = await TakeBackupAsync(token, cancellationToken).ConfigureAwait(false);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var parts = new Queue<Task<BackupPart>>();
        var asked = 0L;
        while (asked < taken.SizeBytes || parts.Count > 0)
        {
            while (asked < taken.SizeBytes && parts.Count < BackupPartsInFlight)
            {
                var length = (int)Math.Min(BackupPartBytes, taken.SizeBytes - asked);
                parts.Enqueue(AskServerAsync<BackupPart>(new ReadBackup(token, asked, length), cancellationToken));
                asked += length;
            }

            var part = await parts.Dequeue().ConfigureAwait(false);
            hash.AppendData(part.Data.Span);
            await target.WriteAsync(part.Data, cancellationToken).ConfigureAwait(false);
        }

        await AskServerAsync<object?>(new DropBackup(token), cancellationToken).ConfigureAwait(false);
        var checksum = Convert.ToHexStringLower(hash.GetHashAndReset());
        return checksum == taken.Checksum
            ? new BackupSummary(taken.LastIncludedIndex, taken.LastIncludedTerm, taken.SizeBytes, checksum)
            : throw new InvalidDataException($"The backup has come with the SHA-256 {checksum} instead of {taken.Checksum}.");
    }

    /// <summary>Has the backup begun, and asks again until it is written, however long that takes.</summary>
    private async Task<BackupTaken> TakeBackupAsync(long token, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await client.QueryAsync<BackupTaken>(
                    new TakeBackup(token), Consistency.LinearizableLocal, contactPoint, cancellationToken).ConfigureAwait(false);
            }
            catch (QueryFailedException failure) when (failure.TimedOut)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    private Task<T> AskServerAsync<T>(object query, CancellationToken cancellationToken) =>
        client.QueryAsync<T>(query, Consistency.AtIndex(LogIndex.Zero), contactPoint, cancellationToken);
}
