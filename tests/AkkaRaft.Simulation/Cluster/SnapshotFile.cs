using System.Security.Cryptography;
using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>A snapshot's file on a simulated disk.</summary>
internal sealed class SnapshotFile(SnapshotMetadata snapshot, byte[] content)
{
    private bool? _isWhole;

    public SnapshotMetadata Snapshot { get; } = snapshot;

    /// <summary>All its bytes are there, and are those that were written.</summary>
    public bool IsWhole => _isWhole ??= content.Length == Snapshot.SizeBytes && ChecksumOf(content) == Snapshot.Checksum;

    public byte[] Content => content;

    public static string ChecksumOf(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    public bool Is(SnapshotMetadata other) =>
        Snapshot.LastIncludedIndex == other.LastIncludedIndex && Snapshot.Checksum == other.Checksum;

    public ReadOnlyMemory<byte> Read(long offset, int length) => content.AsMemory((int)offset, length);

    public void FlipBit(SimulationRandom random)
    {
        // A copy: what was read before is what it was.
        content = [.. content];
        content[random.Below(content.Length)] ^= (byte)(1 << random.Below(8));
        _isWhole = null;
    }
}
