using AkkaRaft.Core;

namespace AkkaRaft.Node.KeyValue;

/// <summary>Command: makes a lease. Answered with <see cref="LeaseGranted"/>.</summary>
/// <param name="TimeToLive">
/// For how long, in replicated time, which never runs ahead of real time. It is held within a second and a year.
/// </param>
/// <param name="Id">
/// The lease's id: positive, and drawn at random by who asks, so that it means no other lease in whatever history of the cluster. 0, as in logs
/// from before ids were drawn: the revision of the command.
/// </param>
public sealed record GrantLease(TimeSpan TimeToLive, long Id = 0) : IKeyValueMessage, IVersionedCommand
{
    /// <inheritdoc />
    public int RequiredVersion => ProtocolVersion.Second;
}

/// <summary>Command: lets a lease live for its time from now on. Answered with <see cref="LeaseRenewed"/>.</summary>
/// <param name="Id">The lease.</param>
public sealed record KeepLeaseAlive(long Id) : IKeyValueMessage, IVersionedCommand
{
    /// <inheritdoc />
    public int RequiredVersion => ProtocolVersion.Second;
}

/// <summary>Command: ends a lease and removes its keys. Answered with <see cref="LeaseRevoked"/>.</summary>
/// <param name="Id">The lease.</param>
public sealed record RevokeLease(long Id) : IKeyValueMessage, IVersionedCommand
{
    /// <inheritdoc />
    public int RequiredVersion => ProtocolVersion.Second;
}

/// <summary>Query: asks for a lease. Answered with <see cref="LeaseRead"/>.</summary>
/// <param name="Id">The lease.</param>
public sealed record GetLease(long Id) : IKeyValueMessage;

/// <summary>Answers <see cref="GrantLease"/>.</summary>
/// <param name="Id">The lease, or 0 where the id was taken and nothing was granted.</param>
/// <param name="TimeToLive">For how long it is granted.</param>
public sealed record LeaseGranted(long Id, TimeSpan TimeToLive) : IKeyValueMessage;

/// <summary>Answers <see cref="KeepLeaseAlive"/>.</summary>
/// <param name="Found">Whether there is such a lease; it may have expired.</param>
/// <param name="TimeToLive">For how long it is granted anew.</param>
public sealed record LeaseRenewed(bool Found, TimeSpan TimeToLive) : IKeyValueMessage;

/// <summary>Answers <see cref="RevokeLease"/>.</summary>
/// <param name="Found">Whether there was such a lease.</param>
/// <param name="RemovedKeys">How many keys went with it.</param>
public sealed record LeaseRevoked(bool Found, int RemovedKeys) : IKeyValueMessage;

/// <summary>Answers <see cref="GetLease"/>.</summary>
/// <param name="Found">Whether there is such a lease.</param>
/// <param name="TimeToLive">For how long it was granted.</param>
/// <param name="Remaining">How much of that is left.</param>
/// <param name="Keys">How many keys go with it.</param>
public sealed record LeaseRead(bool Found, TimeSpan TimeToLive, TimeSpan Remaining, int Keys) : IKeyValueMessage;
