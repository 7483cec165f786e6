using System.Reflection;
using System.Text;
using Akka.Actor;
using Akka.Configuration;
using Akka.Util;
using Newtonsoft.Json;
using Newtonsoft.Json.Converters;
using Newtonsoft.Json.Serialization;

namespace Akka.Serialization;

/// <summary>
/// JSON with type names in it. Numbers that JSON would confuse keep their type (<c>{"$":"I1"}</c>), and what implements
/// <see cref="ISurrogated"/>, as actor references do, is written as its surrogate.
/// </summary>
public class NewtonSoftJsonSerializer : Serializer
{
    private static readonly UTF8Encoding Utf8 = new(false);

    public NewtonSoftJsonSerializer(ExtendedActorSystem system) : this(system, NewtonSoftJsonSerializerSettings.Default)
    {
    }

    public NewtonSoftJsonSerializer(ExtendedActorSystem system, Config config)
        : this(system, NewtonSoftJsonSerializerSettings.Create(config))
    {
    }

    public NewtonSoftJsonSerializer(ExtendedActorSystem system, NewtonSoftJsonSerializerSettings settings) : base(system)
    {
        Settings = new JsonSerializerSettings
        {
            PreserveReferencesHandling =
                settings.PreserveObjectReferences ? PreserveReferencesHandling.Objects : PreserveReferencesHandling.None,
            TypeNameHandling = settings.EncodeTypeNames ? TypeNameHandling.All : TypeNameHandling.None,
            NullValueHandling = NullValueHandling.Ignore,
            DefaultValueHandling = DefaultValueHandling.Ignore,
            MissingMemberHandling = MissingMemberHandling.Ignore,
            ConstructorHandling = ConstructorHandling.AllowNonPublicDefaultConstructor,
        };

        var setup = system.Settings.Setup.Get<NewtonSoftJsonSerializerSetup>();
        if (setup.HasValue) setup.Value.ApplySettings(Settings);

        // These are what makes Akka's own types work, so that nobody's settings may replace them.
        Settings.ObjectCreationHandling = ObjectCreationHandling.Replace;
        Settings.ContractResolver = new AkkaContractResolver();
        Settings.Converters =
        [
            .. Settings.Converters,
            new SurrogateConverter(system),
            new SurrogatedConverter(system),
            new PrimitiveNumberConverter(),
            new DelegatedObjectConverter(system),
            new DiscriminatedUnionConverter(),
            .. settings.Converters.Select(CreateConverter),
        ];
    }

    public JsonSerializerSettings Settings { get; }

    public object Serializer => JsonSerializer.Create(Settings);

    public override bool IncludeManifest => false;

    public override byte[] ToBinary(object obj)
    {
        using var stream = new MemoryStream();
        using (var text = new StreamWriter(stream, Utf8, leaveOpen: true))
        using (var writer = new JsonTextWriter(text))
            JsonSerializer.Create(Settings).Serialize(writer, obj);
        return stream.ToArray();
    }

    public override object FromBinary(byte[] bytes, Type type)
    {
        using var reader = new JsonTextReader(new StreamReader(new MemoryStream(bytes), Utf8));
        var value = JsonSerializer.Create(Settings).Deserialize(reader, type ?? typeof(object));
        return value is ISurrogate surrogate ? surrogate.FromSurrogate(system) : value!;
    }

    private JsonConverter CreateConverter(Type type)
    {
        var takesSystem = type.GetConstructor([typeof(ExtendedActorSystem)]) is not null;
        return (JsonConverter)(takesSystem ? Activator.CreateInstance(type, system) : Activator.CreateInstance(type))!;
    }

    /// <summary>Fills properties whose setter is not public, since messages are meant to be immutable.</summary>
    internal sealed class AkkaContractResolver : DefaultContractResolver
    {
        private const BindingFlags AllMembers = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

        protected override JsonProperty CreateProperty(MemberInfo member, MemberSerialization memberSerialization)
        {
            var property = base.CreateProperty(member, memberSerialization);
            if (!property.Writable && member is PropertyInfo info)
                property.Writable = info.DeclaringType?.GetProperty(info.Name, AllMembers)?.SetMethod is not null;
            return property;
        }
    }
}
