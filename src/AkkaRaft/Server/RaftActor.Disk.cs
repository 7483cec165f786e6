using Akka.Actor;
using AkkaRaft.Core;

namespace AkkaRaft.Server;

/// <summary>A full disk is noticed before the journal meets it: the server then takes no entries, and goes on with all else.</summary>
internal sealed partial class RaftActor
{
    private readonly DiskSpace? _disk;
    private bool _diskIsFull;

    private void LookAtDisk()
    {
        if (_disk is { } disk)
        {
            disk.LookAsync().PipeTo(Self);
        }
    }

    private void OnDiskLook(DiskLook look)
    {
        var isFull = _disk!.IsFull(look, _diskIsFull);
        if (isFull != _diskIsFull)
        {
            _diskIsFull = isFull;
            _log.DiskSpaceChanged(CurrentTerm, isFull, _disk.Describe(look));
            Handle(new DiskSpaceChanged(Now, isFull));
        }

        Timers.StartSingleTimer(LookAtDiskAgain.Instance, LookAtDiskAgain.Instance, DiskSpace.Interval);
    }

    private sealed class LookAtDiskAgain
    {
        public static readonly LookAtDiskAgain Instance = new();
    }
}
