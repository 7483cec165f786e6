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

        // A text that looks like a date must stay a text until a property says otherwise.
        var dates = reader.DateParseHandling;
        reader.DateParseHandling = DateParseHandling.None;
        var json = JObject.Load(reader);
        reader.DateParseHandling = dates;

        if (json.Property("$ref") is { Value: JValue { Value: string reference } })
            return serializer.ReferenceResolver!.ResolveReference(serializer, reference);
        if (json.Count == 1 && json.Property(PrimitiveNumberConverter.Marker) is { Value: JValue { Value: string number } })
            return PrimitiveNumberConverter.Parse(number);
        if (json.Property("$type") is not { Value: JValue { Value: string typeName } }) return json;

        var type = TypeNamed(typeName, serializer);
        if (type == typeof(object)) return new object();
        var value = serializer.Deserialize(json.CreateReader(), type);
        return value is ISurrogate surrogate ? surrogate.FromSurrogate(system) : value;
    }

    private static Type TypeNamed(string name, JsonSerializer serializer)
    {
        var comma = name.IndexOf(',', name.LastIndexOf(']') + 1);
        return comma < 0
            ? serializer.SerializationBinder.BindToType(null, name)
            : serializer.SerializationBinder.BindToType(name[(comma + 1)..].Trim(), name[..comma].Trim());
    }
}
