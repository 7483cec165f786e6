using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Akka.Persistence.Snapshot;

/// <summary>Makes the names in a directory durable. Windows does so by itself and has no call for it.</summary>
internal static partial class DirectorySync
{
    private const int ReadOnly = 0;

    public static void Flush(string directory)
    {
        if (OperatingSystem.IsWindows())
            return;

        var descriptor = open(directory, ReadOnly);
        if (descriptor < 0)
            throw Failed("open", directory);

        try
        {
            if (fsync(descriptor) != 0)
                throw Failed("fsync", directory);
        }
        finally
        {
            _ = close(descriptor);
        }
    }

    private static IOException Failed(string call, string directory)
    {
        var error = new Win32Exception(Marshal.GetLastPInvokeError());
        return new IOException($"{call} of the directory '{directory}' failed: {error.Message}", error);
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int descriptor);
}
