namespace AkkaRaft.Server;

/// <summary>The room on the disk that the server writes to.</summary>
/// <param name="directory">A folder on that disk.</param>
/// <param name="minFreeBytes">With less room than this the disk counts as full, so that votes and the like can still be written.</param>
internal sealed class DiskSpace(string directory, long minFreeBytes)
{
    /// <summary>How long between two looks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>The disk that the settings name, or null when none is to be watched.</summary>
    public static DiskSpace? Of(RaftSettings settings) => settings is { MinFreeDiskBytes: > 0, DiskDirectory.Length: > 0 }
        ? new DiskSpace(Path.GetFullPath(settings.DiskDirectory), settings.MinFreeDiskBytes)
        : null;

    /// <summary>Looks how much room there is; off the caller's way, as a disk that has stopped does not answer.</summary>
    public Task<DiskLook> LookAsync() => Task.Run(() =>
    {
        try
        {
            // Elsewhere any folder names its disk.
            var name = OperatingSystem.IsWindows() ? Path.GetPathRoot(directory)! : directory;
            return new DiskLook(new DriveInfo(name).AvailableFreeSpace, null);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new DiskLook(null, failure.Message);
        }
    });

    /// <summary>Whether the disk counts as full. One that did needs a little more room than that, so that it does not flap.</summary>
    public bool IsFull(DiskLook look, bool wasFull) =>
        look.FreeBytes is { } free ? free < (wasFull ? minFreeBytes + (minFreeBytes / 4) : minFreeBytes) : wasFull;

    public string Describe(DiskLook look) => look.FreeBytes is { } free
        ? $"{directory} has {free >> 10} KiB free, and akka-raft.min-free-disk is {minFreeBytes >> 10} KiB"
        : $"{directory} cannot be looked at: {look.Failure}";
}

/// <summary>What a look at the disk gave: how many bytes are free, or why that is not known.</summary>
internal sealed record DiskLook(long? FreeBytes, string? Failure);
