using Newtonsoft.Json;

namespace Akka.Serialization;

/// <summary>
/// Gives tokens that were read ahead once more, and then goes on with the reader they came from. The rest is read by that reader as
/// its caller asks for it, so that a text that looks like a date is one only where a date is wanted.
/// </summary>
internal sealed class ReplayingJsonReader(JsonReader inner) : JsonReader
{
    private readonly Queue<(JsonToken Token, object? Value)> _readAhead = new();

    /// <summary>Takes the inner reader's current token into what is given again.</summary>
    public void Remember() => _readAhead.Enqueue((inner.TokenType, inner.Value));

    public override bool Read()
    {
        if (_readAhead.TryDequeue(out var next))
        {
            SetToken(next.Token, next.Value);
            return true;
        }

        var found = inner.Read();
        Follow(found);
        return found;
    }

    public override string? ReadAsString() => _readAhead.Count > 0 ? base.ReadAsString() : Followed(inner.ReadAsString());

    public override int? ReadAsInt32() => _readAhead.Count > 0 ? base.ReadAsInt32() : Followed(inner.ReadAsInt32());

    public override double? ReadAsDouble() => _readAhead.Count > 0 ? base.ReadAsDouble() : Followed(inner.ReadAsDouble());

    public override decimal? ReadAsDecimal() => _readAhead.Count > 0 ? base.ReadAsDecimal() : Followed(inner.ReadAsDecimal());

    public override bool? ReadAsBoolean() => _readAhead.Count > 0 ? base.ReadAsBoolean() : Followed(inner.ReadAsBoolean());

    public override byte[]? ReadAsBytes() => _readAhead.Count > 0 ? base.ReadAsBytes() : Followed(inner.ReadAsBytes());

    public override DateTime? ReadAsDateTime() => _readAhead.Count > 0 ? base.ReadAsDateTime() : Followed(inner.ReadAsDateTime());

    public override DateTimeOffset? ReadAsDateTimeOffset() =>
        _readAhead.Count > 0 ? base.ReadAsDateTimeOffset() : Followed(inner.ReadAsDateTimeOffset());

    private T Followed<T>(T value)
    {
        Follow(inner.TokenType != JsonToken.None);
        return value;
    }

    private void Follow(bool found)
    {
        if (found) SetToken(inner.TokenType, inner.Value);
        else SetToken(JsonToken.None);
    }
}
