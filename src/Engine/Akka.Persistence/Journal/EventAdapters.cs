using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;

namespace Akka.Persistence.Journal;

/// <summary>The adapters that a journal's configuration binds to event types; the most specific binding counts.</summary>
public class EventAdapters
{
    private readonly ConcurrentDictionary<Type, IEventAdapter> _map;
    private readonly KeyValuePair<Type, IEventAdapter>[] _bindings;
    private readonly ILoggingAdapter? _log;

    protected EventAdapters(
        ConcurrentDictionary<Type, IEventAdapter> map, IEnumerable<KeyValuePair<Type, IEventAdapter>> bindings, ILoggingAdapter log)
    {
        _map = map;
        _bindings = bindings.ToArray();
        _log = log;
    }

    public static EventAdapters Create(ExtendedActorSystem system, Config config)
    {
        var adapters = new Dictionary<string, IEventAdapter>();
        foreach (var (name, value) in Section(config, "event-adapters"))
            adapters[name] = Instantiate(system, value.GetString()!);

        var bindings = new List<KeyValuePair<Type, IEventAdapter>>();
        foreach (var (typeName, value) in Section(config, "event-adapter-bindings"))
        {
            var names = value.IsArray() ? value.GetStringList() : [value.GetString()!];
            var bound = names.Select(name => Named(adapters, typeName, name)).ToArray();
            var type = Type.GetType(typeName, throwOnError: true)!;
            bindings.Add(new(type, bound is [var single] ? single : new CombinedReadEventAdapter(bound)));
        }

        var sorted = MostSpecificFirst(bindings);
        return new EventAdapters(new(sorted), sorted, Logging.GetLogger(system, typeof(EventAdapters)));
    }

    public IEventAdapter Get<T>() => Get(typeof(T));

    public virtual IEventAdapter Get(Type type)
    {
        if (_bindings.Length == 0)
            return IdentityEventAdapter.Instance;

        if (_map.TryGetValue(type, out var known))
            return known;

        var binding = _bindings.FirstOrDefault(b => b.Key.IsAssignableFrom(type));
        var adapter = binding.Value ?? IdentityEventAdapter.Instance;
        if (_map.TryAdd(type, adapter) && binding.Value is not null)
            _log?.Debug("Using EventAdapter: {0} for event [{1}]", adapter.GetType(), type);
        return adapter;
    }

    private static IEnumerable<KeyValuePair<string, Configuration.Hocon.HoconValue>> Section(Config config, string path)
    {
        var section = config.HasPath(path) ? config.GetConfig(path) : null;
        return section is null || section.IsEmpty ? [] : section.AsEnumerable();
    }

    private static IEventAdapter Named(Dictionary<string, IEventAdapter> adapters, string typeName, string name) =>
        adapters.TryGetValue(name, out var adapter)
            ? adapter
            : throw new ArgumentException(
                $"{typeName} was bound to undefined event-adapter: {name} (known: {string.Join(", ", adapters.Keys)})");

    private static IEventAdapter Instantiate(ExtendedActorSystem system, string typeName)
    {
        var type = Type.GetType(typeName, throwOnError: true)!;
        var takesSystem = type.GetConstructor([typeof(ExtendedActorSystem)]) is not null;
        var instance = takesSystem ? Activator.CreateInstance(type, system) : Activator.CreateInstance(type);
        return instance switch
        {
            IEventAdapter adapter => adapter,
            IReadEventAdapter reader => new ReadOnlyEventAdapter(reader),
            IWriteEventAdapter writer => new WriteOnlyEventAdapter(writer),
            _ => throw new ArgumentException($"Couldn't create instance of event adapter: {typeName}"),
        };
    }

    private static List<KeyValuePair<Type, IEventAdapter>> MostSpecificFirst(List<KeyValuePair<Type, IEventAdapter>> bindings)
    {
        var sorted = new List<KeyValuePair<Type, IEventAdapter>>();
        foreach (var binding in bindings)
        {
            var before = sorted.FindIndex(other => other.Key.IsAssignableFrom(binding.Key));
            sorted.Insert(before < 0 ? sorted.Count : before, binding);
        }

        return sorted;
    }
}
