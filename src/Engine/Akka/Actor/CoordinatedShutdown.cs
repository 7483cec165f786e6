using System.Collections.Concurrent;
using System.Collections.Immutable;
using Akka.Configuration;
using Akka.Event;

namespace Akka.Actor;

public sealed class CoordinatedShutdownExtension : ExtensionIdProvider<CoordinatedShutdown>
{
    public override CoordinatedShutdown CreateExtension(ExtendedActorSystem system) => CoordinatedShutdown.Make(system);
}

/// <summary>
/// Runs registered tasks phase by phase before the system goes down: the phases and what each depends on come from
/// <c>akka.coordinated-shutdown.phases</c>, the tasks of one phase run side by side.
/// </summary>
public sealed class CoordinatedShutdown : IExtension
{
    public const string PhaseBeforeServiceUnbind = "before-service-unbind";
    public const string PhaseServiceUnbind = "service-unbind";
    public const string PhaseServiceRequestsDone = "service-requests-done";
    public const string PhaseServiceStop = "service-stop";
    public const string PhaseBeforeClusterShutdown = "before-cluster-shutdown";
    public const string PhaseClusterShardingShutdownRegion = "cluster-sharding-shutdown-region";
    public const string PhaseClusterLeave = "cluster-leave";
    public const string PhaseClusterExiting = "cluster-exiting";
    public const string PhaseClusterExitingDone = "cluster-exiting-done";
    public const string PhaseClusterShutdown = "cluster-shutdown";
    public const string PhaseBeforeActorSystemTerminate = "before-actor-system-terminate";
    public const string PhaseActorSystemTerminate = "actor-system-terminate";

    private readonly IReadOnlyDictionary<string, Phase> _phases;
    private readonly ConcurrentDictionary<string, ImmutableList<(string Name, Func<Task<Done>> Task)>> _tasks = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource<Done> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Reason? _reason;

    internal CoordinatedShutdown(ExtendedActorSystem system, IReadOnlyDictionary<string, Phase> phases)
    {
        System = system;
        _phases = phases;
        OrderedPhases = TopologicalSort(phases);
        Log = Logging.GetLogger(system, this);
    }

    public ExtendedActorSystem System { get; }

    internal List<string> OrderedPhases { get; }

    /// <summary>Null until the shutdown has begun.</summary>
    public Reason? ShutdownReason => Volatile.Read(ref _reason);

    public TimeSpan TotalTimeout => _tasks.Keys.Aggregate(TimeSpan.Zero, (sum, phase) => sum + Timeout(phase));

    private ILoggingAdapter Log { get; }

    public static CoordinatedShutdown Get(ActorSystem sys) => sys.WithExtension<CoordinatedShutdown, CoordinatedShutdownExtension>();

    /// <exception cref="ArgumentException">There is no such phase.</exception>
    public void AddTask(string phase, string taskName, Func<Task<Done>> task)
    {
        RequirePhase(phase);
        if (string.IsNullOrEmpty(taskName))
            throw new ArgumentException("Set a task name when adding tasks to the Coordinated Shutdown", nameof(taskName));
        _tasks.AddOrUpdate(phase, [(taskName, task)], (_, tasks) => tasks.Add((taskName, task)));
    }

    public TimeSpan Timeout(string phase)
    {
        RequirePhase(phase);
        return _phases[phase].Timeout;
    }

    /// <summary>Runs the phases from <paramref name="fromPhase"/>, or from the first; only the first call does.</summary>
    public Task<Done> Run(Reason reason, string? fromPhase = null)
    {
        if (Interlocked.CompareExchange(ref _reason, reason, null) is not null)
            return _done.Task;
        Log.Debug("CoordinatedShutdown from phase [{0}]", fromPhase ?? "begin");
        _ = RunPhases(fromPhase);
        return _done.Task;
    }

