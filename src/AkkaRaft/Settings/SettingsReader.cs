using Akka.Configuration;
using Akka.Configuration.Hocon;
using AkkaRaft.Core;

namespace AkkaRaft;

/// <summary>
/// Reads values and turns whatever is wrong with one into a <see cref="RaftConfigurationException"/> that names its key.
/// </summary>
internal sealed class SettingsReader(Config config)
{
    public Config Config { get; } = config;

    public string Text(string key) => Read(key, () => Config.GetString(key) ?? "", "a text is expected");

    public bool Switch(string key) => Read(key, () => Config.GetBoolean(key), "on or off is expected");

    public TimeSpan PositiveTime(string key)
    {
        const string expected = "a duration above zero is expected, such as 150ms or 5s";
        var value = Read(key, () => Config.GetTimeSpan(key), expected);
        return value > TimeSpan.Zero ? value : throw Wrong(key, expected);
    }

    public int PositiveNumber(string key)
    {
        const string expected = "a whole number above zero is expected";
        var value = Read(key, () => Config.GetInt(key), expected);
        return value > 0 ? value : throw Wrong(key, expected);
    }

    public int Number(string key) => Read(key, () => Config.GetInt(key), "a whole number is expected");

    public double Fraction(string key, double most)
    {
        var expected = FormattableString.Invariant($"a number from 0 to {most} is expected");
        var value = Read(key, () => Config.GetDouble(key), expected);
        return value >= 0 && value <= most ? value : throw Wrong(key, expected);
    }

    public int NumberOrZero(string key)
    {
        const string expected = "a whole number is expected, or 0 for never";
        var value = Read(key, () => Config.GetInt(key), expected);
        return value >= 0 ? value : throw Wrong(key, expected);
    }

    public long SizeOrZero(string key)
    {
        const string expected = "a size is expected, such as 64MiB, or 0 for never";
        var value = Read(key, () => Config.GetByteSize(key) ?? -1, expected);
        return value >= 0 ? value : throw Wrong(key, expected);
    }

    public long PositiveSize(string key, long most)
    {
        const string expected = "a size above zero is expected, such as 64KiB";
        var value = Read(key, () => Config.GetByteSize(key) ?? 0, expected);
        return value > 0 && value <= most ? value : throw Wrong(key, expected);
    }

    public long Size(string key)
    {
        const string expected = "a size of zero or above is expected, such as 64MiB";
        var value = Read(key, () => Config.GetByteSize(key) ?? -1, expected);
        return value >= 0 ? value : throw Wrong(key, expected);
    }

    public void NotBelow(string key, TimeSpan value, string otherKey, TimeSpan other)
    {
        if (value < other)
        {
            throw Wrong(key, $"it must not be below {otherKey}, which is {InWords(other)}");
        }
    }

    /// <summary>Members in either notation, in the order written.</summary>
    public IReadOnlyList<RaftMember> Members(string key)
    {
        const string expected = "{ id = address, ... } or [ { id = ..., address = ... }, ... ] is expected";
        return Read(key, ReadMembers, expected);

        IReadOnlyList<RaftMember> ReadMembers()
        {
            // A list that is set behind an object does not replace it in Akka's configuration: the value is both, and the last counts.
            return Config.GetValue(key)?.Values.LastOrDefault(part => part is HoconObject or HoconArray) switch
            {
                HoconObject members =>
                    [.. members.Items.Select(pair => new RaftMember(new ServerId(pair.Key), pair.Value.GetString() ?? ""))],
                HoconArray list => [.. list.Select(element => element.GetObject())
                    .Select(element => new RaftMember(new ServerId(TextOf(element, "id")), TextOf(element, "address")))],
                _ => throw new FormatException("A text is no list of members."),
            };
        }

        static string TextOf(HoconObject? element, string name) =>
            element?.GetKey(name)?.GetString() ?? throw new FormatException($"A member has no {name}.");
    }

    public RaftConfigurationException Wrong(string key, string expected, Exception? cause = null) => new(key, Raw(key), expected, cause);

    public static string InWords(TimeSpan time) =>
        time.TotalSeconds >= 1 ? $"{time.TotalSeconds:0.###}s" : $"{time.TotalMilliseconds:0.###}ms";

    private T Read<T>(string key, Func<T> read, string expected)
    {
        if (!Config.HasPath(key))
        {
            throw new RaftConfigurationException(key, "missing", expected);
        }

        try
        {
            return read();
        }
        catch (Exception cause) when (cause is not RaftConfigurationException)
        {
            throw Wrong(key, expected, cause);
        }
    }

    private string Raw(string key)
    {
        var value = Config.GetValue(key);
        return value is null ? "missing" : value.IsString() ? $"'{value.GetString()}'" : value.ToString() ?? "";
    }
}
