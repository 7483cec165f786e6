namespace AkkaRaft.Core;

/// <summary>
/// The versions of what servers say to each other. Each says with every message which it speaks; a cluster works at the lowest of its
/// members.
/// </summary>
public static class ProtocolVersion
{
    /// <summary>Elections, replication and linearizable reads at the leader.</summary>
    public const int First = 1;

    /// <summary>Snapshots, changes of members, leadership transfer, reads at followers, sessions and replicated time.</summary>
    public const int Second = 2;

    /// <summary>The key-value store's values are any bytes, and large ones; servers tell of their starts.</summary>
    public const int Third = 3;

    /// <summary>The version that this server speaks.</summary>
    public const int Latest = Third;
}
