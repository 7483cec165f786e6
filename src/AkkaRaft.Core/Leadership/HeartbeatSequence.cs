namespace AkkaRaft.Core;

/// <summary>
/// Numbers what a leader sends. It never starts again within an incarnation, so that no reply to an earlier leadership counts in a later
/// one.
/// </summary>
internal sealed class HeartbeatSequence
{
    /// <summary>The latest number.</summary>
    public long Current { get; private set; }

    /// <summary>A number that no request has had yet.</summary>
    public long Next() => ++Current;
}
