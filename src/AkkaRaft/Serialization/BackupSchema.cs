using AkkaRaft.Backups;
using Google.Protobuf;

namespace AkkaRaft.Serialization;

/// <summary>Turns what is said of backups into its schema and back.</summary>
internal static class BackupSchema
{
    public static IMessage Write(BackupQuery query) => query is ReadBackup read
        ? new Proto.BackupQuery { Token = read.Token, Offset = read.Offset, Length = read.Length }
        : new Proto.BackupQuery { Token = query.Token };

    public static IMessage Write(BackupTaken taken) => new Proto.BackupTaken
    {
        LastIncludedIndex = taken.LastIncludedIndex.Value,
        LastIncludedTerm = taken.LastIncludedTerm.Value,
        SizeBytes = taken.SizeBytes,
        Checksum = taken.Checksum,
    };

    public static IMessage Write(BackupPart part) => new Proto.BackupPart { Data = UnsafeByteOperations.UnsafeWrap(part.Data) };

    public static TakeBackup ReadTake(Proto.BackupQuery query) => new(query.Token);

    public static ReadBackup ReadRead(Proto.BackupQuery query) =>
        new(query.Token, Checked.Number(query.Offset), (int)Checked.Number(query.Length));

    public static DropBackup ReadDrop(Proto.BackupQuery query) => new(query.Token);

    public static BackupTaken Read(Proto.BackupTaken taken) => new(
        Checked.Index(taken.LastIncludedIndex), Checked.Term(taken.LastIncludedTerm), Checked.Number(taken.SizeBytes), taken.Checksum);

    public static BackupPart Read(Proto.BackupPart part) => new(part.Data.Memory);
}
