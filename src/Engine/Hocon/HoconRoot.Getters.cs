using System.Diagnostics.CodeAnalysis;

namespace Hocon;

/// <summary>
/// Values as what they are wanted for. Without a default, a path that is missing is a <see cref="HoconValueException"/>; a value
/// of another kind always is.
/// </summary>
public partial class HoconRoot
{
    public virtual HoconValue GetValue(string path) => GetValue(HoconPath.Parse(path));

    public virtual HoconValue GetValue(HoconPath path) => WrapWithValueException(path, () => GetNode(path));

    public virtual bool TryGetValue(string path, [MaybeNullWhen(false)] out HoconValue result) => TryGetNode(path, out result);

    public virtual bool TryGetValue(HoconPath path, [MaybeNullWhen(false)] out HoconValue result) => TryGetNode(path, out result);

    public virtual HoconObject GetObject(string path) => Read(path, v => v.GetObject());

    public virtual HoconObject? GetObject(string path, HoconObject? @default) => Read(path, v => v.GetObject(), @default);

    public virtual HoconObject GetObject(HoconPath path) => Read(path, v => v.GetObject());

    public virtual HoconObject? GetObject(HoconPath path, HoconObject? @default = null) => Read(path, v => v.GetObject(), @default);

    public virtual string? GetString(string path) => Read(path, v => v.GetString());

    public virtual string? GetString(string path, string? @default) => Read(path, v => v.GetString(), @default);

    public virtual string? GetString(HoconPath path) => Read(path, v => v.GetString());

    public virtual string? GetString(HoconPath path, string? @default) => Read(path, v => v.GetString(), @default);

    public virtual bool GetBoolean(string path) => Read(path, v => v.GetBoolean());

    public virtual bool GetBoolean(string path, bool @default) => Read(path, v => v.GetBoolean(), @default);

    public virtual bool GetBoolean(HoconPath path) => Read(path, v => v.GetBoolean());

    public virtual bool GetBoolean(HoconPath path, bool @default) => Read(path, v => v.GetBoolean(), @default);

    public virtual long? GetByteSize(string path) => Read(path, v => v.GetByteSize());

    public virtual long? GetByteSize(string path, long? @default) => Read(path, v => v.GetByteSize(), @default);

    public virtual long? GetByteSize(HoconPath path) => Read(path, v => v.GetByteSize());

    public virtual long? GetByteSize(HoconPath path, long? @default) => Read(path, v => v.GetByteSize(), @default);

    public virtual int GetInt(string path) => Read(path, v => v.GetInt());

    public virtual int GetInt(string path, int @default) => Read(path, v => v.GetInt(), @default);

    public virtual int GetInt(HoconPath path) => Read(path, v => v.GetInt());

    public virtual int GetInt(HoconPath path, int @default) => Read(path, v => v.GetInt(), @default);

    public virtual long GetLong(string path) => Read(path, v => v.GetLong());

    public virtual long GetLong(string path, long @default) => Read(path, v => v.GetLong(), @default);

    public virtual long GetLong(HoconPath path) => Read(path, v => v.GetLong());

    public virtual long GetLong(HoconPath path, long @default = 0) => Read(path, v => v.GetLong(), @default);

    public virtual byte GetByte(string path) => Read(path, v => v.GetByte());

    public virtual byte GetByte(string path, byte @default) => Read(path, v => v.GetByte(), @default);

    public virtual byte GetByte(HoconPath path) => Read(path, v => v.GetByte());

    public virtual byte GetByte(HoconPath path, byte @default = 0) => Read(path, v => v.GetByte(), @default);

    public virtual float GetFloat(string path) => Read(path, v => v.GetFloat());

    public virtual float GetFloat(string path, float @default) => Read(path, v => v.GetFloat(), @default);

    public virtual float GetFloat(HoconPath path) => Read(path, v => v.GetFloat());

    public virtual float GetFloat(HoconPath path, float @default = 0) => Read(path, v => v.GetFloat(), @default);

    public virtual decimal GetDecimal(string path) => Read(path, v => v.GetDecimal());

    public virtual decimal GetDecimal(string path, decimal @default) => Read(path, v => v.GetDecimal(), @default);

    public virtual decimal GetDecimal(HoconPath path) => Read(path, v => v.GetDecimal());

    public virtual decimal GetDecimal(HoconPath path, decimal @default) => Read(path, v => v.GetDecimal(), @default);

    public virtual double GetDouble(string path) => Read(path, v => v.GetDouble());

    public virtual double GetDouble(string path, double @default) => Read(path, v => v.GetDouble(), @default);

    public virtual double GetDouble(HoconPath path) => Read(path, v => v.GetDouble());

    public virtual double GetDouble(HoconPath path, double @default) => Read(path, v => v.GetDouble(), @default);

    public virtual IList<bool> GetBooleanList(string path) => Read(path, v => v.GetBooleanList());

    public virtual IList<bool> GetBooleanList(string path, IList<bool> @default) => Read(path, v => v.GetBooleanList(), @default);

    public virtual IList<bool> GetBooleanList(HoconPath path) => Read(path, v => v.GetBooleanList());

    public virtual IList<bool> GetBooleanList(HoconPath path, IList<bool> @default) => Read(path, v => v.GetBooleanList(), @default);

    public virtual IList<decimal> GetDecimalList(string path) => Read(path, v => v.GetDecimalList());

