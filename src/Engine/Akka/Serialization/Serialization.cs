using System.Collections.Concurrent;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using Akka.Event;
using Akka.Util;

namespace Akka.Serialization;

/// <summary>Which serializer is for which type, from configuration and from code; what was set by code comes first.</summary>
public class Serialization
{
    [ThreadStatic]
    private static Information? _currentTransportInformation;

    private readonly ILoggingAdapter _log;
    private readonly NullSerializer _nullSerializer;
    private readonly Dictionary<string, Serializer> _byName = [];
    private readonly ConcurrentDictionary<int, Serializer> _byId = new();
    private readonly ConcurrentDictionary<Type, Serializer> _bindings = new();

    /// <summary>What was found for a type, from its bindings and those of its ancestors.</summary>
    private readonly ConcurrentDictionary<Type, Serializer> _found = new();

    private readonly ConcurrentDictionary<string, Type> _manifests = new();

    public Serialization(ExtendedActorSystem system)
    {
        System = system;
        _log = Logging.GetLogger(system, this);
        _nullSerializer = new NullSerializer(system);
        AddSerializer("null", _nullSerializer);

        var setup = system.Settings.Setup.Get<SerializationSetup>();
        var details = setup.HasValue ? setup.Value.CreateSerializers(system) : [];
        AddConfiguredSerializers([.. details.Select(detail => detail.Alias)]);
        foreach (var detail in details) AddSerializer(detail.Alias, detail.Serializer);
        AddConfiguredBindings();
        foreach (var detail in details)
            foreach (var type in detail.UseFor)
                AddSerializationMap(type, detail.Serializer);
    }

    public ExtendedActorSystem System { get; }

    public static Information GetCurrentTransportInformation() =>
        _currentTransportInformation
        ?? throw new InvalidOperationException("Nothing is being serialized: this must be called within Serialization.WithTransport.");

    public static T WithTransport<T>(ActorSystem system, Address address, Func<T> action)
    {
        var outer = _currentTransportInformation;
        _currentTransportInformation = new Information(address, system);
        try
        {
            return action();
        }
        finally
        {
            _currentTransportInformation = outer;
        }
    }

    public static T WithTransport<T>(ExtendedActorSystem system, Func<T> action) =>
        WithTransport(system, action, static run => run());

    public static T WithTransport<TState, T>(ExtendedActorSystem system, TState state, Func<TState, T> action)
    {
        var outer = _currentTransportInformation;
        // What an outer call knows of the reader holds for the parts of its message too.
        if (outer is not null && ReferenceEquals(outer.System, system)) return action(state);
        _currentTransportInformation = system.Provider.SerializationInformation;
        try
        {
            return action(state);
        }
        finally
        {
            _currentTransportInformation = outer;
        }
    }

    public static string ManifestFor(Serializer s, object msg)
    {
        if (s is SerializerWithStringManifest withManifest) return withManifest.Manifest(msg);
        return s.IncludeManifest ? msg.GetType().TypeQualifiedName() : "";
    }

    /// <summary>The path by which the reader of what is being serialized can reach the actor.</summary>
    public static string SerializedActorPath(IActorRef actorRef)
    {
        if (actorRef is null) return "";
        if (actorRef.Equals(ActorRefs.Nobody)) return actorRef.Path.ToSerializationFormat();

        var owner = (actorRef as ActorRefWithCell)?.Underlying.System as ExtendedActorSystem;
        var information = _currentTransportInformation;
        if (information is null)
            return owner is null
                ? actorRef.Path.ToSerializationFormat()
                : actorRef.Path.ToSerializationFormatWithAddress(owner.Provider.DefaultAddress);

        if (owner is null || ReferenceEquals(owner, information.System))
            return actorRef.Path.ToSerializationFormatWithAddress(information.Address);
        // An actor of another system in this process: that system has to say how this reader finds it.
        var address = owner.Provider.GetExternalAddressFor(information.Address) ?? owner.Provider.DefaultAddress;
        return actorRef.Path.ToSerializationFormatWithAddress(address);
    }

    public void AddSerializer(Serializer serializer) => _byId[serializer.Identifier] = serializer;

    public void AddSerializer(string name, Serializer serializer)
    {
        if (_byId.TryGetValue(serializer.Identifier, out var other) && other.GetType() != serializer.GetType()
            && System.Settings.LogSerializerOverrideOnStart)
            _log.Warning(
                "Serializer [{0}] takes the identifier {1} of [{2}].", serializer.GetType(), serializer.Identifier, other.GetType());
        AddSerializer(serializer);
        _byName[name] = serializer;
    }

    public void AddSerializationMap(Type type, Serializer serializer)
    {
        _bindings[type] = serializer;
        _found.Clear();
    }

