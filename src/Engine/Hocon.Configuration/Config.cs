using System.Runtime.Serialization;

namespace Hocon;

/// <summary>A text's values, laid over those of its fallbacks. No configuration is changed by being laid over another.</summary>
[Serializable]
public class Config : HoconRoot, ISerializable, IEquatable<Config>
{
    private const string SerializedText = "hocon";

    private HoconValue? _merged;

    public Config(HoconRoot root)
        : base(root is Config own ? own._internalValue : root.Value, root.Substitutions)
    {
        if (root is Config config)
            _fallbacks.AddRange(config._fallbacks);
    }

    public Config(HoconRoot root, Config fallback)
        : this(root)
    {
        Append(fallback);
    }

    public Config(SerializationInfo info, StreamingContext context)
        : this(HoconParser.Parse(info.GetString(SerializedText)!))
    {
    }

    protected Config()
        : this(EmptyValue())
    {
    }

    protected Config(HoconValue value)
        : base(value)
    {
    }

    protected Config(HoconValue value, Config fallback)
        : this(value)
    {
        Append(fallback);
    }

    public static Config Empty => new();

    /// <summary>These values and those of the fallbacks as one.</summary>
    public HoconValue Root => Value;

    public override HoconValue Value
    {
        get => _fallbacks.Count == 0 ? _internalValue : _merged ??= Merge();
        protected set => (_internalValue, _merged) = (value, null);
    }

    public virtual IReadOnlyList<HoconValue> Fallbacks => _fallbacks;

    public virtual bool IsEmpty => Value.Type == HoconType.Empty || (Value.TryGetObject(out var fields) && fields.IsEmpty);

    protected List<HoconValue> _fallbacks { get; } = [];

    public static implicit operator Config(string str) => HoconConfigurationFactory.ParseString(str);

    public static Config operator +(Config config, string fallback) => config.WithFallback(fallback);

    public static Config operator +(string configHocon, Config fallbackConfig) =>
        HoconConfigurationFactory.ParseString(configHocon).WithFallback(fallbackConfig);

    /// <summary>The section at a path; empty if there is none.</summary>
    public virtual Config GetConfig(string path) => GetConfig(HoconPath.Parse(path));

    public virtual Config GetConfig(HoconPath path) => TryGetNode(path, out var value) ? new Config(value) : Empty;

    public virtual Config WithFallback(Config fallback)
    {
        if (ReferenceEquals(fallback, this))
            throw new ArgumentException("A configuration cannot be its own fallback", nameof(fallback));
        return fallback is null || fallback.IsEmpty ? this : new Config(this, fallback);
    }

    public override string ToString() => _internalValue.ToString(1, 2);

    /// <summary>HOCON that reads back as these values, with or without those of the fallbacks.</summary>
    public string ToString(bool useFallbackValues) => useFallbackValues ? Value.ToString(1, 2) : ToString();

    public void GetObjectData(SerializationInfo info, StreamingContext context) => info.AddValue(SerializedText, $"{{{ToString(true)}}}");

    public bool Equals(Config? other) => other is not null && Value.Equals(other.Value);

    public override bool Equals(object? obj) => obj is Config other ? Equals(other) : base.Equals(obj);

    public override int GetHashCode() => base.GetHashCode();

    private static HoconValue EmptyValue()
    {
        var value = new HoconValue(null);
        value.Add(new HoconObject(value));
        return value;
    }

    private void Append(Config fallback)
    {
        _fallbacks.Add(fallback._internalValue);
        _fallbacks.AddRange(fallback._fallbacks);
    }

    private HoconValue Merge()
    {
        var merged = (HoconValue)_internalValue.Clone(null);
        if (!merged.TryGetObject(out var fields))
            return merged;
        foreach (var fallback in _fallbacks)
        {
            if (fallback.TryGetObject(out var lower))
                fields.FallbackMerge(lower);
        }

        return merged;
    }
}
