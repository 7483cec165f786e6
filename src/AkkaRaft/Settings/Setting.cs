using System.Globalization;

namespace AkkaRaft;

/// <summary>A key of <c>reference.conf</c>, and which values it takes.</summary>
/// <param name="Key">The key below <c>akka-raft</c>.</param>
internal abstract record Setting(string Key)
{
    /// <summary>The key's full path.</summary>
    public string Path => "akka-raft." + Key;

    /// <summary>What a message says of a value that is none.</summary>
    public abstract string Expected { get; }

    /// <summary>The values, for a table.</summary>
    public abstract string Values { get; }

    /// <summary>What else must be true of the value, in words; empty where nothing must.</summary>
    public string Beyond { get; init; } = "";
}

/// <summary>A duration.</summary>
internal sealed record TimeSetting(string Key, TimeSpan Least, TimeSpan Most) : Setting(Key)
{
    public override string Expected => $"a duration from {InWords(Least)} to {InWords(Most)} is expected, such as 150ms or 5s";

    public override string Values => $"{InWords(Least)} to {InWords(Most)}";

    private static string InWords(TimeSpan time) =>
        time.TotalDays >= 1 ? $"{time.TotalDays.ToString(CultureInfo.InvariantCulture)}d" : SettingsReader.InWords(time);
}

/// <summary>A whole number.</summary>
internal sealed record NumberSetting(string Key, int Least, int Most = int.MaxValue) : Setting(Key)
{
    public override string Expected => $"a whole number from {Values} is expected";

    public override string Values => string.Create(CultureInfo.InvariantCulture, $"{Least} to {Most}");
}

/// <summary>A number that may have a fraction, from 0.</summary>
internal sealed record FractionSetting(string Key, double Most) : Setting(Key)
{
    public override string Expected => $"a number from {Values} is expected";

    public override string Values => string.Create(CultureInfo.InvariantCulture, $"0 to {Most}");
}

/// <summary>A number of bytes.</summary>
internal sealed record SizeSetting(string Key, long Least, long Most) : Setting(Key)
{
    /// <summary>Whether <c>auto</c> stands for a size that follows from others.</summary>
    public bool HasAuto { get; init; }

    public override string Expected => $"{(HasAuto ? "auto, or " : "")}a size from {Range} is expected, such as 64KiB";

    public override string Values => HasAuto ? $"auto, or {Range}" : Range;

    private string Range => $"{InWords(Least)} to {InWords(Most)}";

    private static string InWords(long bytes)
    {
        string[] units = ["B", "KiB", "MiB", "GiB", "TiB"];
        var unit = 0;
        while (bytes >= 1024 && bytes % 1024 == 0 && unit < units.Length - 1)
        {
            bytes /= 1024;
            unit++;
        }

        return bytes == 0 ? "0" : string.Create(CultureInfo.InvariantCulture, $"{bytes}{units[unit]}");
    }
}

/// <summary>On or off.</summary>
internal sealed record SwitchSetting(string Key) : Setting(Key)
{
    public override string Expected => "on or off is expected";

    public override string Values => "on, off";
}

/// <summary>A text, or a list of members.</summary>
/// <param name="Key">The key below <c>akka-raft</c>.</param>
/// <param name="What">What the text is.</param>
internal sealed record TextSetting(string Key, string What) : Setting(Key)
{
    public override string Expected => $"{What} is expected";

    public override string Values => What;
}
