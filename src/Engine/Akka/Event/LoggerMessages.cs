using Akka.Actor;
using Akka.Dispatch;

namespace Akka.Event;

/// <summary>Asks a logger to get ready; it answers with <see cref="LoggerInitialized"/>.</summary>
public class InitializeLogger(LoggingBus loggingBus) : INoSerializationVerificationNeeded
{
    public LoggingBus LoggingBus { get; } = loggingBus;
}

public class LoggerInitialized : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>What the message queue of a logger is asked for.</summary>
public interface ILoggerMessageQueueSemantics : ISemantics;
