using System.Diagnostics;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Dispatch;

public interface IDispatcherPrerequisites
{
    EventStream EventStream { get; }

    IScheduler Scheduler { get; }

    Settings Settings { get; }

    Mailboxes Mailboxes { get; }
}

public sealed class DefaultDispatcherPrerequisites : IDispatcherPrerequisites
{
    public DefaultDispatcherPrerequisites(EventStream eventStream, IScheduler scheduler, Settings settings, Mailboxes mailboxes)
    {
        EventStream = eventStream;
        Scheduler = scheduler;
        Settings = settings;
        Mailboxes = mailboxes;
    }

    public EventStream EventStream { get; }

    public IScheduler Scheduler { get; }

    public Settings Settings { get; }

    public Mailboxes Mailboxes { get; }
}

/// <summary>Makes the dispatchers of one configured section.</summary>
public abstract class MessageDispatcherConfigurator
{
    protected MessageDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
    {
        Config = config;
        Prerequisites = prerequisites;
    }

    public Config Config { get; }

    public IDispatcherPrerequisites Prerequisites { get; }

    public abstract MessageDispatcher Dispatcher();

    protected ExecutorServiceConfigurator ConfigureExecutor() => Executors.Configure(Config, Prerequisites);
}

/// <summary>Decides which threads run the mailboxes, and for how long at a time.</summary>
public abstract class MessageDispatcher
{
    public const int DefaultThroughput = 100;

    // The shutdown of threads that nobody uses any more: planned once, and put off when somebody comes back meanwhile.
    private const int Unplanned = 0;
    private const int Planned = 1;
    private const int PutOff = 2;

    private long _inhabitants;
    private int _shutdownPlan;
    private long? _throughputDeadlineTime;

    protected MessageDispatcher(MessageDispatcherConfigurator configurator)
    {
        Configurator = configurator;
        Throughput = DefaultThroughput;
    }

    public MessageDispatcherConfigurator Configurator { get; }

    public string Id { get; protected set; } = "";

    public int Throughput { get; set; }

    /// <summary>In .NET ticks; null or 0 for none.</summary>
    public long? ThroughputDeadlineTime
    {
        get => _throughputDeadlineTime;
        protected set
        {
            _throughputDeadlineTime = value;
            DeadlineTicks = value is > 0 ? (long)(value.Value * ((double)Stopwatch.Frequency / TimeSpan.TicksPerSecond)) : 0;
        }
    }

    public TimeSpan ShutdownTimeout { get; protected set; }

    public EventStream EventStream => Configurator.Prerequisites.EventStream;

    public Mailboxes Mailboxes => Configurator.Prerequisites.Mailboxes;

    protected long Inhabitants => Volatile.Read(ref _inhabitants);

    internal long DeadlineTicks { get; private set; }

    /// <summary>Whether there is anything to shut down when nobody is left.</summary>
    internal virtual bool HoldsThreads => true;

    public void Schedule(Action run) => Schedule(new ActionRunnable(run));

    public void Schedule(IRunnable run) => ExecuteTask(run);

    public virtual void Attach(ActorCell cell)
    {
        Interlocked.Increment(ref _inhabitants);
        Interlocked.CompareExchange(ref _shutdownPlan, PutOff, Planned);
        RegisterForExecution(cell.Mailbox, false, true);
    }

    public virtual void Detach(ActorCell cell)
    {
        try
        {
            Interlocked.Decrement(ref _inhabitants);
            var mailbox = cell.SwapMailbox(Mailboxes.DeadLetterMailbox);
            mailbox.BecomeClosed();
            mailbox.CleanUp();
        }
        finally
        {
            if (Inhabitants == 0 && HoldsThreads)
                PlanShutdown();
        }
    }

    public virtual void Dispatch(ActorCell cell, Envelope envelope)
    {
        var mailbox = cell.Mailbox;
        mailbox.Enqueue(cell.Self, envelope);
        if (!RegisterForExecution(mailbox, true, false) && mailbox.IsClosed())
            mailbox.CleanUp();
    }

    public virtual void SystemDispatch(ActorCell cell, SystemMessage message)
    {
        var mailbox = cell.Mailbox;
        mailbox.SystemEnqueue(cell.Self, message);
        RegisterForExecution(mailbox, false, true);
    }

    protected abstract void ExecuteTask(IRunnable run);

    protected abstract void Shutdown();

    protected void ReportFailure(Exception ex) => EventStream.Publish(new Error(ex, GetType().FullName!, GetType(), ex.Message));

