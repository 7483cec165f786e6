using AkkaRaft.Core;

namespace AkkaRaft.KeyValue;

/// <summary>Command: grants a lease. Answered with <see cref="LeaseGranted"/>.</summary>
/// <param name="TimeToLive">
/// The time to live, in replicated time, which is never ahead of real time. The store clamps it to a range of a second to a year.
/// </param>
/// <param name="Id">
/// The lease's id: positive, and drawn at random by the client, so that it names no other lease in any history of the cluster. 0, as in
/// logs of the first formats: the revision of the command.
/// </param>
internal sealed record GrantLease(TimeSpan TimeToLive, long Id = 0) : IKeyValueMessage, IVersionedCommand
{
    /// <inheritdoc />
    public int RequiredVersion => ProtocolVersion.Second;
}

/// <summary>Command: renews a lease for its time to live. Answered with <see cref="LeaseRenewed"/>.</summary>
/// <param name="Id">The lease.</param>
internal sealed record KeepLeaseAlive(long Id) : IKeyValueMessage, IVersionedCommand
{
    /// <inheritdoc />
    public int RequiredVersion => ProtocolVersion.Second;
}

/// <summary>Command: ends a lease and removes its keys. Answered with <see cref="LeaseRevoked"/>.</summary>
/// <param name="Id">The lease.</param>
internal sealed record RevokeLease(long Id) : IKeyValueMessage, IVersionedCommand
{
    /// <inheritdoc />
    public int RequiredVersion => ProtocolVersion.Second;
}

/// <summary>Query: reads a lease. Answered with <see cref="LeaseRead"/>.</summary>
/// <param name="Id">The lease.</param>
internal sealed record GetLease(long Id) : IKeyValueMessage;

/// <summary>Answers <see cref="KeepLeaseAlive"/>.</summary>
/// <param name="Found">Whether the lease exists; it may have expired.</param>
/// <param name="TimeToLive">The time to live from now on.</param>
internal sealed record LeaseRenewed(bool Found, TimeSpan TimeToLive) : IKeyValueMessage;
