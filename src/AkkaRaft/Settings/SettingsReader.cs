using System.Globalization;
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

    public bool Switch(string key) => Read(key, () => Config.GetBoolean(key), SettingsTable.Of<SwitchSetting>(key).Expected);

    public TimeSpan Time(string key)
    {
        var setting = SettingsTable.Of<TimeSetting>(key);
        return Bounded(setting, () => Config.GetTimeSpan(key), setting.Least, setting.Most);
    }

    public int Number(string key)
    {
        var setting = SettingsTable.Of<NumberSetting>(key);
        return Bounded(setting, () => Config.GetInt(key), setting.Least, setting.Most);
    }

    public double Fraction(string key)
    {
        var setting = SettingsTable.Of<FractionSetting>(key);
        return Bounded(setting, () => Config.GetDouble(key), 0, setting.Most);
    }

    public long Size(string key)
    {
        var setting = SettingsTable.Of<SizeSetting>(key);
        return Bounded(setting, () => IsBeyondAll(Config.GetString(key)) ? -1 : Config.GetByteSize(key) ?? -1, setting.Least, setting.Most);
    }

    /// <summary>A size of a key that is not AkkaRaft's, and has no row in the table.</summary>
    public long ForeignSize(string key)
    {
        const string expected = "a size above zero is expected, such as 128000b";
        var value = Read(key, () => Config.GetByteSize(key) ?? 0, expected);
        return value is > 0 and <= int.MaxValue ? value : throw Wrong(key, expected);
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
        return Read(key, ReadMembers, SettingsTable.Of<TextSetting>(key).Expected);

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

    /// <summary>Whether a size is so large that Akka's arithmetic would wrap around, and give a small one.</summary>
    private static bool IsBeyondAll(string? text)
    {
        var number = new string([.. (text ?? "").Trim().TakeWhile(character => char.IsAsciiDigit(character) || character == '.')]);
        var unit = (text ?? "").Trim()[number.Length..].Trim();
        var power = unit.Length == 0 ? 0 : "KMGTPEZY".IndexOf(char.ToUpperInvariant(unit[0]), StringComparison.Ordinal) + 1;
        return double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            && value * Math.Pow(1000, power) > 1e18;
    }

    private T Bounded<T>(Setting setting, Func<T> read, T least, T most)
        where T : IComparable<T>
    {
        var value = Read(setting.Path, read, setting.Expected);
        return value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0 ? value : throw Wrong(setting.Path, setting.Expected);
    }

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