    /// <returns>Whether the mailbox was handed to a thread by this call.</returns>
    internal bool RegisterForExecution(Mailbox mailbox, bool hasMessageHint, bool hasSystemMessageHint)
    {
        if (!mailbox.CanBeScheduledForExecution(hasMessageHint, hasSystemMessageHint) || !mailbox.SetAsScheduled())
            return false;
        try
        {
            ExecuteTask(mailbox);
            return true;
        }
        catch
        {
            mailbox.SetAsIdle();
            throw;
        }
    }

    private void ShutDownIfUnused()
    {
        if (Inhabitants != 0)
        {
            Volatile.Write(ref _shutdownPlan, Unplanned);
        }
        else if (Interlocked.CompareExchange(ref _shutdownPlan, Unplanned, Planned) == Planned)
        {
            Shutdown();
        }
        else
        {
            Volatile.Write(ref _shutdownPlan, Unplanned);
            PlanShutdown();
        }
    }

    private void PlanShutdown()
    {
        if (Interlocked.CompareExchange(ref _shutdownPlan, Planned, Unplanned) != Unplanned)
            return;
        // Not by the system's scheduler: that one may well be gone by then, and the threads have to end all the same.
        Task.Delay(ShutdownTimeout).ContinueWith(
            static (_, dispatcher) => ((MessageDispatcher)dispatcher!).ShutDownIfUnused(), this, TaskScheduler.Default);
    }
}

/// <summary>Shares the threads of an executor among its actors.</summary>
public class Dispatcher : MessageDispatcher
{
    private readonly ExecutorServiceFactory _executorFactory;
    private readonly Lock _lock = new();
    private volatile ExecutorService? _executor;

    public Dispatcher(
        MessageDispatcherConfigurator configurator, string id, int throughput, long? throughputDeadlineTime,
        ExecutorServiceFactory executorServiceFactory, TimeSpan shutdownTimeout)
        : base(configurator)
    {
        _executorFactory = executorServiceFactory;
        Id = id;
        Throughput = throughput;
        ThroughputDeadlineTime = throughputDeadlineTime;
        ShutdownTimeout = shutdownTimeout;
    }

    internal override bool HoldsThreads => GetType() != typeof(Dispatcher) || _executor is not ThreadPoolExecutor;

    protected override void ExecuteTask(IRunnable run)
    {
        try
        {
            (_executor ?? Start()).Execute(run);
        }
        catch (RejectedExecutionException)
        {
            // The executor was shut down for want of use just now; a fresh one takes the work.
            Start().Execute(run);
        }
    }

    protected override void Shutdown()
    {
        ExecutorService? executor;
        lock (_lock)
        {
            executor = _executor;
            _executor = null;
        }

        executor?.Shutdown();
    }

    private ExecutorService Start()
    {
        lock (_lock)
            return _executor ??= _executorFactory.Produce(Id);
    }
}

/// <summary>A thread of its own for each actor.</summary>
public sealed class PinnedDispatcher : Dispatcher
{
    private ActorCell? _owner;

    public PinnedDispatcher(
        MessageDispatcherConfigurator configurator, string id, int throughput, long? throughputDeadlineTime,
        ExecutorServiceFactory executorServiceFactory, TimeSpan shutdownTimeout)
        : base(configurator, id, throughput, throughputDeadlineTime, executorServiceFactory, shutdownTimeout)
    {
    }

    public override void Attach(ActorCell cell)
    {
        if (_owner is not null && !ReferenceEquals(_owner, cell))
            throw new InvalidOperationException($"Cannot register to anyone but {_owner.Self}");
        _owner = cell;
        base.Attach(cell);
    }

    public override void Detach(ActorCell cell)
    {
        base.Detach(cell);
        _owner = null;
    }
}

/// <summary>Runs its actors through the synchronization context that was current when it was made, such as a user interface's.</summary>
public sealed class CurrentSynchronizationContextDispatcher : Dispatcher
{
    public CurrentSynchronizationContextDispatcher(
        MessageDispatcherConfigurator configurator, string id, int throughput, long? throughputDeadlineTime,
        ExecutorServiceFactory executorServiceFactory, TimeSpan shutdownTimeout)
        : base(configurator, id, throughput, throughputDeadlineTime, executorServiceFactory, shutdownTimeout)
    {
        // The context has to be taken now, on the thread that looks the dispatcher up.
        ExecuteTask(new ActionRunnable(() => { }));
    }
}
