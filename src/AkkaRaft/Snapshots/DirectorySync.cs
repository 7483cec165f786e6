using System.ComponentModel;
using System.Runtime.InteropServices;

namespace AkkaRaft.Snapshots;

/// <summary>
/// Makes the names in a directory durable: without it a renamed file may have its old name after a power loss. Windows does so by itself.
/// </summary>
internal static class DirectorySync
{
    private const int ReadOnly = 0;

    public static void Flush(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Open(directory, ReadOnly);
        if (descriptor < 0)
        {
            throw Failed("opened", directory);
        }

        try
        {
            if (Sync(descriptor) != 0)
            {
                throw Failed("flushed", directory);
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static IOException Failed(string what, string directory)
    {
        var error = new Win32Exception(Marshal.GetLastPInvokeError());
        return new IOException($"The directory {directory} cannot be {what}: {error.Message}", error);
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int Sync(int descriptor);

    [DllImport("libc", EntryPoint = "close")]
    private static extern int Close(int descriptor);
}
