namespace AkkaRaft.Simulation;

/// <summary>What goes wrong.</summary>
internal enum FaultKind
{
    /// <summary>A process is killed and started again later.</summary>
    Crash,

    /// <summary>A process dies between two effects of some step.</summary>
    CrashBetweenEffects,

    /// <summary>A machine loses power.</summary>
    PowerLoss,

    /// <summary>All machines lose power at once.</summary>
    PowerLossEverywhere,

    /// <summary>A process is held, as SIGSTOP does.</summary>
    Pause,

    /// <summary>A clock runs too fast or too slow.</summary>
    ClockDrift,

    /// <summary>A server is cut off from all others.</summary>
    Isolate,

    /// <summary>A server hears and cannot speak, or speaks and cannot hear.</summary>
    OneWay,

    /// <summary>The servers fall into two groups.</summary>
    Partition,

    /// <summary>Some links are cut, in one direction or both.</summary>
    PartialPartition,

    /// <summary>All links lose, double and reorder messages.</summary>
    BadLinks,

    /// <summary>A link is slow.</summary>
    SlowLink,

    /// <summary>A disk is slow.</summary>
    SlowDisk,

    /// <summary>A disk does not answer for a while.</summary>
    DiskStall,

    /// <summary>An fsync fails.</summary>
    FsyncError,

    /// <summary>A disk has no room.</summary>
    DiskFull,

    /// <summary>A bit of a journal flips.</summary>
    BitFlip,

    /// <summary>A disk has so little room that its server takes nothing more.</summary>
    DiskLow,

    /// <summary>Members are added, removed or promoted.</summary>
    ChangeMembers,

    /// <summary>A follower is removed, made anew and added again, while its answers are slow.</summary>
    Replace,

    /// <summary>The lead is to be handed over, and now and then the old leader hears nothing of it.</summary>
    Transfer,

    /// <summary>A disk is lost and an empty one takes its place.</summary>
    Wipe,

    /// <summary>A server of the first version is replaced by one of the latest.</summary>
    Upgrade,

    /// <summary>A snapshot cannot be written.</summary>
    SnapshotFails,

    /// <summary>Requests and answers of clients get lost.</summary>
    ClientLoss,
}

/// <summary>One fault of a run. Whom it hits is drawn, from its own stream, when it begins.</summary>
/// <param name="Number">Its place in the plan, by which a run can be replayed with some faults only.</param>
/// <param name="Kind">What goes wrong.</param>
/// <param name="At">When it begins.</param>
/// <param name="Length">How long it lasts.</param>
/// <param name="Salt">The seed of its stream.</param>
internal sealed record Fault(int Number, FaultKind Kind, long At, long Length, ulong Salt);
