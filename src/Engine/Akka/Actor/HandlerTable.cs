using System.Runtime.CompilerServices;

namespace Akka.Actor;

internal abstract class MessageHandler
{
    public abstract Type MessageType { get; }

    /// <summary>Takes every message of its type, so that handlers behind it for the same type can never run.</summary>
    public abstract bool IsUnconditional { get; }

    /// <summary>Only called with a message of <see cref="MessageType"/>.</summary>
    public abstract bool Handle(object message);
}

internal sealed class ActionHandler<T>(Action<T> action, Predicate<T>? predicate) : MessageHandler
{
    public override Type MessageType => typeof(T);

    public override bool IsUnconditional => predicate is null;

    public override bool Handle(object message)
    {
        var typed = As(message);
        if (predicate is not null && !predicate(typed))
            return false;
        action(typed);
        return true;
    }

    // The table has matched the type already; a checked cast to a generic parameter would look it up a second time.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T As(object message) =>
        typeof(T).IsValueType ? (T)message : Unsafe.As<object, T>(ref message);
}

internal sealed class FuncHandler<T>(Func<T, bool> func) : MessageHandler
{
    public override Type MessageType => typeof(T);

    public override bool IsUnconditional => false;

    public override bool Handle(object message) => func(ActionHandler<T>.As(message));
}

internal sealed class UntypedHandler(Type messageType, Action<object> action, Predicate<object>? predicate) : MessageHandler
{
    public override Type MessageType => messageType;

    public override bool IsUnconditional => predicate is null;

    public override bool Handle(object message)
    {
        if (predicate is not null && !predicate(message))
            return false;
        action(message);
        return true;
    }
}

internal sealed class UntypedFuncHandler(Type messageType, Func<object, bool> func) : MessageHandler
{
    public override Type MessageType => messageType;

    public override bool IsUnconditional => false;

    public override bool Handle(object message) => func(message);
}

/// <summary>The handlers of one behaviour in order, with the matching ones remembered for each concrete message type.</summary>
internal sealed class HandlerTable
{
    private readonly List<MessageHandler> _handlers = [];
    private Dictionary<Type, MessageHandler[]>? _byType;
    private Type? _lastType;
    private MessageHandler[] _lastMatches = [];

    public void Add(MessageHandler handler)
    {
        if (_handlers.Exists(h => h.IsUnconditional && h.MessageType == typeof(object)))
        {
            throw new InvalidOperationException(
                "A handler that catches all messages has been added. No handler can be added after that.");
        }

        _handlers.Add(handler);
        _byType = null;
        _lastType = null;
    }

    public bool TryHandle(object message)
    {
        var type = message.GetType();
        var matches = type == _lastType ? _lastMatches : MatchesFor(type);
        foreach (var handler in matches)
        {
            if (handler.Handle(message))
                return true;
        }

        return false;
    }

    private MessageHandler[] MatchesFor(Type type)
    {
        if (_byType is null || !_byType.TryGetValue(type, out var matches))
        {
            var fitting = new List<MessageHandler>();
            foreach (var handler in _handlers)
            {
                if (!handler.MessageType.IsAssignableFrom(type))
                    continue;
                fitting.Add(handler);
                if (handler.IsUnconditional)
                    break;
            }

            (_byType ??= [])[type] = matches = fitting.ToArray();
        }

        _lastType = type;
        _lastMatches = matches;
        return matches;
    }
}
