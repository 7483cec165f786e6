using AkkaRaft.Core;
using AkkaRaft.Serialization;

namespace AkkaRaft.Backups;

/// <summary>A request about a backup: it travels as a query, and is not the state machine's to answer.</summary>
/// <param name="Token">The client's name for the backup; the same in each try.</param>
internal abstract record BackupQuery(long Token) : IRaftWireMessage;

/// <summary>
/// Has the state written out as it is; answered with <see cref="BackupTaken"/> when that is done. It takes the place of the backup before.
/// </summary>
internal sealed record TakeBackup(long Token) : BackupQuery(Token);

/// <summary>Reads a part of a backup; answered with <see cref="BackupPart"/>.</summary>
internal sealed record ReadBackup(long Token, long Offset, int Length) : BackupQuery(Token);

/// <summary>The backup is needed no more.</summary>
internal sealed record DropBackup(long Token) : BackupQuery(Token);

/// <summary>A backup can be read.</summary>
/// <param name="LastIncludedIndex">The last entry whose effect is in it.</param>
/// <param name="LastIncludedTerm">That entry's term.</param>
/// <param name="SizeBytes">The size of the whole.</param>
/// <param name="Checksum">SHA-256 of the whole, in lower-case hexadecimal digits.</param>
internal sealed record BackupTaken(LogIndex LastIncludedIndex, Term LastIncludedTerm, long SizeBytes, string Checksum) : IRaftWireMessage;

/// <summary>A part of a backup.</summary>
internal sealed record BackupPart(ReadOnlyMemory<byte> Data) : IRaftWireMessage;
