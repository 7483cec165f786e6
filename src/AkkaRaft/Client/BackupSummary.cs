using AkkaRaft.Core;

namespace AkkaRaft;

/// <summary>A backup of a cluster's state.</summary>
/// <param name="Index">It holds the effects of all entries up to this one, and of no other.</param>
/// <param name="Term">That entry's term.</param>
/// <param name="SizeBytes">Its size.</param>
/// <param name="Checksum">SHA-256 of all of it, in lower-case hexadecimal digits.</param>
public sealed record BackupSummary(LogIndex Index, Term Term, long SizeBytes, string Checksum);