    internal static Dictionary<string, Phase> PhasesFromConfig(Config config)
    {
        var defaultTimeout = config.GetString("default-phase-timeout", "5 s");
        var defaults = ConfigurationFactory.ParseString($"timeout = {defaultTimeout}, recover = true, enabled = true, depends-on = []");
        var phases = config.GetConfig("phases");
        return phases.AsEnumerable().Select(p => p.Key.Trim('"')).ToDictionary(name => name, name =>
        {
            var phase = phases.GetConfig(name)?.WithFallback(defaults) ?? defaults;
            return new Phase(
                [.. phase.GetStringList("depends-on", [])],
                phase.GetTimeSpan("timeout"),
                phase.GetBoolean("recover", true),
                phase.GetBoolean("enabled", true));
        });
    }

    /// <exception cref="ArgumentException">The phases depend on one another in a circle.</exception>
    internal static List<string> TopologicalSort(IReadOnlyDictionary<string, Phase> phases)
    {
        var sorted = new List<string>();
        var unfinished = new HashSet<string>();

        void Visit(string phase)
        {
            if (sorted.Contains(phase))
                return;
            if (!unfinished.Add(phase))
            {
                throw new ArgumentException(
                    $"Cycle detected in graph of phases. It must be a DAG. phase [{phase}] depends transitively on itself."
                    + $" All phases: {string.Join(", ", phases.Keys)}",
                    nameof(phases));
            }

            if (phases.TryGetValue(phase, out var found))
            {
                foreach (var before in found.DependsOn)
                    Visit(before);
            }

            sorted.Add(phase);
        }

        foreach (var phase in phases.Keys)
            Visit(phase);
        return sorted;
    }

    internal static CoordinatedShutdown Make(ExtendedActorSystem system)
    {
        var config = system.Settings.Config.GetConfig("akka.coordinated-shutdown");
        var shutdown = new CoordinatedShutdown(system, PhasesFromConfig(config));
        shutdown.AddFinalTask(config);
        shutdown.HookProcessExit(config);
        return shutdown;
    }

    private async Task RunPhases(string? fromPhase)
    {
        var begin = fromPhase is null ? 0 : OrderedPhases.IndexOf(fromPhase);
        try
        {
            foreach (var phase in OrderedPhases.Skip(Math.Max(0, begin)))
            {
                // Off the caller's thread, which may be an actor's.
                await Task.Run(() => RunPhase(phase)).ConfigureAwait(false);
            }

            _done.TrySetResult(Done.Instance);
        }
        catch (Exception e)
        {
            _done.TrySetException(e);
        }
    }

    private async Task RunPhase(string name)
    {
        if (!_tasks.TryGetValue(name, out var tasks))
            return;
        var phase = _phases[name];
        if (!phase.Enabled)
        {
            Log.Info("Phase [{0}] disabled through configuration, skipping [{1}] tasks.", name, tasks.Count);
            return;
        }

        Log.Debug("Performing phase [{0}] with [{1}] tasks.", name, tasks.Count);
        var all = Task.WhenAll(tasks.Select(task => RunTask(name, phase, task.Name, task.Task)));
        try
        {
            await all.WaitAsync(phase.Timeout).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The phase that brings the system down is as long as that takes.
            if (name == PhaseActorSystemTerminate)
                return;
            var message = $"Coordinated shutdown phase [{name}] timed out after {phase.Timeout}";
            if (!phase.Recover)
                throw new TimeoutException(message);
            Log.Warning(message);
        }
    }

    private async Task RunTask(string phaseName, Phase phase, string taskName, Func<Task<Done>> task)
    {
        try
        {
            await task().ConfigureAwait(false);
        }
        catch (Exception e) when (phase.Recover)
        {
            Log.Warning("Task [{0}] failed in phase [{1}]: {2}", taskName, phaseName, e.Message);
        }
    }

