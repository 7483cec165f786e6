using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Hocon.Parsing;

namespace Hocon;

/// <summary>The value as what it is wanted for: `Get` throws a <see cref="HoconException"/> if it is something else.</summary>
public partial class HoconValue
{
    private delegate bool Reader<T>(HoconValue value, [MaybeNullWhen(false)] out T result);

    public bool GetBoolean() => TryGetBoolean(out var result) ? result : throw NotA("a truth value: on, off, true, false, yes or no");

    public bool TryGetBoolean(out bool result)
    {
        result = false;
        return TryGetString(out var text) && text is not null && HoconUnits.TryBoolean(text, out result);
    }

    public decimal GetDecimal() => TryGetDecimal(out var result) ? result : throw NotA("a decimal number");

    public bool TryGetDecimal(out decimal result)
    {
        result = 0;
        if (TryGetString(out var text) && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out result))
            return true;
        var isLong = TryGetLong(out var number);
        result = number;
        return isLong;
    }

    public double GetDouble() => TryGetDouble(out var result) ? result : throw NotA("a number");

    public bool TryGetDouble(out double result)
    {
        result = 0;
        return TryGetString(out var text) && text is not null && HoconUnits.TryDouble(text, out result);
    }

    public float GetFloat() => (float)GetDouble();

    public bool TryGetFloat(out float result)
    {
        var isNumber = TryGetDouble(out var number);
        result = (float)number;
        return isNumber;
    }

    public long GetLong() => TryGetLong(out var result) ? result : throw NotA("an integer of 64 bits");

    public bool TryGetLong(out long result)
    {
        result = 0;
        return TryGetString(out var text) && text is not null && HoconUnits.TryLong(text, out result);
    }

    public int GetInt() => TryGetInt(out var result) ? result : throw NotA("an integer of 32 bits");

    public bool TryGetInt(out int result)
    {
        var fits = TryGetLong(out var number) && number is >= int.MinValue and <= int.MaxValue;
        result = fits ? (int)number : 0;
        return fits;
    }

    public byte GetByte() => TryGetByte(out var result) ? result : throw NotA("a byte");

    public bool TryGetByte(out byte result)
    {
        var fits = TryGetLong(out var number) && number is >= byte.MinValue and <= byte.MaxValue;
        result = fits ? (byte)number : (byte)0;
        return fits;
    }

    public long? GetByteSize() => TryGetByteSize(out var result) ? result : throw NotA("a size such as 128000b, 64KiB or 1MB");

    public bool TryGetByteSize(out long? result)
    {
        result = null;
        if (!TryGetString(out var text))
            return false;
        if (string.IsNullOrEmpty(text))
            return true;
        var isSize = HoconUnits.TryByteSize(text, out var bytes);
        result = isSize ? bytes : null;
        return isSize;
    }

    public TimeSpan GetTimeSpan(bool allowInfinite = true) => TryGetTimeSpan(out var result, allowInfinite)
        ? result
        : throw NotA(allowInfinite ? "a duration such as 5s, 100ms or infinite" : "a duration such as 5s or 100ms");

    public TimeSpan GetMillisDuration(bool allowInfinite = true) => GetTimeSpan(allowInfinite);

    public bool TryGetTimeSpan(out TimeSpan result, bool allowInfinite = true)
    {
        result = default;
        return TryGetString(out var text) && text is not null && HoconUnits.TryDuration(text, allowInfinite, out result);
    }

    public IList<string> GetStringList() => List<string>("texts", TryText);

    public bool TryGetStringList([MaybeNullWhen(false)] out IList<string> result) => TryList(TryText, out result);

    public IList<bool> GetBooleanList() => List("truth values", (HoconValue v, out bool r) => v.TryGetBoolean(out r));

    public bool TryGetBooleanList([MaybeNullWhen(false)] out IList<bool> result) =>
        TryList((HoconValue v, out bool r) => v.TryGetBoolean(out r), out result);

    public IList<decimal> GetDecimalList() => List("decimal numbers", (HoconValue v, out decimal r) => v.TryGetDecimal(out r));

    public bool TryGetDecimalList([MaybeNullWhen(false)] out IList<decimal> result) =>
        TryList((HoconValue v, out decimal r) => v.TryGetDecimal(out r), out result);

    public IList<double> GetDoubleList() => List("numbers", (HoconValue v, out double r) => v.TryGetDouble(out r));

    public bool TryGetDoubleList([MaybeNullWhen(false)] out IList<double> result) =>
        TryList((HoconValue v, out double r) => v.TryGetDouble(out r), out result);

    public IList<float> GetFloatList() => List("numbers", (HoconValue v, out float r) => v.TryGetFloat(out r));

    public bool TryGetFloatList([MaybeNullWhen(false)] out IList<float> result) =>
        TryList((HoconValue v, out float r) => v.TryGetFloat(out r), out result);

    public IList<long> GetLongList() => List("integers of 64 bits", (HoconValue v, out long r) => v.TryGetLong(out r));

    public bool TryGetLongList([MaybeNullWhen(false)] out IList<long> result) =>
        TryList((HoconValue v, out long r) => v.TryGetLong(out r), out result);

    public IList<int> GetIntList() => List("integers of 32 bits", (HoconValue v, out int r) => v.TryGetInt(out r));

    public bool TryGetIntList([MaybeNullWhen(false)] out IList<int> result) =>
        TryList((HoconValue v, out int r) => v.TryGetInt(out r), out result);

    public IList<byte> GetByteList() => List("bytes", (HoconValue v, out byte r) => v.TryGetByte(out r));

    public bool TryGetByteList([MaybeNullWhen(false)] out IList<byte> result) =>
        TryList((HoconValue v, out byte r) => v.TryGetByte(out r), out result);

    public IList<HoconObject> GetObjectList() => List<HoconObject>("objects", TryFields);

    public bool TryGetObjectList([MaybeNullWhen(false)] out IList<HoconObject> result) => TryList(TryFields, out result);

    private static bool TryText(HoconValue value, [MaybeNullWhen(false)] out string result)
    {
        var isText = value.TryGetString(out var text);
        result = text;
        return isText;
    }

    private static bool TryFields(HoconValue value, [MaybeNullWhen(false)] out HoconObject result) => value.TryGetObject(out result);

    private IList<T> List<T>(string kind, Reader<T> read) => TryList(read, out var result) ? result : throw NotA($"a list of {kind}");

    private bool TryList<T>(Reader<T> read, [MaybeNullWhen(false)] out IList<T> result)
    {
        result = null;
        if (!TryGetArray(out var elements))
            return false;
        var items = new List<T>(elements.Count);
        foreach (var element in elements)
        {
            if (!read(element, out var item))
                return false;
            items.Add(item);
        }

        result = items;
        return true;
    }
}
