namespace AkkaRaft.EndToEnd.PowerLoss;

internal enum FileOperationKind
{
    Create,
    Write,
    Truncate,
    Rename,
    Delete,
    MakeDirectory,
    Sync,
}

/// <summary>What a process did to a file or a directory below its data directory.</summary>
/// <param name="Kind">What.</param>
/// <param name="Path">The file, from the data directory on; empty for that itself.</param>
/// <param name="Began">From then on some of it may be on the disk.</param>
/// <param name="Ended">When the process was told that it is done.</param>
internal sealed record FileOperation(FileOperationKind Kind, string Path, DateTime Began, DateTime Ended)
{
    /// <summary>The new name, of a rename.</summary>
    public string Target { get; init; } = "";

    /// <summary>Where in the file it writes, or the file's new size.</summary>
    public long Offset { get; init; }

    /// <summary>The bytes of a write.</summary>
    public byte[] Data { get; init; } = [];

    /// <summary>The directory that the name is in.</summary>
    public string Folder => System.IO.Path.GetDirectoryName(Path) ?? "";
}
