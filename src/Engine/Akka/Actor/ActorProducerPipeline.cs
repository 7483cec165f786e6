using System.Collections;
using System.Collections.Concurrent;
using Akka.Event;

namespace Akka.Actor;

/// <summary>Looks after each instance of the actors it applies to, once it is made and before it is let go.</summary>
public interface IActorProducerPlugin
{
    bool CanBeAppliedTo(Type actorType);

    void AfterIncarnated(ActorBase actor, IActorContext context);

    void BeforeIncarnated(ActorBase actor, IActorContext context);
}

public abstract class ActorProducerPluginBase : IActorProducerPlugin
{
    public virtual bool CanBeAppliedTo(Type actorType) => true;

    public virtual void AfterIncarnated(ActorBase actor, IActorContext context)
    {
    }

    public virtual void BeforeIncarnated(ActorBase actor, IActorContext context)
    {
    }
}

public abstract class ActorProducerPluginBase<TActor> : IActorProducerPlugin
    where TActor : ActorBase
{
    public virtual bool CanBeAppliedTo(Type actorType) => typeof(TActor).IsAssignableFrom(actorType);

    public virtual void AfterIncarnated(TActor actor, IActorContext context)
    {
    }

    public virtual void BeforeIncarnated(TActor actor, IActorContext context)
    {
    }

    void IActorProducerPlugin.AfterIncarnated(ActorBase actor, IActorContext context) => AfterIncarnated((TActor)actor, context);

    void IActorProducerPlugin.BeforeIncarnated(ActorBase actor, IActorContext context) => BeforeIncarnated((TActor)actor, context);
}

public class ActorProducerPipelineResolver
{
    private readonly Lazy<ILoggingAdapter> _log;
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<Type, ActorProducerPipeline> _pipelines = new();
    private readonly List<IActorProducerPlugin> _plugins = [];

    public ActorProducerPipelineResolver(Func<ILoggingAdapter> logBuilder) => _log = new Lazy<ILoggingAdapter>(logBuilder);

    public int TotalPluginCount
    {
        get
        {
            lock (_lock)
                return _plugins.Count;
        }
    }

    /// <returns>False when there is a plugin of that type already.</returns>
    public bool Register(IActorProducerPlugin plugin) => Insert(int.MaxValue, plugin);

    public bool Insert(int index, IActorProducerPlugin plugin)
    {
        lock (_lock)
        {
            if (IsRegistered(plugin))
                return false;
            _plugins.Insert(Math.Min(index, _plugins.Count), plugin);
            _pipelines.Clear();
            return true;
        }
    }

    public bool Unregister(IActorProducerPlugin plugin)
    {
        lock (_lock)
        {
            _pipelines.Clear();
            return _plugins.RemoveAll(p => p.GetType() == plugin.GetType()) > 0;
        }
    }

    public bool IsRegistered(IActorProducerPlugin plugin)
    {
        lock (_lock)
            return _plugins.Exists(p => p.GetType() == plugin.GetType());
    }

    internal ActorProducerPipeline ResolvePipeline(Type actorType)
    {
        if (_pipelines.TryGetValue(actorType, out var known))
            return known;
        lock (_lock)
        {
            return _pipelines[actorType] =
                new ActorProducerPipeline(_log, _plugins.Where(p => p.CanBeAppliedTo(actorType)).ToArray());
        }
    }
}

public class ActorProducerPipeline : IEnumerable<IActorProducerPlugin>
{
    private readonly Lazy<ILoggingAdapter> _log;
    private readonly IActorProducerPlugin[] _plugins;

    public ActorProducerPipeline(Lazy<ILoggingAdapter> log, IEnumerable<IActorProducerPlugin> plugins)
    {
        _log = log;
        _plugins = plugins.ToArray();
    }

    public int Count => _plugins.Length;

    public void AfterActorIncarnated(ActorBase actor, IActorContext context)
    {
        foreach (var plugin in _plugins)
            Apply(plugin, actor, () => plugin.AfterIncarnated(actor, context));
    }

    public void BeforeActorIncarnated(ActorBase actor, IActorContext context)
    {
        foreach (var plugin in _plugins)
            Apply(plugin, actor, () => plugin.BeforeIncarnated(actor, context));
    }

    public IEnumerator<IActorProducerPlugin> GetEnumerator() => ((IEnumerable<IActorProducerPlugin>)_plugins).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private void Apply(IActorProducerPlugin plugin, ActorBase actor, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e)
        {
            _log.Value.Error(
                e, "An exception occurred while trying to apply plugin of type {0} to the actor {1}", plugin.GetType(), actor.GetType());
        }
    }
}

/// <summary>Gives actors their stash, and puts what is left in it back into the mailbox when they go.</summary>
public class ActorStashPlugin : ActorProducerPluginBase
{
    public override bool CanBeAppliedTo(Type actorType) => typeof(IActorStash).IsAssignableFrom(actorType);

    public override void AfterIncarnated(ActorBase actor, IActorContext context)
    {
        if (actor is IActorStash { Stash: null } stashing)
            stashing.Stash = StashFactory.CreateStash(context, stashing);
    }

    public override void BeforeIncarnated(ActorBase actor, IActorContext context)
    {
        if (actor is IActorStash { Stash: { } stash })
            stash.UnstashAll();
    }
}
