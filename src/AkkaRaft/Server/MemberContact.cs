using AkkaRaft.Core;

namespace AkkaRaft.Server;

/// <summary>Which members do not answer, as far as this server can tell.</summary>
internal sealed class MemberContact(RaftSettings settings, IServerPort server, PeerDirectory directory)
{
    /// <summary>A member that is unresponsive for so long is not only being restarted.</summary>
    private static readonly TimeSpan LostAfter = TimeSpan.FromMinutes(1);

    /// <summary>Members that do not answer now. A follower asks the members for nothing, so it knows of none.</summary>
    public IReadOnlyList<ServerId> Unresponsive() => server.Role == RaftRole.Follower
        ? []
        : directory.UnresponsiveSince(server.Now - (2 * settings.Protocol.ElectionTimeoutMax), server.Configuration);

    /// <summary>Members that have not answered for long. A leader knows nothing of the time before its leadership.</summary>
    public IReadOnlyList<ServerId> Lost() => server.Role == RaftRole.Leader && server.Now - server.RoleSince >= LostAfter
        ? directory.UnresponsiveSince(server.Now - LostAfter, server.Configuration)
        : [];
}