    public virtual IList<decimal> GetDecimalList(string path, IList<decimal> @default) => Read(path, v => v.GetDecimalList(), @default);

    public virtual IList<decimal> GetDecimalList(HoconPath path) => Read(path, v => v.GetDecimalList());

    public virtual IList<decimal> GetDecimalList(HoconPath path, IList<decimal> @default) => Read(path, v => v.GetDecimalList(), @default);

    public virtual IList<float> GetFloatList(string path) => Read(path, v => v.GetFloatList());

    public virtual IList<float> GetFloatList(string path, IList<float> @default) => Read(path, v => v.GetFloatList(), @default);

    public virtual IList<float> GetFloatList(HoconPath path) => Read(path, v => v.GetFloatList());

    public virtual IList<float> GetFloatList(HoconPath path, IList<float> @default) => Read(path, v => v.GetFloatList(), @default);

    public virtual IList<double> GetDoubleList(string path) => Read(path, v => v.GetDoubleList());

    public virtual IList<double> GetDoubleList(string path, IList<double> @default) => Read(path, v => v.GetDoubleList(), @default);

    public virtual IList<double> GetDoubleList(HoconPath path) => Read(path, v => v.GetDoubleList());

    public virtual IList<double> GetDoubleList(HoconPath path, IList<double> @default) => Read(path, v => v.GetDoubleList(), @default);

    public virtual IList<int> GetIntList(string path) => Read(path, v => v.GetIntList());

    public virtual IList<int> GetIntList(string path, IList<int> @default) => Read(path, v => v.GetIntList(), @default);

    public virtual IList<int> GetIntList(HoconPath path) => Read(path, v => v.GetIntList());

    public virtual IList<int> GetIntList(HoconPath path, IList<int> @default) => Read(path, v => v.GetIntList(), @default);

    public virtual IList<long> GetLongList(string path) => Read(path, v => v.GetLongList());

    public virtual IList<long> GetLongList(string path, IList<long> @default) => Read(path, v => v.GetLongList(), @default);

    public virtual IList<long> GetLongList(HoconPath path) => Read(path, v => v.GetLongList());

    public virtual IList<long> GetLongList(HoconPath path, IList<long> @default) => Read(path, v => v.GetLongList(), @default);

    public virtual IList<byte> GetByteList(string path) => Read(path, v => v.GetByteList());

    public virtual IList<byte> GetByteList(string path, IList<byte> @default) => Read(path, v => v.GetByteList(), @default);

    public virtual IList<byte> GetByteList(HoconPath path) => Read(path, v => v.GetByteList());

    public virtual IList<byte> GetByteList(HoconPath path, IList<byte> @default) => Read(path, v => v.GetByteList(), @default);

    public virtual IList<string> GetStringList(string path) => Read(path, v => v.GetStringList());

    public virtual IList<string> GetStringList(string path, IList<string> @default) => Read(path, v => v.GetStringList(), @default);

    public virtual IList<string> GetStringList(HoconPath path) => Read(path, v => v.GetStringList());

    public virtual IList<string> GetStringList(HoconPath path, IList<string> @default) => Read(path, v => v.GetStringList(), @default);

    public virtual IList<HoconObject> GetObjectList(string path) => Read(path, v => v.GetObjectList());

    public virtual IList<HoconObject>? GetObjectList(string path, IList<HoconObject>? @default) =>
        Read(path, v => v.GetObjectList(), @default);

    public virtual IList<HoconObject> GetObjectList(HoconPath path) => Read(path, v => v.GetObjectList());

    public virtual IList<HoconObject>? GetObjectList(HoconPath path, IList<HoconObject>? @default = null) =>
        Read(path, v => v.GetObjectList(), @default);

    public virtual TimeSpan GetTimeSpan(string path, bool allowInfinite = true) => Read(path, v => v.GetTimeSpan(allowInfinite));

    public virtual TimeSpan GetTimeSpan(HoconPath path, bool allowInfinite = true) => Read(path, v => v.GetTimeSpan(allowInfinite));

    public virtual TimeSpan GetTimeSpan(string path, TimeSpan? @default, bool allowInfinite = true) =>
        Read(path, v => v.GetTimeSpan(allowInfinite), @default ?? TimeSpan.Zero);

    public virtual TimeSpan GetTimeSpan(HoconPath path, TimeSpan? @default, bool allowInfinite = true) =>
        Read(path, v => v.GetTimeSpan(allowInfinite), @default ?? TimeSpan.Zero);

    public TimeSpan GetMillisDuration(string path, TimeSpan? @default = null, bool allowInfinite = true) =>
        GetTimeSpan(path, @default, allowInfinite);

    public TimeSpan GetMillisDuration(HoconPath path, TimeSpan? @default = null, bool allowInfinite = true) =>
        GetTimeSpan(path, @default, allowInfinite);

    private T Read<T>(string path, Func<HoconValue, T> read) => Read(HoconPath.Parse(path), read);

    private T Read<T>(string path, Func<HoconValue, T> read, T @default) => Read(HoconPath.Parse(path), read, @default);

    private T Read<T>(HoconPath path, Func<HoconValue, T> read) => WrapWithValueException(path, () => read(GetNode(path)));

    private T Read<T>(HoconPath path, Func<HoconValue, T> read, T @default) =>
        TryGetNode(path, out var value) ? WrapWithValueException(path, () => read(value)) : @default;
}
