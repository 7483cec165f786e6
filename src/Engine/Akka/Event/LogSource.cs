using Akka.Actor;

namespace Akka.Event;

/// <summary>Stands as the class of log events whose source is only a text.</summary>
public class DummyClassForStringSources;

/// <summary>Where a log event comes from: a name for people, and the class that logged.</summary>
public readonly struct LogSource
{
    private LogSource(string source, Type type)
    {
        Source = source;
        Type = type;
    }

    public string Source { get; }

    public Type Type { get; }

    public static LogSource Create(object o) => o switch
    {
        IActorContext context => new LogSource(FromActor(context, context.System), SourceType(o)),
        IActorRef actorRef => new LogSource(actorRef.Path.ToString(), SourceType(o)),
        string text => new LogSource(text, SourceType(o)),
        Type type => new LogSource(Logging.SimpleName(type), SourceType(o)),
        _ => new LogSource(Logging.SimpleName(o), SourceType(o)),
    };

    public static LogSource Create(object o, ActorSystem system) => o switch
    {
        IActorContext context => new LogSource(FromActor(context, system), SourceType(o)),
        IActorRef actorRef => new LogSource(FromActorRef(actorRef, system), SourceType(o)),
        string text => new LogSource(FromString(text, system), SourceType(o)),
        Type type => new LogSource(FromType(type, system), SourceType(o)),
        _ => new LogSource(FromType(o.GetType(), system), SourceType(o)),
    };

    public static LogSource Create(string source, Type t) => new(source, t);

    public static string FromType(Type t, ActorSystem system) => $"{Logging.SimpleName(t)}({system})";

    public static string FromString(string source, ActorSystem system) => $"{source}({system})";

    public static string FromActor(IActorContext actor, ActorSystem system) => FromActorRef(actor.Self, system);

    public static string FromActorRef(IActorRef a, ActorSystem system)
    {
        // Loggers are made while a system starts too, before its provider has an address.
        var address = (system as ExtendedActorSystem)?.Provider?.DefaultAddress;
        return address is null ? a.Path.ToString() : a.Path.ToStringWithAddress(address);
    }

    public static Type SourceType(object o) => o switch
    {
        Type type => type,
        IActorContext context => context.Props.Type,
        IActorRef actorRef => actorRef.GetType(),
        string => typeof(DummyClassForStringSources),
        _ => o.GetType(),
    };
}
