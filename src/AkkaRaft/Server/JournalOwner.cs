using AkkaRaft.Core;
using AkkaRaft.Serialization;

namespace AkkaRaft.Server;

/// <summary>
/// Which server of which cluster a journal belongs to; no other may use it. It is a journal's first event, and is written anew ahead of
/// each trimming, so that a trimmed journal says it too.
/// </summary>
/// <param name="ClusterId">The cluster.</param>
/// <param name="ServerId">The server.</param>
internal sealed record JournalOwner(string ClusterId, ServerId ServerId) : IRaftWireMessage
{
    /// <summary>Names the data directory: drawn when the journal was begun; 0 where that was done in format 1.</summary>
    public long Incarnation { get; init; }

    /// <summary>Records up to this sequence number may be missing. One that is missing behind it was lost.</summary>
    public long TrimmedUpTo { get; init; }
}
