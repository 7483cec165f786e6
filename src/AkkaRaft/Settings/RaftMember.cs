using AkkaRaft.Core;

namespace AkkaRaft;

/// <summary>A member of the cluster and where it is reached.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Address">
/// The address of its actor system (<c>akka.tcp://system@host:port</c>), or the path of the actor that <see cref="Raft"/> started there.
/// </param>
public sealed record RaftMember(ServerId Id, string Address)
{
    /// <summary>The path of the actor that clients talk to.</summary>
    internal string ContactPath =>
        Address.Contains("/user/", StringComparison.Ordinal) ? Address.TrimEnd('/') : Address.TrimEnd('/') + "/user/raft";

    /// <summary>The path of the server's own actor, which its peers talk to.</summary>
    internal string ServerPath => ContactPath + "/server";
}
