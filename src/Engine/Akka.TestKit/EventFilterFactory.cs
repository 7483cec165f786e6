using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Event;
using Akka.TestKit.Internal;
using Akka.TestKit.Internal.StringMatcher;

namespace Akka.TestKit;

/// <summary>Says which log events are meant; the result says what is expected of them.</summary>
public class EventFilterFactory
{
    private readonly TestKitBase _testkit;
    private readonly ActorSystem _system;
    private readonly IReadOnlyList<EventFilterBase> _filters;

    public EventFilterFactory(TestKitBase testkit) : this(testkit, testkit.Sys)
    {
    }

    public EventFilterFactory(TestKitBase testkit, ActorSystem system) : this(testkit, system, [])
    {
    }

    /// <param name="testkit">The test, which measures time and fails.</param>
    /// <param name="system">Whose log events are meant.</param>
    /// <param name="filters">What an event may fit instead of the filter that is made next.</param>
    public EventFilterFactory(TestKitBase testkit, ActorSystem system, IReadOnlyList<EventFilterBase> filters)
    {
        _testkit = testkit;
        _system = system;
        _filters = filters;
    }

    public IEventFilterApplier Exception<TException>(Regex pattern, string? source = null) where TException : Exception =>
        Exception(typeof(TException), pattern, source);

    public IEventFilterApplier Exception<TException>(
        string? message = null, string? start = null, string? contains = null, string? source = null) where TException : Exception =>
        Exception(typeof(TException), message, start, contains, source);

    public IEventFilterApplier Exception(Type exceptionType, Regex pattern, string? source = null, bool checkInnerExceptions = false) =>
        Applier(new ErrorFilter(exceptionType, new RegexMatcher(pattern), Source(source), checkInnerExceptions));

    public IEventFilterApplier Exception(
        Type exceptionType, string? message = null, string? start = null, string? contains = null, string? source = null,
        bool checkInnerExceptions = false) =>
        Applier(new ErrorFilter(
            exceptionType, CreateMessageMatcher(message, start, contains), Source(source), checkInnerExceptions));

    public IEventFilterApplier Error(
        string? message = null, string? start = null, string? contains = null, string? source = null) =>
        ForLogLevel(LogLevel.ErrorLevel, message, start, contains, source);

    public IEventFilterApplier Error(Regex pattern, string? source = null) => ForLogLevel(LogLevel.ErrorLevel, pattern, source);

    public IEventFilterApplier Warning(
        string? message = null, string? start = null, string? contains = null, string? source = null) =>
        ForLogLevel(LogLevel.WarningLevel, message, start, contains, source);

    public IEventFilterApplier Warning(Regex pattern, string? source = null) => ForLogLevel(LogLevel.WarningLevel, pattern, source);

    public IEventFilterApplier Info(
        string? message = null, string? start = null, string? contains = null, string? source = null) =>
        ForLogLevel(LogLevel.InfoLevel, message, start, contains, source);

    public IEventFilterApplier Info(Regex pattern, string? source = null) => ForLogLevel(LogLevel.InfoLevel, pattern, source);

    public IEventFilterApplier Debug(
        string? message = null, string? start = null, string? contains = null, string? source = null) =>
        ForLogLevel(LogLevel.DebugLevel, message, start, contains, source);

    public IEventFilterApplier Debug(Regex pattern, string? source = null) => ForLogLevel(LogLevel.DebugLevel, pattern, source);

    public IEventFilterApplier ForLogLevel(
        LogLevel logLevel, string? message = null, string? start = null, string? contains = null, string? source = null) =>
        Applier(Filter(logLevel, CreateMessageMatcher(message, start, contains), Source(source)));

    public IEventFilterApplier ForLogLevel(LogLevel logLevel, Regex pattern, string? source = null) =>
        Applier(Filter(logLevel, new RegexMatcher(pattern), Source(source)));

    public IEventFilterApplier DeadLetter() => DeadLetters(null, null);

    public IEventFilterApplier DeadLetter<TMessage>(string? source = null) => DeadLetter(typeof(TMessage), source);

    public IEventFilterApplier DeadLetter<TMessage>(Func<TMessage, bool> isMatch, string? source = null) =>
        DeadLetters(letter => letter.Message is TMessage message && isMatch(message), source);

    public IEventFilterApplier DeadLetter(Type type, string? source = null) =>
        DeadLetters(letter => type.IsInstanceOfType(letter.Message), source);

    public IEventFilterApplier DeadLetter(Type type, Func<object, bool> isMatch, string? source = null) =>
        DeadLetters(letter => type.IsInstanceOfType(letter.Message) && isMatch(letter.Message), source);

    public IEventFilterApplier Custom(Predicate<LogEvent> predicate) => Applier(new CustomEventFilter(predicate));

    public IEventFilterApplier Custom<TLogEvent>(Predicate<TLogEvent> predicate) where TLogEvent : LogEvent =>
        Custom(logEvent => logEvent is TLogEvent expected && predicate(expected));

    protected static IStringMatcher CreateMessageMatcher(string? message, string? start, string? contains)
    {
        if (message is not null) return new EqualsString(message);
        if (start is not null) return new StartsWithString(start);
        return contains is not null ? new ContainsString(contains) : MatchesAll.Instance;
    }

    protected IEventFilterApplier CreateApplier(EventFilterBase filter, ActorSystem system) =>
        new InternalEventFilterApplier(_testkit, system, [.. _filters, filter]);

    private static IStringMatcher Source(string? source) =>
        source is null ? MatchesAll.Instance : new EqualsStringAndPathMatcher(source);

    private static EventFilterBase Filter(LogLevel level, IStringMatcher message, IStringMatcher source) => level switch
    {
        LogLevel.DebugLevel => new DebugFilter(message, source),
        LogLevel.InfoLevel => new InfoFilter(message, source),
        LogLevel.WarningLevel => new WarningFilter(message, source),
        LogLevel.ErrorLevel => new ErrorFilter(message, source),
        _ => throw new ArgumentOutOfRangeException(nameof(level), level, "There are no log events of this level."),
    };

    private IEventFilterApplier Applier(EventFilterBase filter) => CreateApplier(filter, _system);

    private IEventFilterApplier DeadLetters(Predicate<DeadLetter>? predicate, string? source) =>
        Applier(new DeadLettersFilter(MatchesAll.Instance, Source(source), predicate));
}
