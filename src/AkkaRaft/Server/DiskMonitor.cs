using Akka.Actor;
using AkkaRaft.Core;

namespace AkkaRaft.Server;

/// <summary>Notices a full disk before the journal does: the server then takes no entries, and goes on with all else.</summary>
/// <param name="disk">The disk, or null when none is monitored.</param>
/// <param name="server">The core.</param>
/// <param name="log">Takes the lines.</param>
internal sealed class DiskMonitor(DiskSpace? disk, IServerPort server, RaftServerLogger log)
{
    public bool IsFull { get; private set; }

    /// <summary>Measures the free space; the result comes as a <see cref="DiskLook"/>.</summary>
    public void Measure() => disk?.LookAsync().PipeTo(server.Self);

    public void OnMeasured(DiskLook look)
    {
        var isFull = disk!.IsFull(look, IsFull);
        if (isFull != IsFull)
        {
            IsFull = isFull;
            log.DiskSpaceChanged(server.CurrentTerm, isFull, disk.Describe(look));
            server.Step(new DiskSpaceChanged(server.Now, isFull));
        }

        server.StartTimer(MeasureDisk.Instance, MeasureDisk.Instance, DiskSpace.Interval);
    }
}

/// <summary>The disk's free space is to be measured again.</summary>
internal sealed class MeasureDisk
{
    public static readonly MeasureDisk Instance = new();
}
