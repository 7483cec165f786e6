using System.Globalization;

namespace Hocon.Parsing;

/// <summary>Numbers, durations, sizes and truth values as HOCON writes them.</summary>
internal static class HoconUnits
{
    private static readonly Dictionary<string, double> TicksOfUnit = Units(
        (1e-2, "ns nano nanos nanosecond nanoseconds"),
        (10, "us micro micros microsecond microseconds"),
        (TimeSpan.TicksPerMillisecond, " ms milli millis millisecond milliseconds"),
        (TimeSpan.TicksPerSecond, "s second seconds"),
        (TimeSpan.TicksPerMinute, "m minute minutes"),
        (TimeSpan.TicksPerHour, "h hour hours"),
        (TimeSpan.TicksPerDay, "d day days"));

    private static readonly Dictionary<string, double> BytesOfUnit = SizeUnits();

    /// <summary>A number without a unit is of milliseconds; "infinite" is <see cref="Timeout.InfiniteTimeSpan"/>.</summary>
    public static bool TryDuration(string text, bool allowInfinite, out TimeSpan duration)
    {
        duration = default;
        if (text == "infinite")
        {
            duration = Timeout.InfiniteTimeSpan;
            return allowInfinite;
        }

        if (!TrySplit(text, out var number, out var unit) || !TicksOfUnit.TryGetValue(unit, out var ticks))
            return false;
        var exact = Math.Round(number * ticks);
        if (!(Math.Abs(exact) < long.MaxValue))
            return false;
        duration = TimeSpan.FromTicks((long)exact);
        return true;
    }

    public static bool TryByteSize(string text, out long bytes)
    {
        bytes = 0;
        // Long numbers keep all their digits only as integers.
        if (TryLong(text, out bytes))
            return true;
        if (!TrySplit(text, out var number, out var unit) || !BytesOfUnit.TryGetValue(unit, out var factor))
            return false;
        var exact = Math.Round(number * factor);
        if (!(Math.Abs(exact) < long.MaxValue))
            return false;
        bytes = (long)exact;
        return true;
    }

    public static bool TryBoolean(string text, out bool value)
    {
        value = text is "on" or "true" or "yes";
        return value || text is "off" or "false" or "no";
    }

    /// <summary>Decimal, 0x for hexadecimal, a leading 0 for octal.</summary>
    public static bool TryLong(string text, out long value)
    {
        var digits = text.AsSpan().Trim();
        var negative = digits is ['-', ..];
        if (digits is ['-' or '+', ..])
            digits = digits[1..];
        value = 0;
        if (digits is ['0', 'x' or 'X', ..])
        {
            if (!long.TryParse(digits[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value))
                return false;
        }
        else if (digits is ['0', _, ..])
        {
            if (!TryOctal(digits, out value))
                return false;
        }
        else
        {
            return long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out value);
        }

        value = negative ? -value : value;
        return true;
    }

    public static bool TryDouble(string text, out double value)
    {
        value = text.Trim() switch
        {
            "Infinity" or "+Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            "NaN" => double.NaN,
            _ => 0,
        };
        if (value != 0 || double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value))
            return true;
        var whole = TryLong(text, out var integer);
        value = integer;
        return whole;
    }

    private static bool TryOctal(ReadOnlySpan<char> digits, out long value)
    {
        value = 0;
        foreach (var digit in digits)
        {
            if (digit is < '0' or > '7' || value > long.MaxValue >> 3)
                return false;
            value = (value << 3) | (uint)(digit - '0');
        }

        return true;
    }

    private static bool TrySplit(string text, out double number, out string unit)
    {
        var trimmed = text.Trim();
        var end = trimmed.Length;
        while (end > 0 && char.IsAsciiLetter(trimmed[end - 1]))
            end--;
        unit = trimmed[end..];
        return double.TryParse(trimmed.AsSpan(0, end).Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out number)
            && double.IsFinite(number);
    }

    private static Dictionary<string, double> Units(params (double Factor, string Names)[] units) => units
        .SelectMany(u => u.Names.Split(' ').Select(name => (name, u.Factor)))
        .ToDictionary(u => u.name, u => u.Factor, StringComparer.Ordinal);

    private static Dictionary<string, double> SizeUnits()
    {
        var units = Units((1, " b B byte bytes"));
        string[] decimals = ["kilo", "mega", "giga", "tera", "peta", "exa"];
        string[] binaries = ["kibi", "mebi", "gibi", "tebi", "pebi", "exbi"];
        const string letters = "KMGTPE";
        for (var i = 0; i < letters.Length; i++)
        {
            var (letter, ten, two) = (letters[i], Math.Pow(1000, i + 1), Math.Pow(1024, i + 1));
            string[] powersOfTwo =
            [
                $"{letter}", $"{char.ToLowerInvariant(letter)}", $"{letter}i", $"{letter}iB", $"{binaries[i]}byte", $"{binaries[i]}bytes",
            ];
            string[] powersOfTen = [$"{(i == 0 ? 'k' : letter)}B", $"{decimals[i]}byte", $"{decimals[i]}bytes"];
            foreach (var name in powersOfTwo)
                units[name] = two;
            foreach (var name in powersOfTen)
                units[name] = ten;
        }

        // The size of a kilobyte is often written with a capital letter, though only the small one is SI's.
        units["KB"] = 1000;
        return units;
    }
}
