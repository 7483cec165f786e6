using Akka.Actor;

namespace Akka.Event;

/// <summary>
/// Logs dead letters: the first <c>akka.log-dead-letters</c> of them, then none until <c>akka.log-dead-letters-suspend-duration</c>
/// has passed, so that a flood of them does not become a flood of lines.
/// </summary>
public class DeadLetterListener : ActorBase
{
    private readonly EventStream _eventStream = Context.System.EventStream;
    private readonly int _maxCount = Context.System.Settings.LogDeadLetters;
    private readonly TimeSpan _suspension = Context.System.Settings.LogDeadLettersSuspendDuration;
    private int _count;
    private DateTime? _suspendedUntil;

    private bool IsUnlimited => _maxCount == int.MaxValue;

    private bool SuspendsForever => _suspension <= TimeSpan.Zero;

    protected override void PreStart()
    {
        _eventStream.Subscribe(Self, typeof(DeadLetter));
        _eventStream.Subscribe(Self, typeof(Dropped));
        _eventStream.Subscribe(Self, typeof(UnhandledMessage));
    }

    protected override void PostStop() => _eventStream.Unsubscribe(Self);

    protected override void PreRestart(Exception reason, object message)
    {
    }

    protected override void PostRestart(Exception reason)
    {
    }

    protected override bool Receive(object message)
    {
        if (message is not AllDeadLetters letter) return false;
        if (letter.Message is IDeadLetterSuppression || letter.Message is AllDeadLetters) return true;

        _count++;
        if (_suspendedUntil is { } end)
        {
            if (DateTime.UtcNow < end) return true;
            Log(letter, $", of which {_count - _maxCount - 1} were not logged. The counter will be reset now");
            _count = 0;
            _suspendedUntil = null;
        }
        else if (!IsUnlimited && _count == _maxCount)
        {
            SuspendLogging(letter);
        }
        else
        {
            Log(letter, "");
        }

        return true;
    }

    private void SuspendLogging(AllDeadLetters letter)
    {
        if (SuspendsForever)
        {
            Log(letter, ", no more dead letters will be logged");
            Context.Stop(Self);
            return;
        }

        Log(letter, $", no more dead letters will be logged in next [{_suspension}]");
        _suspendedUntil = DateTime.UtcNow + _suspension;
    }

    private void Log(AllDeadLetters letter, string afterCount)
    {
        var sender = letter.Sender.IsNobody() ? "" : $" from {letter.Sender.Path}";
        var recipient = letter.Recipient;
        var fate = letter switch
        {
            Dropped dropped => $"was dropped. {dropped.Reason}.",
            UnhandledMessage => "was unhandled.",
            _ => "was not delivered.",
        };
        var text = $"Message [{letter.Message.GetType().Name}]{sender} to {recipient.Path} {fate} " +
            $"[{_count}] dead letters encountered{afterCount}. If this is not an expected behavior then {recipient.Path} may have " +
            "terminated unexpectedly. This logging can be turned off or adjusted with configuration settings " +
            "'akka.log-dead-letters' and 'akka.log-dead-letters-during-shutdown'. " +
            $"Message content: {letter.Message}";
        _eventStream.Publish(new Info(recipient.Path.ToString(), recipient.GetType(), text));
    }
}
