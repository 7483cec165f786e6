using System.Diagnostics.CodeAnalysis;
using System.Text;
using Akka.Util;

namespace Akka.Actor;

/// <summary>
/// The place of an actor in the tree of its system. Two paths are equal when they name the same place, whichever incarnation
/// (<see cref="Uid"/>) lives there.
/// </summary>
public abstract class ActorPath : IEquatable<ActorPath>, IComparable<ActorPath>, ISurrogated
{
    public const string ValidSymbols = @"""-_.*$+:@&=,!~';""()";

    private readonly ActorPath? _parent;
    private readonly int _depth;

    protected ActorPath(Address address, string name)
    {
        Address = address;
        Name = name;
    }

    protected ActorPath(ActorPath parentPath, string name, long uid)
    {
        _parent = parentPath;
        _depth = parentPath._depth + 1;
        Address = parentPath.Address;
        Name = name;
        Uid = uid;
    }

    public Address Address { get; }

    public string Name { get; }

    public long Uid { get; }

    public int Depth => _depth;

    public ActorPath Parent => _parent ?? this;

    public ActorPath Root => ParentOf(0);

    public IReadOnlyList<string> Elements => NamesFromRoot(withUid: false);

    /// <summary>The names down to this path; the last one bears the uid, so that a selection meets this incarnation only.</summary>
    internal IReadOnlyList<string> ElementsWithUid => NamesFromRoot(withUid: true);

    public ActorPath Child(string childName) => this / childName;

    /// <param name="depth">From the root when not negative, else so many steps up from here.</param>
    public ActorPath ParentOf(int depth)
    {
        var current = this;
        var target = depth >= 0 ? depth : Math.Max(0, _depth + depth);
        while (current._depth > target)
            current = current._parent!;
        return current;
    }

    public ActorPath WithUid(long uid)
    {
        if (uid == Uid)
            return this;
        return _parent is null
            ? uid == 0 ? this : throw new NotSupportedException("The root path has no uid")
            : new ChildActorPath(_parent, Name, uid);
    }

    public string ToStringWithoutAddress()
    {
        if (_depth == 0)
            return "/";
        var builder = new StringBuilder();
        AppendNames(builder);
        return builder.ToString();
    }

    public string ToStringWithAddress() => ToStringWithAddress(Address);

    /// <summary>An address of its own (a remote one) wins over <paramref name="address"/>.</summary>
    public string ToStringWithAddress(Address address)
    {
        var authority = string.IsNullOrEmpty(Address.Host) ? address : Address;
        if (_depth == 0)
            return authority + "/";
        var builder = new StringBuilder(authority.ToString());
        AppendNames(builder);
        return builder.ToString();
    }

    public string ToStringWithUid() => WithFragment(ToStringWithAddress());

    public string ToSerializationFormat() => ToStringWithUid();

    public string ToSerializationFormatWithAddress(Address address) => WithFragment(ToStringWithAddress(address));

    public override string ToString() => ToStringWithAddress();

    public bool Equals(ActorPath? other)
    {
        if (ReferenceEquals(this, other))
            return true;
        if (other is null || _depth != other._depth || !Address.Equals(other.Address))
            return false;
        ActorPath? a = this, b = other;
        while (a is not null && !ReferenceEquals(a, b))
        {
            if (a.Name != b!.Name)
                return false;
            a = a._parent;
            b = b._parent;
        }

        return true;
    }

    public override bool Equals(object? obj) => Equals(obj as ActorPath);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add(Address);
        for (var path = this; path._parent is not null; path = path._parent)
            hash.Add(path.Name);
        return hash.ToHashCode();
    }

    public int CompareTo(ActorPath? other)
    {
        if (other is null)
            return 1;
        var byAddress = Address.CompareTo(other.Address);
        if (byAddress != 0)
            return byAddress;
        IReadOnlyList<string> mine = Elements, theirs = other.Elements;
        for (var i = 0; i < Math.Min(mine.Count, theirs.Count); i++)
        {
            var byName = string.CompareOrdinal(mine[i], theirs[i]);
            if (byName != 0)
                return byName;
        }

        return mine.Count.CompareTo(theirs.Count);
    }

    public ISurrogate ToSurrogate(ActorSystem system) => new Surrogate(ToSerializationFormat());

    public static bool operator ==(ActorPath? left, ActorPath? right) => left is null ? right is null : left.Equals(right);

    public static bool operator !=(ActorPath? left, ActorPath? right) => !(left == right);

    public static ActorPath operator /(ActorPath path, string name)
    {
        var (plain, uid) = ActorCell.GetNameAndUid(name);
        return new ChildActorPath(path, plain, uid);
    }

    public static ActorPath operator /(ActorPath path, IEnumerable<string> name) =>
        name.Aggregate(path, (parent, element) => string.IsNullOrEmpty(element) ? parent : parent / element);

    /// <exception cref="UriFormatException">The text is no whole path.</exception>
    public static ActorPath Parse(string path) => TryParse(path, out var parsed)
        ? parsed
        : throw new UriFormatException($"Can not parse an ActorPath: {path}");

    public static bool TryParse(string path, [NotNullWhen(true)] out ActorPath? actorPath)
    {
        actorPath = null;
        return TryParseAddress(path, out var address, out var rest) && (address.Port is null || address.HasGlobalScope)
            && TryParse(new RootActorPath(address), rest, out actorPath);
    }

    public static bool TryParse(ActorPath basePath, string absoluteUri, [NotNullWhen(true)] out ActorPath? actorPath) =>
        TryParse(basePath, absoluteUri.AsSpan(), out actorPath);

    public static bool TryParse(ActorPath basePath, ReadOnlySpan<char> absoluteUri, [NotNullWhen(true)] out ActorPath? actorPath)
    {
        var current = basePath;
        var rest = absoluteUri;
        while (!rest.IsEmpty)
        {
            if (rest[0] == '/')
                rest = rest[1..];
            var slash = rest.IndexOf('/');
            var element = slash < 0 ? rest : rest[..slash];
            rest = slash < 0 ? default : rest[slash..];
            if (element.IsEmpty)
                continue;
            var hash = element.IndexOf('#');
            long uid = 0;
            if (hash >= 0)
            {
                // Only the last element may name an incarnation.
                if (!rest.Trim('/').IsEmpty || !long.TryParse(element[(hash + 1)..], out uid))
                {
                    actorPath = null;
                    return false;
                }

                element = element[..hash];
            }

            current = new ChildActorPath(current, element.ToString(), uid);
        }

        actorPath = current;
        return true;
    }

    public static bool TryParseAddress(string path, [NotNullWhen(true)] out Address? address) =>
        TryParseAddress(path, out address, out _);

    public static bool TryParseAddress(string path, [NotNullWhen(true)] out Address? address, out ReadOnlySpan<char> absoluteUri) =>
        Address.TryParse(path.AsSpan(), out address, out absoluteUri);

    /// <summary>Cuts a whole path behind its address; the path part begins with a slash and is "/" where there is none.</summary>
    public static bool TryParseParts(ReadOnlySpan<char> path, out ReadOnlySpan<char> address, out ReadOnlySpan<char> absoluteUri)
    {
        address = default;
        absoluteUri = "/";
        var scheme = path.IndexOf("://", StringComparison.Ordinal);
        if (scheme <= 0)
            return false;
        var slash = path[(scheme + 3)..].IndexOf('/');
        if (slash < 0)
        {
            address = path;
            return true;
        }

        address = path[..(scheme + 3 + slash)];
        absoluteUri = path[(scheme + 3 + slash)..];
        return true;
    }

    public static string FormatPathElements(IEnumerable<string> pathElements) => "/" + string.Join("/", pathElements);

    public static bool IsValidPathElement(string s)
    {
        if (string.IsNullOrEmpty(s) || s[0] == '$')
            return false;
        for (var i = 0; i < s.Length; i++)
        {
            var c = s[i];
            if (char.IsAsciiLetterOrDigit(c) || (c != '"' && ValidSymbols.Contains(c)))
                continue;
            if (c != '%' || i + 2 >= s.Length || !char.IsAsciiHexDigit(s[i + 1]) || !char.IsAsciiHexDigit(s[i + 2]))
                return false;
            i += 2;
        }

        return true;
    }

    private string[] NamesFromRoot(bool withUid)
    {
        var names = new string[_depth];
        var path = this;
        for (var i = _depth - 1; i >= 0; i--)
        {
            names[i] = path.Name;
            path = path._parent!;
        }

        if (withUid && _depth > 0 && Uid != ActorCell.UndefinedUid)
            names[^1] = WithFragment(Name);
        return names;
    }

    private void AppendNames(StringBuilder builder)
    {
        if (_parent is null)
            return;
        _parent.AppendNames(builder);
        builder.Append('/').Append(Name);
    }

    private string WithFragment(string text) => Uid == ActorCell.UndefinedUid ? text : text + "#" + Uid;

    public sealed class Surrogate : ISurrogate, IEquatable<Surrogate>, IEquatable<ActorPath>
    {
        public Surrogate(string path) => Path = path;

        public string Path { get; }

        public ISurrogated FromSurrogate(ActorSystem system) => Parse(Path);

        public bool Equals(Surrogate? other) => other is not null && Path == other.Path;

        public bool Equals(ActorPath? other) => other is not null && TryParse(Path, out var path) && path.Equals(other);

        public override bool Equals(object? obj) => obj is ActorPath path ? Equals(path) : Equals(obj as Surrogate);

        public override int GetHashCode() => Path.GetHashCode(StringComparison.Ordinal);
    }
}

public sealed class RootActorPath : ActorPath
{
    public RootActorPath(Address address, string name = "")
        : base(address, name)
    {
    }
}

public sealed class ChildActorPath : ActorPath
{
    public ChildActorPath(ActorPath parentPath, string name, long uid)
        : base(parentPath, name, uid)
    {
    }
}

public static class RelativeActorPath
{
    /// <summary>The elements of a relative path; null when the text is no path.</summary>
    public static IEnumerable<string>? Unapply(string addr)
    {
        if (!Uri.TryCreate(addr, UriKind.RelativeOrAbsolute, out var uri) || (uri.IsAbsoluteUri && !addr.StartsWith('/')))
            return null;
        var hash = addr.LastIndexOf('#');
        var path = hash < 0 ? addr : addr[..hash];
        var elements = path.Split('/');
        if (hash >= 0)
            elements[^1] += addr[hash..];
        return elements;
    }
}
