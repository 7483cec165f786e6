using System.Collections.Concurrent;
using Akka.Configuration;

namespace Akka.Dispatch;

/// <summary>Some threads that run what they are given.</summary>
public abstract class ExecutorService
{
    protected ExecutorService(string id) => Id = id;

    public string Id { get; }

    public abstract void Execute(IRunnable run);

    public abstract void Shutdown();
}

public abstract class ExecutorServiceFactory
{
    public abstract ExecutorService Produce(string id);
}

public abstract class ExecutorServiceConfigurator : ExecutorServiceFactory
{
    protected ExecutorServiceConfigurator(Config config, IDispatcherPrerequisites prerequisites)
    {
        Config = config;
        Prerequisites = prerequisites;
    }

    public Config Config { get; }

    public IDispatcherPrerequisites Prerequisites { get; }
}

public class ThreadPoolConfig
{
    public ThreadPoolConfig(Config config)
    {
        PoolSizeMin = config.GetInt("pool-size-min", 8);
        PoolSizeFactor = config.GetDouble("pool-size-factor", 1.0);
        PoolSizeMax = config.GetInt("pool-size-max", 64);
    }

    public int PoolSizeMin { get; }

    public double PoolSizeFactor { get; }

    public int PoolSizeMax { get; }

    public static int ScaledPoolSize(int floor, double scalar, int ceiling) =>
        Math.Min(Math.Max((int)(Environment.ProcessorCount * scalar), floor), ceiling);
}

internal static class Executors
{
    private static readonly string[] DedicatedPools = ["fork-join-executor.dedicated-thread-pool", "dedicated-thread-pool"];

    /// <summary>
    /// .NET's thread pool serves all kinds but two: a <c>fork-join-executor</c> whose section asks for a
    /// <c>dedicated-thread-pool</c>, and <c>current-context-executor</c>. Any other value names a type.
    /// </summary>
    public static ExecutorServiceConfigurator Configure(Config config, IDispatcherPrerequisites prerequisites)
    {
        var executor = config.GetString("executor", "default-executor");
        switch (executor)
        {
            case null or "" or "default-executor" or "thread-pool-executor" or "channel-executor" or "task-executor":
                return new ThreadPoolExecutorConfigurator(config, prerequisites);
            case "fork-join-executor":
                var section = DedicatedPools.FirstOrDefault(config.HasPath);
                if (section is null)
                    return new ThreadPoolExecutorConfigurator(config, prerequisites);
                var pool = config.GetConfig(section);
                return new DedicatedThreadsConfigurator(
                    config, prerequisites, Math.Max(1, pool.GetInt("thread-count", 3)),
                    pool.GetString("threadtype", "background") != "foreground");
            case "current-context-executor":
                return new CurrentContextConfigurator(config, prerequisites);
            default:
                var type = Type.GetType(executor) ?? throw new ConfigurationException(
                    $"Could not resolve executor service configurator type {executor} for path {config.GetString("id", "")}");
                return (ExecutorServiceConfigurator)Activator.CreateInstance(type, config, prerequisites)!;
        }
    }

    private sealed class ThreadPoolExecutorConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : ExecutorServiceConfigurator(config, prerequisites)
    {
        public override ExecutorService Produce(string id) => new ThreadPoolExecutor(id);
    }

    private sealed class CurrentContextConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : ExecutorServiceConfigurator(config, prerequisites)
    {
        public override ExecutorService Produce(string id) => new CurrentContextExecutor(
            id, TaskScheduler.FromCurrentSynchronizationContext());
    }

    private sealed class CurrentContextExecutor(string id, TaskScheduler scheduler) : ExecutorService(id)
    {
        public override void Execute(IRunnable run) =>
            Task.Factory.StartNew(static r => ((IRunnable)r!).Run(), run, CancellationToken.None, TaskCreationOptions.None, scheduler);

        public override void Shutdown()
        {
        }
    }
}

internal sealed class ThreadPoolExecutor(string id) : ExecutorService(id)
{
    public override void Execute(IRunnable run) => ThreadPool.UnsafeQueueUserWorkItem(run, preferLocal: false);

    public override void Shutdown()
    {
    }
}

internal sealed class DedicatedThreadsConfigurator(
    Config config, IDispatcherPrerequisites prerequisites, int threads, bool background)
    : ExecutorServiceConfigurator(config, prerequisites)
{
    public override ExecutorService Produce(string id) => new DedicatedThreads(id, threads, background);
}

/// <summary>Threads of its own, so that neither the thread pool's other users nor these actors can starve one another.</summary>
#pragma warning disable CA1001 // The collection ends with its threads; disposing it would race with them.
internal sealed class DedicatedThreads : ExecutorService
{
    private readonly BlockingCollection<IRunnable> _work = new();

    public DedicatedThreads(string id, int threads, bool background)
        : base(id)
    {
        for (var i = 1; i <= threads; i++)
            new Thread(Work) { IsBackground = background, Name = $"{id}_{i}" }.Start();
    }

    public override void Execute(IRunnable run)
    {
        try
        {
            _work.Add(run);
        }
        catch (InvalidOperationException e)
        {
            throw new RejectedExecutionException("ForkJoinExecutor is shutting down", e);
        }
    }

    public override void Shutdown() => _work.CompleteAdding();

    private void Work()
    {
        foreach (var run in _work.GetConsumingEnumerable())
            run.Run();
    }
}
