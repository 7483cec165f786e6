using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Event;
using Akka.TestKit.TestEvent;

namespace Akka.TestKit;

/// <summary>The logger of a test's system, which keeps from the log what the test has muted.</summary>
public class TestEventListener : DefaultLogger
{
    private readonly List<IEventFilter> _filters = [];

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case InitializeLogger initialize:
                var bus = initialize.LoggingBus;
                foreach (var type in new[] { typeof(Mute), typeof(Unmute), typeof(DeadLetter) })
                    bus.Subscribe(Context.Self, type);
                return base.Receive(message);
            case Mute mute:
                _filters.AddRange(mute.Filters);
                return true;
            case Unmute unmute:
                foreach (var filter in unmute.Filters) _filters.Remove(filter);
                return true;
            case LogEvent logEvent:
                PrintUnlessMuted(logEvent);
                return true;
            case DeadLetter letter:
                HandleDeadLetter(letter);
                return true;
            default:
                return base.Receive(message);
        }
    }

    private void HandleDeadLetter(DeadLetter letter)
    {
        if (letter.Message is Terminate) return;
        var source = letter.Recipient.Path.ToString();
        var type = letter.Recipient.GetType();
        // Filters of dead letters see the letter itself; all others, and the log, see a text.
        if (IsMuted(new Warning(source, type, letter))) return;
        var text = letter.Message is ISystemMessage
            ? $"Received dead system message: {letter.Message}"
            : $"Received dead letter from {letter.Sender}: {letter.Message}";
        PrintUnlessMuted(new Warning(source, type, text));
    }

    private void PrintUnlessMuted(LogEvent logEvent)
    {
        if (!IsMuted(logEvent)) Print(logEvent);
    }

    /// <summary>The first filter that fits takes the event; it counts once.</summary>
    private bool IsMuted(LogEvent logEvent) => _filters.Exists(filter => filter.Apply(logEvent));
}
