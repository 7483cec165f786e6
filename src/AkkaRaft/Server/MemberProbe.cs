using AkkaRaft.Core;
using AkkaRaft.Serialization;

namespace AkkaRaft.Server;

/// <summary>Asks the server at an address what it is, before it becomes a member.</summary>
/// <param name="Number">The asker's own; the answer repeats it.</param>
internal sealed record MemberProbe(long Number) : IRaftWireMessage;

/// <summary>Answers a <see cref="MemberProbe"/>.</summary>
/// <param name="Number">The probe's number.</param>
/// <param name="ClusterId">The cluster that the server belongs to, or wants to.</param>
/// <param name="Server">Its name.</param>
internal sealed record MemberProbeAnswer(long Number, string ClusterId, ServerId Server) : IRaftWireMessage
{
    /// <summary>Names its data directory; 0 where that has no name, or the server does not run.</summary>
    public long Incarnation { get; init; }

    /// <summary>The latest version of the protocol that it speaks.</summary>
    public int Version { get; init; } = ProtocolVersion.First;

    /// <summary>Its last entry; 0 when its log is empty.</summary>
    public LogIndex LastLogIndex { get; init; }

    /// <summary>Whether it knows of no member and waits to be added to a cluster.</summary>
    public bool IsWaiting { get; init; }

    /// <summary>Why it does not run, or null when it does.</summary>
    public string? Down { get; init; }
}
