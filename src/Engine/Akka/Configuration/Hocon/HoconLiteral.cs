namespace Akka.Configuration.Hocon;

/// <summary>A text; its value is null where the text says null.</summary>
public class HoconLiteral : IHoconElement
{
    public string? Value { get; set; }

    public bool IsString() => true;

    public string? GetString() => Value;

    public bool IsArray() => false;

    public IList<HoconValue>? GetArray() => throw new InvalidOperationException("A text is not an array");

    public override string ToString() => Value ?? "null";
}