    public byte[] Serialize(object o) =>
        WithTransport(System, (Serialization: this, Message: o), static state =>
            state.Serialization.FindSerializerFor(state.Message).ToBinary(state.Message));

    public object Deserialize(byte[] bytes, int serializerId, Type type) =>
        WithTransport(System, (Serializer: SerializerWithId(serializerId), Bytes: bytes, Type: type), static state =>
            state.Serializer.FromBinary(state.Bytes, state.Type));

    public object Deserialize(byte[] bytes, int serializerId, string manifest)
    {
        var serializer = SerializerWithId(serializerId);
        if (serializer is SerializerWithStringManifest withManifest)
            return WithTransport(System, (withManifest, bytes, manifest), static state =>
                state.withManifest.FromBinary(state.bytes, state.manifest));

        var type = string.IsNullOrEmpty(manifest) ? null : TypeFor(manifest, serializerId);
        return WithTransport(System, (serializer, bytes, type), static state => state.serializer.FromBinary(state.bytes, state.type!));
    }

    public IActorRef DeserializeActorRef(string path) => System.Provider.ResolveActorRef(path);

    public Serializer FindSerializerFor(object obj, string? defaultSerializerName = null) =>
        obj is null ? _nullSerializer : FindSerializerForType(obj.GetType(), defaultSerializerName);

    public Serializer FindSerializerForType(Type objectType, string? defaultSerializerName = null)
    {
        if (_found.TryGetValue(objectType, out var known)) return known;

        var found = MostSpecificBinding(objectType);
        if (found is null && defaultSerializerName is not null) _byName.TryGetValue(defaultSerializerName, out found);
        if (found is null) throw new SerializationException($"No serializer is bound to [{objectType}] or to any ancestor of it.");
        return _found[objectType] = found;
    }

    internal Serializer GetSerializerById(int id) => _byId.TryGetValue(id, out var serializer) ? serializer : _nullSerializer;

    private Serializer SerializerWithId(int id) =>
        _byId.TryGetValue(id, out var serializer)
            ? serializer
            : throw new SerializationException(
                $"No serializer has the id [{id}]: its entry in akka.actor.serializers may be missing on this side.");

    private Type TypeFor(string manifest, int serializerId)
    {
        if (_manifests.TryGetValue(manifest, out var known)) return known;
        try
        {
            return _manifests[manifest] = Type.GetType(manifest, true)!;
        }
        catch (Exception failure)
        {
            throw new SerializationException($"The type [{manifest}] for serializer [{serializerId}] cannot be found.", failure);
        }
    }

    private Serializer? MostSpecificBinding(Type type)
    {
        var candidates = _bindings.Where(binding => binding.Key.IsAssignableFrom(type)).ToList();
        var best = candidates.Find(candidate =>
            !candidates.Exists(other => other.Key != candidate.Key && candidate.Key.IsAssignableFrom(other.Key)));
        return best.Value;
    }

    private void AddConfiguredSerializers(HashSet<string> replaced)
    {
        var config = System.Settings.Config;
        foreach (var (name, typeName) in LeastSpecificFirst("akka.actor.serializers"))
        {
            if (replaced.Contains(name)) continue;
            var type = Type.GetType(typeName.GetString()!);
            if (type is null)
            {
                _log.Warning("The type of serializer '{0}' cannot be found: '{1}'", name, typeName.GetString());
                continue;
            }

            AddSerializer(name, Create(type, config.GetConfig($"akka.actor.serialization-settings.{name}")));
        }
    }

    /// <summary>The defaults before what is laid over them, so that the latter has the last word on an identifier or a type.</summary>
    private IEnumerable<KeyValuePair<string, HoconValue>> LeastSpecificFirst(string path) =>
        System.Settings.Config.GetConfig(path).AsEnumerable().Reverse();

    private Serializer Create(Type type, Config? settings)
    {
        var takesSettings = settings is not null && !settings.IsEmpty
            && type.GetConstructor([typeof(ExtendedActorSystem), typeof(Config)]) is not null;
        object[] arguments = takesSettings ? [System, settings!] : [System];
        return (Serializer)Activator.CreateInstance(type, arguments)!;
    }

    private void AddConfiguredBindings()
    {
        foreach (var (typeName, serializerName) in LeastSpecificFirst("akka.actor.serialization-bindings"))
        {
            var type = Type.GetType(typeName);
            if (type is null)
                _log.Warning("The type of a serialization binding cannot be found: '{0}'", typeName);
            else if (!_byName.TryGetValue(serializerName.GetString()!, out var serializer))
                _log.Warning("The binding of '{0}' names a serializer that does not exist: '{1}'", typeName, serializerName.GetString());
            else
                AddSerializationMap(type, serializer);
        }
    }
}
