using AkkaRaft.Core;
using AkkaRaft.Serialization;

namespace AkkaRaft.Server;

/// <summary>A message between servers, with the name of the cluster that both must belong to.</summary>
internal sealed record PeerMessage(string ClusterId, RaftMessage Message) : IRaftWireMessage
{
    /// <summary>Names the sender's data directory; 0 when it has no name.</summary>
    public long Incarnation { get; init; }

    /// <summary>Names the sender's start; 0 from a version that knows of none.</summary>
    public long Start { get; init; }

    /// <summary>Whether the sender has asked the addressee several times and hears nothing of it.</summary>
    public bool IsUnheard { get; init; }

    /// <summary>The latest version of the protocol that the sender speaks; the first one did not say.</summary>
    public int Version { get; init; } = ProtocolVersion.First;
}
