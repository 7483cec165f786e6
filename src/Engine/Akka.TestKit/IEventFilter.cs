using Akka.Event;
using Akka.TestKit.Internal;
using Akka.TestKit.Internal.StringMatcher;

namespace Akka.TestKit;

public interface IEventFilter
{
    bool Apply(LogEvent logEvent);
}

/// <summary>Fits dead letters, which the test's logger shows to filters as warnings.</summary>
public sealed class DeadLettersFilter(
    IStringMatcher messageMatcher, IStringMatcher sourceMatcher, Predicate<DeadLetter>? predicate = null)
    : EventFilterBase(messageMatcher, sourceMatcher)
{
    protected override string FilterDescriptiveName => "DeadLetter";

    protected override bool IsMatch(LogEvent evt) =>
        evt is Warning { Message: DeadLetter letter }
        && (predicate is null || predicate(letter))
        && InternalDoMatch(evt.LogSource, letter.Message);
}
