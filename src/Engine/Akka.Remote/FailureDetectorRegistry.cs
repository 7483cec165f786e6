using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;

namespace Akka.Remote;

/// <summary>A failure detector for each resource, made when its first heartbeat arrives.</summary>
public interface IFailureDetectorRegistry<T>
{
    bool IsAvailable(T resource);

    bool IsMonitoring(T resource);

    void Heartbeat(T resource);

    void Remove(T resource);

    void Reset();
}

public class DefaultFailureDetectorRegistry<T> : IFailureDetectorRegistry<T>
    where T : notnull
{
    private readonly ConcurrentDictionary<T, FailureDetector> _detectors = new();
    private readonly Func<T, FailureDetector> _create;

    public DefaultFailureDetectorRegistry(Func<FailureDetector> factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        _create = _ => factory();
    }

    public bool IsAvailable(T resource) => !_detectors.TryGetValue(resource, out var detector) || detector.IsAvailable;

    public bool IsMonitoring(T resource) => _detectors.TryGetValue(resource, out var detector) && detector.IsMonitoring;

    public void Heartbeat(T resource) => _detectors.GetOrAdd(resource, _create).HeartBeat();

    public void Remove(T resource) => _detectors.TryRemove(resource, out _);

    public void Reset() => _detectors.Clear();

    internal FailureDetector? GetFailureDetector(T resource) => _detectors.GetValueOrDefault(resource);
}

/// <summary>Makes failure detectors by the class name that the configuration gives.</summary>
public static class FailureDetectorLoader
{
    public static FailureDetector Load(string fqcn, Config config, ActorSystem system)
    {
        var type = Type.GetType(fqcn, throwOnError: false)
            ?? throw new ConfigurationException($"The failure detector class [{fqcn}] cannot be found.");
        return Activator.CreateInstance(type, config, system.EventStream) as FailureDetector
            ?? throw new ConfigurationException($"[{fqcn}] is not a {nameof(FailureDetector)}.");
    }

    public static FailureDetector LoadFailureDetector(this IActorContext context, string fqcn, Config config) =>
        Load(fqcn, config, context.System);
}
