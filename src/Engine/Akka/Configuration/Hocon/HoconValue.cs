using System.Globalization;
using Hocon.Parsing;

namespace Akka.Configuration.Hocon;

/// <summary>The value of a key or an element of an array: a text, an array or an object, or nothing yet.</summary>
public class HoconValue : IMightBeAHoconObject
{
    public HoconValue()
        : this([])
    {
    }

    public HoconValue(List<IHoconElement> values, bool adoptedFromFallback = true) => Values = values;

    public List<IHoconElement> Values { get; }

    public bool IsEmpty => Values.Count == 0 || (Values is [HoconObject { Items.Count: 0 }]);

    public void AppendValue(IHoconElement value) => Values.Add(value);

    public void NewValue(IHoconElement value)
    {
        Values.Clear();
        Values.Add(value);
    }

    public void Clear() => Values.Clear();

    public bool IsObject() => GetObject() is not null;

    public bool IsString() => Values.Count > 0 && Values.TrueForAll(v => v.IsString());

    public bool IsArray() => Values.Count > 0 && Values.TrueForAll(v => v.IsArray());

    public HoconObject? GetObject() => Values is [.., HoconObject last]
        ? last
        : (Values is [.., IMightBeAHoconObject other] && other.IsObject() ? other.GetObject() : null);

    public HoconValue? GetChildObject(string key) => GetObject()?.GetKey(key);

    public string? GetString() => !IsString() ? null
        : Values is [var single] ? single.GetString()
        : string.Concat(Values.Select(v => v.GetString())).Trim();

    /// <summary>An object whose keys are numbers is an array too, in the order of its keys.</summary>
    public IList<HoconValue> GetArray()
    {
        if (IsArray())
            return [.. Values.SelectMany(v => v.GetArray() ?? [])];
        return GetObject() is not { } fields ? []
            : [.. fields.Items
                .Where(i => int.TryParse(i.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _))
                .OrderBy(i => int.Parse(i.Key, CultureInfo.InvariantCulture))
                .Select(i => i.Value)];
    }

    public Config AtKey(string key)
    {
        var parent = new HoconObject();
        parent.Items[key] = this;
        return new Config(new HoconRoot(new HoconValue([parent])));
    }

    public Config ToConfig() => new(new HoconRoot(this));

    public bool GetBoolean() => HoconUnits.TryBoolean(Text, out var value)
        ? value
        : throw new NotSupportedException($"'{Text}' is not a truth value, expected on, off, true, false, yes or no");

    public decimal GetDecimal() => decimal.TryParse(Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
        ? value
        : throw Malformed("a decimal number");

    public double GetDouble() => HoconUnits.TryDouble(Text, out var value) ? value : throw Malformed("a number");

    public float GetFloat() => (float)GetDouble();

    public long GetLong() => HoconUnits.TryLong(Text, out var value) ? value : throw Malformed("an integer");

    public int GetInt() => GetLong() is var value and >= int.MinValue and <= int.MaxValue
        ? (int)value
        : throw new OverflowException($"'{Text}' is beyond an integer of 32 bits");

    public byte GetByte() => GetLong() is var value and >= byte.MinValue and <= byte.MaxValue
        ? (byte)value
        : throw new OverflowException($"'{Text}' is beyond a byte");

    public TimeSpan GetTimeSpan(bool allowInfinite = true) => HoconUnits.TryDuration(Text, allowInfinite, out var value)
        ? value
        : throw Malformed(allowInfinite ? "a duration such as 5s, 100ms or infinite" : "a duration such as 5s or 100ms");

    public long? GetByteSize() => GetString() is null ? null
        : HoconUnits.TryByteSize(Text, out var value) ? value
        : throw Malformed("a size such as 128000b, 64KiB or 1MB");

    public IList<string> GetStringList() => ListOf(v => v.GetString()!);

    public IList<bool> GetBooleanList() => ListOf(v => v.GetBoolean());

    public IList<decimal> GetDecimalList() => ListOf(v => v.GetDecimal());

    public IList<double> GetDoubleList() => ListOf(v => v.GetDouble());

    public IList<float> GetFloatList() => ListOf(v => v.GetFloat());

    public IList<long> GetLongList() => ListOf(v => v.GetLong());

    public IList<int> GetIntList() => ListOf(v => v.GetInt());

    public IList<byte> GetByteList() => ListOf(v => v.GetByte());

    public override string ToString() => HoconWriter.Write(HoconTree.ToNode(this), 2);

    private string Text => GetString() ?? "";

    private FormatException Malformed(string expected) => new($"'{Text}' is not {expected}");

    private List<T> ListOf<T>(Func<HoconValue, T> read) => [.. GetArray().Select(read)];
}
