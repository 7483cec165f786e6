using System.Diagnostics.CodeAnalysis;
using Akka.Util;

namespace Akka.Actor;

/// <summary>Where an actor system is reached: protocol, system name and, when it is remote, host and port.</summary>
public sealed class Address : IEquatable<Address>, IComparable<Address>, IComparable, ISurrogated, ICloneable
{
    public static readonly Address AllSystems = new("akka", "all-systems");
    public static readonly IComparer<Address> Comparer = global::System.Collections.Generic.Comparer<Address>.Create(Compare);

    private string? _text;

    public Address(string protocol, string system, string? host = null, int? port = null)
    {
        Protocol = protocol;
        System = system;
        Host = host?.ToLowerInvariant();
        Port = port;
    }

    public string Protocol { get; }

    public string System { get; }

    public string? Host { get; }

    public int? Port { get; }

    public bool HasLocalScope => string.IsNullOrEmpty(Host);

    public bool HasGlobalScope => !string.IsNullOrEmpty(Host);

    public Address WithProtocol(string protocol) => new(protocol, System, Host, Port);

    public Address WithSystem(string system) => new(Protocol, system, Host, Port);

    public Address WithHost(string? host = null) => new(Protocol, System, host, Port);

    public Address WithPort(int? port = null) => new(Protocol, System, Host, port);

    public string HostPort() => ToString()[(Protocol.Length + 3)..];

    public object Clone() => new Address(Protocol, System, Host, Port);

    public int CompareTo(Address? other) => Compare(this, other);

    int IComparable.CompareTo(object? obj) => obj is Address other
        ? CompareTo(other)
        : throw new ArgumentException($"Cannot compare {nameof(Address)} with {obj?.GetType().ToString() ?? "null"}", nameof(obj));

    public bool Equals(Address? other) =>
        ReferenceEquals(this, other)
        || (other is not null && Port == other.Port && Host == other.Host && System == other.System && Protocol == other.Protocol);

    public override bool Equals(object? obj) => Equals(obj as Address);

    public override int GetHashCode() => HashCode.Combine(Protocol, System, Host, Port);

    public override string ToString()
    {
        if (_text is { } text)
            return text;
        text = $"{Protocol}://{System}";
        if (!string.IsNullOrEmpty(Host))
            text += "@" + Host;
        if (Port is { } port)
            text += ":" + port;
        return _text = text;
    }

    public ISurrogate ToSurrogate(ActorSystem system) =>
        new AddressSurrogate { Protocol = Protocol, System = System, Host = Host, Port = Port };

    public static bool operator ==(Address? left, Address? right) => left is null ? right is null : left.Equals(right);

    public static bool operator !=(Address? left, Address? right) => !(left == right);

    /// <exception cref="UriFormatException">The text is no address.</exception>
    public static Address Parse(string address) => TryParse(address.AsSpan(), out var parsed)
        ? parsed
        : throw new UriFormatException($"Failed to parse [{address}] as an address");

    public static bool TryParse(string path, [NotNullWhen(true)] out Address? address) => TryParse(path.AsSpan(), out address);

    public static bool TryParse(string path, [NotNullWhen(true)] out Address? address, out string absolutUri)
    {
        var parsed = TryParse(path.AsSpan(), out address, out var rest);
        absolutUri = rest.ToString();
        return parsed;
    }

    public static bool TryParse(ReadOnlySpan<char> span, [NotNullWhen(true)] out Address? address) =>
        TryParse(span, out address, out _);

    /// <param name="span">An address, or a path that begins with one.</param>
    /// <param name="address">The address, if there is one.</param>
    /// <param name="absolutUri">What follows the address, with its leading slash.</param>
    public static bool TryParse(
        ReadOnlySpan<char> span, [NotNullWhen(true)] out Address? address, out ReadOnlySpan<char> absolutUri)
    {
        address = null;
        absolutUri = default;
        if (!ActorPath.TryParseParts(span, out var authority, out absolutUri))
            return false;
        var separator = authority.IndexOf("://", StringComparison.Ordinal);
        var protocol = authority[..separator];
        var rest = authority[(separator + 3)..];
        var scheme = protocol.ToString().ToLowerInvariant();
        if (!Uri.CheckSchemeName(scheme) || rest.IsEmpty)
            return false;

        var at = rest.IndexOf('@');
        if (at < 0)
        {
            var colon = rest.IndexOf(':');
            if (colon < 0)
                address = new Address(scheme, rest.ToString());
            else if (int.TryParse(rest[(colon + 1)..], out var portOnly))
                address = new Address(scheme, rest[..colon].ToString(), null, portOnly);
            return address is not null;
        }

        return TryParseHostPort(rest[(at + 1)..], out var host, out var port) && at > 0
            && (address = new Address(scheme, rest[..at].ToString(), host, port)) is not null;
    }

    private static bool TryParseHostPort(ReadOnlySpan<char> text, out string host, out int port)
    {
        host = "";
        port = 0;
        // The last colon, and outside of brackets: an IPv6 host is full of colons.
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || text.LastIndexOf(']') > colon || !int.TryParse(text[(colon + 1)..], out port))
            return false;
        host = text[..colon].ToString();
        return port is >= 0 and <= 65535;
    }

    private static int Compare(Address? a, Address? b)
    {
        if (ReferenceEquals(a, b))
            return 0;
        if (a is null || b is null)
            return a is null ? -1 : 1;
        var byText = string.CompareOrdinal(a.Protocol, b.Protocol);
        if (byText == 0)
            byText = string.CompareOrdinal(a.System, b.System);
        if (byText == 0)
            byText = string.CompareOrdinal(a.Host ?? "", b.Host ?? "");
        return byText != 0 ? byText : (a.Port ?? 0).CompareTo(b.Port ?? 0);
    }

    public sealed class AddressSurrogate : ISurrogate
    {
        public string Protocol { get; set; } = "";

        public string System { get; set; } = "";

        public string? Host { get; set; }

        public int? Port { get; set; }

        public ISurrogated FromSurrogate(ActorSystem system) => new Address(Protocol, System, Host, Port);
    }
}
