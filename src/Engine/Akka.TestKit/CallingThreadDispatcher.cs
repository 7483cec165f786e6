using Akka.Configuration;
using Akka.Dispatch;

namespace Akka.TestKit;

public class CallingThreadDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
    : MessageDispatcherConfigurator(config, prerequisites)
{
    public override MessageDispatcher Dispatcher() => new CallingThreadDispatcher(this);
}

/// <summary>Runs an actor on the thread that sends to it, unless another thread is running it already.</summary>
public class CallingThreadDispatcher(MessageDispatcherConfigurator configurator) : MessageDispatcher(configurator)
{
    public new static readonly string Id = "akka.test.calling-thread-dispatcher";

    protected override void ExecuteTask(IRunnable run) => run.Run();

    protected override void Shutdown()
    {
        // There is no thread of its own to end.
    }
}