    private void AddFinalTask(Config config)
    {
        var terminate = System.Settings.CoordinatedShutdownTerminateActorSystem;
        var exit = config.GetBoolean("exit-clr", false);
        if (!terminate && !exit)
            return;
        AddTask(PhaseActorSystemTerminate, "terminate-system", async () =>
        {
            var timeout = Timeout(PhaseActorSystemTerminate);
            if (exit)
                ExitIfStuck(timeout);
            if (terminate)
                await ((Internal.ActorSystemImpl)System).FinalTerminate().ConfigureAwait(false);
            if (exit && !ReferenceEquals(ShutdownReason, ClrExitReason.Instance))
                Environment.Exit(0);
            return Done.Instance;
        });
    }

    private void ExitIfStuck(TimeSpan timeout) => Task.Delay(timeout).ContinueWith(
        _ =>
        {
            if (!System.WhenTerminated.IsCompleted && !ReferenceEquals(ShutdownReason, ClrExitReason.Instance))
                Environment.Exit(0);
        },
        TaskScheduler.Default);

    private void HookProcessExit(Config config)
    {
        if (!config.GetBoolean("run-by-clr-shutdown-hook", true))
            return;
        // The process ends when the handlers return, so this one waits; a system that is gone needs no hook.
        EventHandler hook = (_, _) =>
        {
            if (System.WhenTerminated.IsCompleted)
                return;
            Log.Info("Starting coordinated shutdown from CLR termination hook.");
            if (!Run(ClrExitReason.Instance).Wait(TotalTimeout))
                Log.Warning("CoordinatedShutdown from CLR shutdown timed out");
        };
        AppDomain.CurrentDomain.ProcessExit += hook;
        System.WhenTerminated.ContinueWith(_ => AppDomain.CurrentDomain.ProcessExit -= hook, TaskScheduler.Default);
    }

    private void RequirePhase(string phase)
    {
        if (!_phases.ContainsKey(phase))
        {
            throw new ArgumentException(
                $"Unknown phase [{phase}], known phases [{string.Join(",", OrderedPhases)}]. All phases (along with their optional"
                + " dependencies) must be defined in configuration.",
                nameof(phase));
        }
    }

    /// <summary>Why the system goes down.</summary>
    public class Reason
    {
        protected Reason()
        {
        }
    }

    public class UnknownReason : Reason
    {
        public static readonly Reason Instance = new UnknownReason();

        private UnknownReason()
        {
        }
    }

    public class ActorSystemTerminateReason : Reason
    {
        public static readonly Reason Instance = new ActorSystemTerminateReason();

        private ActorSystemTerminateReason()
        {
        }
    }

    public class ClrExitReason : Reason
    {
        public static readonly Reason Instance = new ClrExitReason();

        private ClrExitReason()
        {
        }
    }

    public class ClusterDowningReason : Reason
    {
        public static readonly Reason Instance = new ClusterDowningReason();

        private ClusterDowningReason()
        {
        }
    }

    public class ClusterLeavingReason : Reason
    {
        public static readonly Reason Instance = new ClusterLeavingReason();

        private ClusterLeavingReason()
        {
        }
    }

    public class ClusterJoinUnsuccessfulReason : Reason
    {
        public static readonly Reason Instance = new ClusterJoinUnsuccessfulReason();

        private ClusterJoinUnsuccessfulReason()
        {
        }
    }
}

/// <param name="DependsOn">The phases that come before.</param>
/// <param name="Timeout">How long its tasks may take.</param>
/// <param name="Recover">Whether the next phases run all the same when a task fails or is too slow.</param>
/// <param name="Enabled">Whether its tasks run at all.</param>
internal sealed record Phase(ImmutableHashSet<string> DependsOn, TimeSpan Timeout, bool Recover, bool Enabled = true)
{
    public bool Equals(Phase? other) =>
        other is not null && DependsOn.SetEquals(other.DependsOn) && Timeout == other.Timeout && Recover == other.Recover
        && Enabled == other.Enabled;

    public override int GetHashCode() => HashCode.Combine(DependsOn.Count, Timeout, Recover, Enabled);
}
