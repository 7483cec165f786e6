using System.Diagnostics.CodeAnalysis;

namespace Hocon;

/// <summary>What a text says, by paths. See HoconRoot.Getters.cs for the typed look-ups.</summary>
public partial class HoconRoot : IEquatable<HoconRoot>
{
    protected HoconValue _internalValue;

    public HoconRoot(HoconValue value, IEnumerable<HoconSubstitution> substitutions)
    {
        _internalValue = value;
        Substitutions = substitutions;
    }

    public HoconRoot(HoconValue value)
        : this(value, [])
    {
    }

    protected HoconRoot()
        : this(new HoconEmptyValue(null))
    {
    }

    public virtual HoconValue Value
    {
        get => _internalValue;
        protected set => _internalValue = value;
    }

    public IEnumerable<HoconSubstitution> Substitutions { get; }

    /// <summary>The same values with the paths quoted as they must be; they always are here.</summary>
    public HoconRoot Normalize() => this;

    public virtual bool HasPath(string path) => HasPath(HoconPath.Parse(path));

    public virtual bool HasPath(HoconPath path) => TryGetNode(path, out _);

    public virtual IEnumerable<KeyValuePair<string, HoconField>> AsEnumerable() => Value.TryGetObject(out var fields) ? fields : [];

    public string PrettyPrint(int indentSize) => Value.ToString(1, indentSize);

    public override string ToString() => Value.ToString(1, 2);

    public bool Equals(HoconRoot? other) => other is not null && Value.Equals(other.Value);

    public override bool Equals(object? obj) => Equals(obj as HoconRoot);

    public override int GetHashCode() => Value.GetHashCode();

    protected virtual HoconValue GetNode(string path) => GetNode(HoconPath.Parse(path));

    protected virtual HoconValue GetNode(HoconPath path) => TryGetNode(path, out var result)
        ? result
        : throw new HoconParserException($"There is no value at {path.Value}");

    protected virtual bool TryGetNode(string path, [MaybeNullWhen(false)] out HoconValue result) =>
        TryGetNode(HoconPath.Parse(path), out result);

    protected virtual bool TryGetNode(HoconPath path, [MaybeNullWhen(false)] out HoconValue result)
    {
        result = null;
        return Value.TryGetObject(out var fields) && fields.TryGetValue(path, out result);
    }

    protected T WrapWithValueException<T>(string path, Func<T> func)
    {
        try
        {
            return func();
        }
        catch (Exception e) when (e is HoconException or HoconParserException)
        {
            throw new HoconValueException($"{path}: {e.Message}", path, e);
        }
    }

    protected T WrapWithValueException<T>(HoconPath path, Func<T> func) => WrapWithValueException(path.Value, func);
}
