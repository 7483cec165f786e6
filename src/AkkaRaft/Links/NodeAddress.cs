using System.Net;
using Akka.Actor;

namespace AkkaRaft.Links;

/// <summary>
/// One name for each node. To Akka.Remote each spelling of an address is another node, and one message to a node by a second name
/// (<c>localhost</c> beside <c>127.0.0.1</c>, another system's name) cuts the association by the first for good.
/// </summary>
internal static class NodeAddress
{
    private const string Loopback = "127.0.0.1";

    /// <summary>A path with its host spelt as servers spell theirs.</summary>
    public static string Normal(string path)
    {
        if (!ActorPath.TryParse(path, out var parsed) || parsed.Address is not { HasGlobalScope: true, Host: { } host } address)
        {
            return path;
        }

        var normal = address.WithHost(NormalHost(host)).ToString();
        return normal + path[address.ToString().Length..];
    }

    /// <summary>Why a server must not be known by a host's name as it is spelt, or null when it may.</summary>
    public static string? WhyNotNormal(string host) =>
        NormalHost(host) is var normal && normal == host ? null : $"'{host}' is to be written '{normal}': a node has one name, spelt in one way";

    /// <summary>Whether two addresses lead to one place by different names.</summary>
    public static bool IsAlias(Address one, Address other) =>
        one != other && one.Port is not null && one.Port == other.Port && one.Host is { } host && other.Host is { } otherHost
        && NormalHost(host) == NormalHost(otherHost);

    private static string NormalHost(string host)
    {
        var bare = host.Trim('[', ']').TrimEnd('.').ToLowerInvariant();
        return bare is "localhost" or "localhost.localdomain" ? Loopback
            : IPAddress.TryParse(bare, out var ip) ? (host.StartsWith('[') ? $"[{ip}]" : ip.ToString())
            : bare;
    }
}
