using Akka.Actor;
using Akka.Dispatch;

namespace Akka.Event;

/// <summary>Prints log events to the standard output.</summary>
public class DefaultLogger : ActorBase, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
    private MinimalLogger? _standardOutput;

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case InitializeLogger:
                _standardOutput = Context.System.Settings.StdoutLogger;
                Sender.Tell(new LoggerInitialized());
                return true;
            case LogEvent logEvent:
                Print(logEvent);
                return true;
            default:
                return false;
        }
    }

    protected virtual void Print(LogEvent logEvent)
    {
        // A test may ask for events to be printed before the logger was told to get ready.
        if (_standardOutput is null) StandardOutLogger.PrintLogEvent(logEvent, LogFilterEvaluator.NoFilters);
        else _standardOutput.Tell(logEvent, ActorRefs.NoSender);
    }
}

/// <summary>Passes log events on to <see cref="System.Diagnostics.Trace"/>.</summary>
public class TraceLogger : UntypedActor
{
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case InitializeLogger:
                Sender.Tell(new LoggerInitialized());
                break;
            case Error error:
                System.Diagnostics.Trace.TraceError(error.ToString());
                break;
            case Warning warning:
                System.Diagnostics.Trace.TraceWarning(warning.ToString());
                break;
            case LogEvent logEvent:
                System.Diagnostics.Trace.TraceInformation(logEvent.ToString());
                break;
            default:
                Unhandled(message);
                break;
        }
    }
}
