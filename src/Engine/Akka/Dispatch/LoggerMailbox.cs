using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;

namespace Akka.Event;

/// <summary>The mailbox of loggers: what a logger had not yet printed when it stopped is printed all the same.</summary>
internal sealed class LoggerMailboxType : MailboxType, IProducesMessageQueue<LoggerMailbox>
{
    public LoggerMailboxType(Settings settings, Config config)
        : base(settings, config)
    {
    }

    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new LoggerMailbox(system);
}

internal sealed class LoggerMailbox(ActorSystem system) : IMessageQueue, ILoggerMessageQueueSemantics, IUnboundedMessageQueueSemantics
{
    private readonly UnboundedMessageQueue _queue = new();

    public bool HasMessages => _queue.HasMessages;

    public int Count => _queue.Count;

    public void Enqueue(IActorRef receiver, Envelope envelope) => _queue.Enqueue(receiver, envelope);

    public bool TryDequeue(out Envelope envelope) => _queue.TryDequeue(out envelope);

    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        var threshold = Logging.LogLevelFor(system.Settings.StdoutLogLevel);
        while (_queue.TryDequeue(out var envelope))
        {
            if (envelope.Message is not LogEvent late)
                deadletters.Enqueue(owner, envelope);
            else if (late.LogLevel() >= threshold)
                system.Settings.StdoutLogger.Tell(late, owner);
        }
    }
}
