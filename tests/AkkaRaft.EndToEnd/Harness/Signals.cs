using System.ComponentModel;
using System.Runtime.InteropServices;

namespace AkkaRaft.EndToEnd.Harness;

/// <summary>The signals that .NET has no method for.</summary>
internal static class Signals
{
    private static int Stop => OperatingSystem.IsMacOS() ? 17 : 19;

    private static int Continue => OperatingSystem.IsMacOS() ? 19 : 18;

    private const int InterruptNumber = 2;

    /// <summary>Asks a process to end, as Ctrl-C does (SIGINT).</summary>
    public static void Interrupt(int process) => Send(process, InterruptNumber);

    /// <summary>Stops a process where it stands (SIGSTOP).</summary>
    public static void Pause(int process) => Send(process, Stop);

    /// <summary>Lets a stopped process go on (SIGCONT).</summary>
    public static void Resume(int process) => Send(process, Continue);

    private static void Send(int process, int signal)
    {
        if (Kill(process, signal) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"Signal {signal} to process {process}");
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Kill(int process, int signal);
}
