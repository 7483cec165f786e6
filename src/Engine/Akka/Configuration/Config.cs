using System.Diagnostics.CodeAnalysis;
using Akka.Configuration.Hocon;
using Hocon.Parsing;

namespace Akka.Configuration;

/// <summary>
/// Values by path. What is not found here is looked for in the fallback, then in its fallback; objects that several of them have
/// act as one.
/// </summary>
public class Config
{
    public static readonly Config Empty = ConfigurationFactory.Empty;

    public Config()
        : this(new HoconRoot(new HoconValue([new HoconObject()])))
    {
    }

    public Config(HoconRoot root)
    {
        Root = root.Value ?? throw new ArgumentNullException(nameof(root));
        Substitutions = root.Substitutions;
    }

    public Config(Config source, Config? fallback)
    {
        ArgumentNullException.ThrowIfNull(source);
        Root = source.Root;
        Substitutions = source.Substitutions;
        Fallback = fallback;
    }

    public Config? Fallback { get; private set; }

    public virtual bool IsEmpty => Root.IsEmpty && (Fallback?.IsEmpty ?? true);

    /// <summary>The values of this configuration alone.</summary>
    public virtual HoconValue Root { get; }

    public IEnumerable<HoconSubstitution> Substitutions { get; set; }

    public virtual bool GetBoolean(string path, bool @default = false) => GetValue(path)?.GetBoolean() ?? @default;

    public virtual long? GetByteSize(string path) => GetByteSize(path, null);

    public virtual long? GetByteSize(string path, long? def = null) => GetValue(path)?.GetByteSize() ?? def;

    public virtual int GetInt(string path, int @default = 0) => Read(path, v => v.GetInt(), @default);

    public virtual long GetLong(string path, long @default = 0) => Read(path, v => v.GetLong(), @default);

    [return: NotNullIfNotNull(nameof(@default))]
    public virtual string? GetString(string path, string? @default = null) => GetValue(path)?.GetString() ?? @default;

    public virtual float GetFloat(string path, float @default = 0) => Read(path, v => v.GetFloat(), @default);

    public virtual decimal GetDecimal(string path, decimal @default = 0) => Read(path, v => v.GetDecimal(), @default);

    public virtual double GetDouble(string path, double @default = 0) => Read(path, v => v.GetDouble(), @default);

    public virtual TimeSpan GetTimeSpan(string path, TimeSpan? @default = null, bool allowInfinite = true) =>
        Read(path, v => v.GetTimeSpan(allowInfinite), @default ?? TimeSpan.Zero);

    public virtual IList<bool> GetBooleanList(string path) => GetValue(path)?.GetBooleanList() ?? [];

    public virtual IList<decimal> GetDecimalList(string path) => GetValue(path)?.GetDecimalList() ?? [];

    public virtual IList<float> GetFloatList(string path) => GetValue(path)?.GetFloatList() ?? [];

    public virtual IList<double> GetDoubleList(string path) => GetValue(path)?.GetDoubleList() ?? [];

    public virtual IList<int> GetIntList(string path) => GetValue(path)?.GetIntList() ?? [];

    public virtual IList<long> GetLongList(string path) => GetValue(path)?.GetLongList() ?? [];

    public virtual IList<byte> GetByteList(string path) => GetValue(path)?.GetByteList() ?? [];

    public virtual IList<string> GetStringList(string path) => GetValue(path)?.GetStringList() ?? [];

    public virtual IList<string> GetStringList(string path, string[] defaultPaths) => GetValue(path)?.GetStringList() ?? defaultPaths;

    /// <summary>The section at a path, with the fallbacks' sections as its fallbacks; empty if there is none.</summary>
    public virtual Config GetConfig(string path)
    {
        var keys = PathText.Split(path);
        var sections = Chain().Select(c => c.Find(keys)).OfType<HoconValue>().Select(v => new Config(new HoconRoot(v))).ToList();
        return sections.Count == 0 ? Empty : sections.Aggregate((upper, lower) => upper.WithFallback(lower));
    }

    /// <summary>The value at a path in the first of the fallbacks that has one, or null; an object with what those behind it add.</summary>
    public HoconValue? GetValue(string path)
    {
        var keys = PathText.Split(path);
        HoconValue? upper = null;
        foreach (var value in Chain().Select(config => config.Find(keys)).OfType<HoconValue>())
        {
            if (value.GetObject() is not { } lower)
                return upper ?? value;
            upper = upper?.GetObject() is { } fields ? new HoconValue([fields.Over(lower)]) : value;
        }

        return upper;
    }

    public virtual bool HasPath(string path)
    {
        var keys = PathText.Split(path);
        return Chain().Any(config => config.Find(keys) is not null);
    }

    /// <summary>A copy that looks in <paramref name="fallback"/> when nothing else has a path.</summary>
    public virtual Config WithFallback(Config? fallback)
    {
        if (ReferenceEquals(fallback, this))
            throw new ArgumentException("A configuration cannot be its own fallback", nameof(fallback));
        return fallback is null ? this : Copy(fallback);
    }

    public virtual IEnumerable<KeyValuePair<string, HoconValue>> AsEnumerable()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return Chain().SelectMany(c => c.Root.GetObject()?.Items ?? []).Where(item => seen.Add(item.Key));
    }

    public static Config operator +(Config config, string fallback) => config.WithFallback(ConfigurationFactory.ParseString(fallback));

    public static Config operator +(string configHocon, Config fallbackConfig) =>
        ConfigurationFactory.ParseString(configHocon).WithFallback(fallbackConfig);

    public static implicit operator Config(string str) => ConfigurationFactory.ParseString(str);

    public override string ToString() => ToString(includeFallback: false);

    /// <summary>HOCON that reads back as these values, with or without those of the fallbacks.</summary>
    public string ToString(bool includeFallback)
    {
        var node = HoconTree.ToNode(Root);
        foreach (var config in includeFallback ? Chain().Skip(1) : [])
        {
            if (node is ObjectNode upper && HoconTree.ToNode(config.Root) is ObjectNode lower)
                node = ObjectNode.Merge(upper, lower);
        }

        return HoconWriter.WriteRoot(node, 2);
    }

    protected Config Copy(Config? fallback = null) => new(this, Fallback is null ? fallback : Fallback.Copy(fallback));

    private IEnumerable<Config> Chain()
    {
        for (var config = this; config is not null; config = config.Fallback)
            yield return config;
    }

    private HoconValue? Find(string[] keys)
    {
        var value = Root;
        foreach (var key in keys)
        {
            if (value?.GetChildObject(key) is not { } child)
                return null;
            value = child;
        }

        return value;
    }

    private T Read<T>(string path, Func<HoconValue, T> read, T @default) => GetValue(path) is { } value ? read(value) : @default;
}
