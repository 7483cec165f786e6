using System.Diagnostics;

namespace AkkaRaft.Server;

/// <summary>
/// Places between a node's effects where a test may have the process killed, as by SIGKILL. A build with the constant <c>CRASH_POINTS</c>
/// (Debug has it) reads the environment variable <c>AKKARAFT_CRASH_AT</c>, such as <c>after-persist:17</c> for the 17th time that a
/// process comes by there, or <c>any:17</c> for the 17th point of whatever name. Other builds have neither the calls nor the variable.
/// </summary>
internal static class CrashPoint
{
    public const string BeforePersist = "before-persist";
    public const string AfterPersist = "after-persist";
    public const string BeforeSend = "before-send";
    public const string AfterSend = "after-send";
    public const string BeforeApply = "before-apply";
    public const string AfterApply = "after-apply";
    public const string AfterAnswer = "after-answer";
    public const string BeforeWrite = "before-write";
    public const string AfterWrite = "after-write";
    public const string AfterRename = "after-rename";
    public const string BeforeSnapshotWrite = "before-snapshot-write";
    public const string InSnapshotWrite = "in-snapshot-write";
    public const string AfterSnapshotWrite = "after-snapshot-write";
    public const string BeforeSnapshotRename = "before-snapshot-rename";
    public const string AfterSnapshotRename = "after-snapshot-rename";
    public const string AfterSnapshotSync = "after-snapshot-sync";
    public const string BeforeSnapshotDelete = "before-snapshot-delete";
    public const string AfterSnapshotDelete = "after-snapshot-delete";
    public const string BeforeJournalTrim = "before-journal-trim";
    public const string AfterJournalTrim = "after-journal-trim";
    public const string BeforeRestore = "before-restore";
    public const string AfterRestore = "after-restore";

#if CRASH_POINTS
    private static readonly (string Point, long Occasion)? Ordered = Read(Environment.GetEnvironmentVariable("AKKARAFT_CRASH_AT"));
    private static long _passed;
#endif

    /// <summary>The process comes by a point, and may go no further.</summary>
    [Conditional("CRASH_POINTS")]
    public static void Reached(string point)
    {
#if CRASH_POINTS
        if (Ordered is { } ordered && (ordered.Point == "any" || ordered.Point == point)
            && Interlocked.Increment(ref _passed) == ordered.Occasion)
        {
            using var self = Process.GetCurrentProcess();
            self.Kill();
        }
#endif
    }

#if CRASH_POINTS
    private static (string Point, long Occasion)? Read(string? text) =>
        text?.Split(':') is [var point, var occasion] && long.TryParse(occasion, out var number) ? (point, number) : null;
#endif
}
