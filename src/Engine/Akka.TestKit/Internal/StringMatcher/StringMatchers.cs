using System.Text.RegularExpressions;
using Akka.Actor;

namespace Akka.TestKit.Internal.StringMatcher;

public interface IStringMatcher
{
    bool IsMatch(string s);
}

public class MatchesAll : IStringMatcher
{
    private MatchesAll()
    {
    }

    public static IStringMatcher Instance { get; } = new MatchesAll();

    public bool IsMatch(string s) => true;

    public override string ToString() => "";
}

public class EqualsString(string s) : IStringMatcher
{
    public bool IsMatch(string s1) => string.Equals(s, s1, StringComparison.OrdinalIgnoreCase);

    public override string ToString() => $"== \"{s}\"";
}

public class StartsWithString(string start) : IStringMatcher
{
    public bool IsMatch(string s) => s.StartsWith(start, StringComparison.OrdinalIgnoreCase);

    public override string ToString() => $"starts with \"{start}\"";
}

public class ContainsString(string part) : IStringMatcher
{
    public bool IsMatch(string s) => s.Contains(part, StringComparison.OrdinalIgnoreCase);

    public override string ToString() => $"contains \"{part}\"";
}

public class RegexMatcher(Regex regex) : IStringMatcher
{
    public bool IsMatch(string s) => regex.IsMatch(s);

    public override string ToString() => $"matches regex \"{regex}\"";
}

public class PredicateMatcher(Predicate<string> predicate, string hint = "") : IStringMatcher
{
    public bool IsMatch(string s) => predicate(s);

    public override string ToString() => $"matches predicate {hint}";
}

/// <summary>Equal texts, or the path of an actor that may be given without its address and without /user.</summary>
public class EqualsStringAndPathMatcher(string s, bool canBeRelativePath = true) : IStringMatcher
{
    public bool IsMatch(string path)
    {
        if (string.Equals(s, path, StringComparison.OrdinalIgnoreCase)) return true;
        if (!canBeRelativePath || !ActorPath.TryParse(path, out var actorPath)) return false;

        var withoutAddress = actorPath.ToStringWithoutAddress();
        return Equal(s, withoutAddress)
            || Equal("/" + s, withoutAddress)
            || Equal("/user/" + s.TrimStart('/'), withoutAddress);
    }

    public override string ToString() => $"== \"{s}\"";

    private static bool Equal(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
