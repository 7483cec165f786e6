using Akka.Configuration;

namespace Akka.Serialization;

public sealed class NewtonSoftJsonSerializerSettings
{
    public static readonly NewtonSoftJsonSerializerSettings Default = new(true, true, []);

    private NewtonSoftJsonSerializerSettings(bool encodeTypeNames, bool preserveObjectReferences, IEnumerable<Type> converters)
    {
        EncodeTypeNames = encodeTypeNames;
        PreserveObjectReferences = preserveObjectReferences;
        Converters = converters;
    }

    /// <summary>Whether each object carries the name of its type; without it, only a declared type says what to build.</summary>
    public bool EncodeTypeNames { get; }

    public bool PreserveObjectReferences { get; }

    public IEnumerable<Type> Converters { get; }

    public static NewtonSoftJsonSerializerSettings Create(Config config)
    {
        if (config is null || config.IsEmpty)
            throw new ConfigurationException("The settings of the JSON serializer are missing: akka.actor.serialization-settings.json.");

        return new NewtonSoftJsonSerializerSettings(
            config.GetBoolean("encode-type-names", true),
            config.GetBoolean("preserve-object-references", true),
            config.GetStringList("converters", []).Select(ConverterType).ToArray());
    }

    private static Type ConverterType(string name) =>
        Type.GetType(name) ?? throw new ConfigurationException($"The type of a JSON converter cannot be found: '{name}'.");
}
