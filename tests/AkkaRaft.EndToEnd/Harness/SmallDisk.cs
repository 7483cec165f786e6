using System.Diagnostics;

namespace AkkaRaft.EndToEnd.Harness;

/// <summary>
/// A disk that a test can fill: one of its own in memory where mounting is allowed; elsewhere the disk of the temporary folder, which
/// then counts as full while it still has a lot of room.
/// </summary>
internal sealed class SmallDisk : IDisposable
{
    private const long Mebibyte = 1024 * 1024;
    private const long SizeBytes = 96 * Mebibyte;
    private readonly TemporaryFolder _folder = new();
    private string Filler => System.IO.Path.Combine(_folder.Path, "filler");

    public SmallDisk()
    {
        IsItsOwn = OperatingSystem.IsLinux() && Run("mount", "-t", "tmpfs", "-o", $"size={SizeBytes}", "akkaraft-test", _folder.Path);
        MinFreeBytes = IsItsOwn ? 8 * Mebibyte : FreeBytes - (512 * Mebibyte);
    }

    /// <summary>The folder on the disk.</summary>
    public string Path => _folder.Path;

    /// <summary>Whether nothing else is on it, so that it can be filled to the last byte.</summary>
    public bool IsItsOwn { get; }

    /// <summary>With less room than this the disk is to count as full.</summary>
    public long MinFreeBytes { get; }

    private long FreeBytes => new DriveInfo(_folder.Path).AvailableFreeSpace;

    /// <summary>Takes room away until so much is left; on a disk of others, a gigabyte.</summary>
    public void Fill(long leaveBytes)
    {
        using var file = new FileStream(Filler, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            PreallocationSize = IsItsOwn ? 0 : 1024 * Mebibyte,
            BufferSize = 0,
        });
        if (IsItsOwn)
        {
            // Others write meanwhile, so that nobody can say how much is left.
            Take(file, leaveBytes == 0 ? long.MaxValue : FreeBytes - leaveBytes);
        }
    }

    /// <summary>Gives the room back.</summary>
    public void Empty() => File.Delete(Filler);

    public void Dispose()
    {
        if (IsItsOwn)
        {
            Run("umount", _folder.Path);
        }

        _folder.Dispose();
    }

    private void Take(FileStream file, long bytes)
    {
        var page = new byte[4096];
        try
        {
            for (; bytes > 0; bytes -= page.Length)
            {
                file.Write(page);
            }
        }
        catch (IOException) when (bytes > FreeBytes)
        {
            // There is no room left, as was wanted.
        }
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
