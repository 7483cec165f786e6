using System.Globalization;
using Akka.Actor;
using Akka.Util;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace Akka.Serialization;

/// <summary>Reads a surrogate as what it stands for.</summary>
internal sealed class SurrogateConverter(ExtendedActorSystem system) : JsonConverter
{
    public override bool CanWrite => false;

    public override bool CanConvert(Type objectType) => objectType == typeof(ISurrogate);

    public override object? ReadJson(JsonReader reader, Type objectType, object? existingValue, JsonSerializer serializer) =>
        DelegatedObjectConverter.Read(reader, serializer, system);

    public override void WriteJson(JsonWriter writer, object? value, JsonSerializer serializer) =>
        throw new NotSupportedException("Surrogates are written as ordinary objects.");
}

/// <summary>Writes a surrogate instead of what cannot be sent itself, and reads it back.</summary>
internal sealed class SurrogatedConverter(ExtendedActorSystem system) : JsonConverter
{
    public override bool CanConvert(Type objectType) => typeof(ISurrogated).IsAssignableFrom(objectType);

    public override object? ReadJson(JsonReader reader, Type objectType, object? existingValue, JsonSerializer serializer) =>
        DelegatedObjectConverter.Read(reader, serializer, system);

    public override void WriteJson(JsonWriter writer, object? value, JsonSerializer serializer) =>
        serializer.Serialize(writer, ((ISurrogated)value!).ToSurrogate(system));
}

/// <summary>Keeps <c>int</c>, <c>float</c> and <c>decimal</c> from coming back as <c>long</c> or <c>double</c>.</summary>
internal sealed class PrimitiveNumberConverter : JsonConverter
{
    public const string Marker = "$";

    public override bool CanConvert(Type objectType) =>
        (Nullable.GetUnderlyingType(objectType) ?? objectType) is var type
        && (type == typeof(int) || type == typeof(float) || type == typeof(decimal));

    public override object? ReadJson(JsonReader reader, Type objectType, object? existingValue, JsonSerializer serializer)
    {
        if (reader.TokenType == JsonToken.Null) return null;
        if (reader.TokenType == JsonToken.StartObject) return Parse(JObject.Load(reader).Value<string>(Marker));
        return Convert.ChangeType(reader.Value, Nullable.GetUnderlyingType(objectType) ?? objectType, CultureInfo.InvariantCulture);
    }

    public override void WriteJson(JsonWriter writer, object? value, JsonSerializer serializer)
    {
        writer.WriteStartObject();
        writer.WritePropertyName(Marker);
        writer.WriteValue(value switch
        {
            int number => "I" + number.ToString(CultureInfo.InvariantCulture),
            float number => "F" + number.ToString(CultureInfo.InvariantCulture),
            decimal number => "M" + number.ToString(CultureInfo.InvariantCulture),
            _ => throw new NotSupportedException($"[{value?.GetType()}] is no number that needs a mark."),
        });
        writer.WriteEndObject();
    }

    public static object Parse(string? marked)
    {
        var digits = marked is { Length: > 1 } ? marked[1..] : throw new JsonSerializationException($"'{marked}' is no marked number.");
        return marked[0] switch
        {
            'I' => int.Parse(digits, CultureInfo.InvariantCulture),
            'F' => float.Parse(digits, CultureInfo.InvariantCulture),
            'M' => decimal.Parse(digits, CultureInfo.InvariantCulture),
            _ => throw new JsonSerializationException($"'{marked}' is no marked number."),
        };
    }
}

/// <summary>Reads what is declared as object: marked numbers, surrogates, references, and objects that name their type.</summary>
internal sealed class DelegatedObjectConverter(ExtendedActorSystem system) : JsonConverter
{
    public override bool CanWrite => false;

    public override bool CanConvert(Type objectType) => objectType == typeof(object);

    public override object? ReadJson(JsonReader reader, Type objectType, object? existingValue, JsonSerializer serializer) =>
        Read(reader, serializer, system);

    public override void WriteJson(JsonWriter writer, object? value, JsonSerializer serializer) =>
        throw new NotSupportedException("Objects are written by their own type's rules.");

    public static object? Read(JsonReader reader, JsonSerializer serializer, ExtendedActorSystem system)
    {
        if (reader.TokenType == JsonToken.StartArray) return JArray.Load(reader);
        if (reader.TokenType != JsonToken.StartObject) return reader.Value;

        var replay = new ReplayingJsonReader(reader);
        replay.Remember();
        var (name, text) = ReadProperty(reader, replay);
        if (name == "$ref")
        {
            reader.Read();
            return serializer.ReferenceResolver!.ResolveReference(serializer, text!);
        }

        if (name == PrimitiveNumberConverter.Marker)
        {
            reader.Read();
            return PrimitiveNumberConverter.Parse(text);
        }

        if (name == "$id") (name, text) = ReadProperty(reader, replay);
        // From here on the object is read from its start once more, by whoever knows its type.
        replay.Read();
        if (name != "$type") return JObject.Load(replay);

        var type = TypeNamed(text!, serializer);
        if (type == typeof(object))
        {
            replay.Skip();
            return new object();
        }

        var value = serializer.Deserialize(replay, type);
        return value is ISurrogate surrogate ? surrogate.FromSurrogate(system) : value;
    }

    /// <summary>The next property, with its value where that says something of the object itself.</summary>
    private static (string? Name, string? Text) ReadProperty(JsonReader reader, ReplayingJsonReader replay)
    {
        reader.Read();
        replay.Remember();
        if (reader.TokenType != JsonToken.PropertyName) return (null, null);
        var name = (string)reader.Value!;
        if (!name.StartsWith('$')) return (name, null);
        reader.Read();
        replay.Remember();
        return (name, reader.Value as string);
    }

    private static Type TypeNamed(string name, JsonSerializer serializer)
    {
        var comma = name.IndexOf(',', name.LastIndexOf(']') + 1);
        return comma < 0
            ? serializer.SerializationBinder.BindToType(null, name)
            : serializer.SerializationBinder.BindToType(name[(comma + 1)..].Trim(), name[..comma].Trim());
    }
}
