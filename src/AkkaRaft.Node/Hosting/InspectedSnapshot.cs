using System.Security.Cryptography;
using AkkaRaft.KeyValue;
using AkkaRaft.Snapshots;

namespace AkkaRaft.Node.Hosting;

/// <summary>A snapshot or a backup that was read from end to end.</summary>
/// <param name="Path">The path of its file.</param>
/// <param name="SizeBytes">The size of the file.</param>
/// <param name="Checksum">The SHA-256 of the file.</param>
/// <param name="Header">The header, or null where it cannot be read.</param>
/// <param name="Digest">The digest of the store in it, or null where it cannot be read.</param>
/// <param name="Fault">What is wrong with the file, or null.</param>
internal sealed record InspectedSnapshot(
    string Path, long SizeBytes, string Checksum, SnapshotHeader? Header, string? Digest, string? Fault)
{
    /// <summary>Reads a snapshot or a backup.</summary>
    public static InspectedSnapshot Read(string path)
    {
        SnapshotHeader? header = null;
        var (sizeBytes, checksum) = (0L, "");
        try
        {
            using (var file = SnapshotFolder.OpenToRead(path))
            {
                sizeBytes = file.Length;
                checksum = Convert.ToHexStringLower(SHA256.HashData(file));
            }

            using var source = SnapshotFolder.OpenToRead(path);
            var reader = new SnapshotFileReader(source);
            header = reader.Header;
            var store = new KeyValueStore();
            reader.ReadState(store.Restore);
            return new InspectedSnapshot(path, sizeBytes, checksum, header, store.Digest, null);
        }
        catch (Exception fault)
        {
            // Damaged bytes may cause any exception. Each one is a fault of the file.
            return new InspectedSnapshot(path, sizeBytes, checksum, header, null, fault.Message);
        }
    }
}
