namespace AkkaRaft.Core;

/// <summary>What a snapshot stands for, and how its file is told from another (Raft paper, section 7).</summary>
/// <param name="LastIncludedIndex">The last entry whose effect is in it.</param>
/// <param name="LastIncludedTerm">That entry's term.</param>
/// <param name="Configuration">The configuration in force at that entry.</param>
/// <param name="SizeBytes">The size of the whole file.</param>
/// <param name="Checksum">SHA-256 of the whole file, in lower-case hexadecimal digits.</param>
public sealed record SnapshotMetadata(
    LogIndex LastIncludedIndex, Term LastIncludedTerm, ClusterConfiguration Configuration, long SizeBytes, string Checksum)
{
    /// <inheritdoc />
    public override string ToString() => $"snapshot {LastIncludedIndex}/{LastIncludedTerm} of {SizeBytes} bytes";
}
