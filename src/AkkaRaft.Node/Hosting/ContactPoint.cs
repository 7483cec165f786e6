using System.Globalization;
using Akka.Actor;

namespace AkkaRaft.Node.Hosting;

/// <summary>Where a node's Raft server is reached.</summary>
internal static class ContactPoint
{
    /// <summary>The name of the program's actor systems; part of every address.</summary>
    public const string SystemName = "akkaraft";

    /// <summary>The nodes of the configuration in <c>hocon/</c>.</summary>
    public static readonly IReadOnlyList<string> Defaults = ["127.0.0.1:4051", "127.0.0.1:4052", "127.0.0.1:4053"];

    /// <summary>A contact point as people write it: <c>host:port</c>.</summary>
    public static string ShortName(string path)
    {
        var address = ActorPath.Parse(path).Address;
        return $"{address.Host}:{address.Port}";
    }

    /// <summary>Whether what is sent to a path goes by TLS.</summary>
    public static bool IsTls(string path) => path.StartsWith("akka.ssl.", StringComparison.Ordinal);

    /// <summary>The address of the program's actor system at a host and port of that host.</summary>
    public static string AddressAt(string host, int port, bool tls) =>
        $"{(tls ? "akka.ssl.tcp" : "akka.tcp")}://{SystemName}@{host}:{port}";

    /// <summary>Reads a contact point as people write it.</summary>
    /// <param name="text"><c>host:port</c>, an actor system's address, or a server's whole path.</param>
    /// <param name="tls">Whether <c>host:port</c> speaks TLS; the others say so themselves.</param>
    /// <returns>The server's path, <c>akka.tcp://system@host:port/user/raft</c>, or <c>akka.ssl.tcp</c> with TLS.</returns>
    /// <exception cref="NodeException">It is none of these.</exception>
    public static string Parse(string text, bool tls = false)
    {
        if (text.StartsWith("akka.tcp://", StringComparison.Ordinal) || text.StartsWith("akka.ssl.tcp://", StringComparison.Ordinal))
        {
            if (ActorPath.TryParse(text, out var path) && path.Address is { Host: { } at, Port: > 0 and <= 65535 } && IsHost(at))
            {
                return path.Elements.Count > 0 && path.Elements[0].Length > 0 ? path.ToString() : $"{path.Address}/user/raft";
            }
        }
        else if (text.LastIndexOf(':') is var colon and > 0
            && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port is > 0 and <= 65535 && IsHost(text[..colon]))
        {
            var host = text[..colon].Contains(':') ? $"[{text[..colon].Trim('[', ']')}]" : text[..colon];
            return $"{AddressAt(host, port, tls)}/user/raft";
        }

        var hint = text.Contains(',') ? " Separate several by spaces, not by commas."
            : text.Contains("://") ? " Leave out what stands ahead of the host."
            : "";
        throw new NodeException(
            $"'{text}' is no contact point. Write host:port, like 127.0.0.1:4051, or akka.tcp://system@host:port/user/raft.{hint}",
            ExitCodes.WrongUse);
    }

    private static bool IsHost(string host) =>
        Uri.CheckHostName(host) is UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6;
}
