using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

/// <summary>A place where nobody lives: what is sent there becomes a dead letter, and who watches it learns so at once.</summary>
public class EmptyLocalActorRef : MinimalActorRef
{
    private readonly EventStream _eventStream;

    public EmptyLocalActorRef(IActorRefProvider provider, ActorPath path, EventStream eventStream)
    {
        Provider = provider;
        Path = path;
        _eventStream = eventStream;
    }

    public override ActorPath Path { get; }

    public override IActorRefProvider Provider { get; }

    public override bool IsTerminated => true;

    public override void SendSystemMessage(ISystemMessage message) => SpecialHandle(message, Provider.DeadLetters);

    protected override void TellInternal(object message, IActorRef sender)
    {
        if (message is null)
            throw new InvalidMessageException("Message is null");
        if (message is DeadLetter letter)
            SpecialHandle(letter.Message, letter.Sender);
        else if (!SpecialHandle(message, sender))
            _eventStream.Publish(new DeadLetter(message, sender.IsNobody() ? Provider.DeadLetters : sender, this));
    }

    protected virtual bool SpecialHandle(object message, IActorRef sender)
    {
        switch (message)
        {
            case Watch watch:
                if (watch.Watchee.Equals(this) && !watch.Watcher.Equals(this))
                    watch.Watcher.SendSystemMessage(new DeathWatchNotification(watch.Watchee, false, false));
                return true;
            case Unwatch:
                return true;
            case Identify identify:
                sender?.Tell(new ActorIdentity(identify.MessageId, null), ActorRefs.NoSender);
                return true;
            case ActorSelectionMessage { Message: Identify identify } selection:
                if (!selection.WildCardFanOut)
                    sender?.Tell(new ActorIdentity(identify.MessageId, null), ActorRefs.NoSender);
                return true;
            case ActorSelectionMessage { Message: IDeadLetterSuppression suppressed }:
                PublishSuppressed(suppressed, sender);
                return true;
            case ActorSelectionMessage selection:
                _eventStream.Publish(
                    new DeadLetter(selection.Message, sender.IsNobody() ? Provider.DeadLetters : sender, this));
                return true;
            case IDeadLetterSuppression suppressed:
                PublishSuppressed(suppressed, sender);
                return true;
            default:
                return false;
        }
    }

    private void PublishSuppressed(IDeadLetterSuppression message, IActorRef sender) =>
        _eventStream.Publish(new SuppressedDeadLetter(message, sender.IsNobody() ? Provider.DeadLetters : sender, this));
}

public class DeadLetterActorRef : EmptyLocalActorRef
{
    private readonly EventStream _eventStream;

    public DeadLetterActorRef(IActorRefProvider provider, ActorPath path, EventStream eventStream)
        : base(provider, path, eventStream)
    {
        _eventStream = eventStream;
    }

    public override bool IsTerminated => false;

    protected override void TellInternal(object message, IActorRef sender)
    {
        switch (message)
        {
            case null:
                throw new InvalidMessageException("Message is null");
            case DeadLetter letter:
                if (!SpecialHandle(letter.Message, letter.Sender))
                    _eventStream.Publish(letter);
                break;
            default:
                if (!SpecialHandle(message, sender))
                    _eventStream.Publish(new DeadLetter(message, sender.IsNobody() ? this : sender, this));
                break;
        }
    }

    protected override bool SpecialHandle(object message, IActorRef sender)
    {
        switch (message)
        {
            case Watch watch:
                if (!watch.Watchee.Equals(this) && !watch.Watcher.Equals(this))
                    watch.Watcher.SendSystemMessage(new DeathWatchNotification(watch.Watchee, false, false));
                return true;
            case Identify identify:
                // It is a place that exists, although nobody is there.
                sender?.Tell(new ActorIdentity(identify.MessageId, ActorRefs.Nobody), ActorRefs.NoSender);
                return true;
            default:
                return base.SpecialHandle(message, sender);
        }
    }
}

/// <summary>Takes everything and does nothing with it; not even a dead letter comes of it.</summary>
internal sealed class IgnoreActorRef(IActorRefProvider provider) : MinimalActorRef
{
    public override ActorPath Path { get; } = new RootActorPath(new Address("akka", "all-systems")) / "ignore";

    public override IActorRefProvider Provider => provider;
}

/// <summary>A node of the tree that is no actor but has children, such as <c>/temp</c>.</summary>
internal sealed class VirtualPathContainer(IActorRefProvider provider, ActorPath path, IInternalActorRef parent) : MinimalActorRef
{
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, IInternalActorRef> _children = new(StringComparer.Ordinal);

    public override ActorPath Path => path;

    public override IInternalActorRef Parent => parent;

    public override IActorRefProvider Provider => provider;

    public bool IsEmpty => _children.IsEmpty;

    public void Add(string name, IInternalActorRef child) => _children[name] = child;

    public void Remove(string name) => _children.TryRemove(name, out _);

    public override IActorRef GetChild(IReadOnlyList<string> name)
    {
        var first = name.Count == 0 ? "" : name[0];
        if (first == "")
            return name.Count > 1 ? GetChild(name.Skip(1).ToArray()) : this;
        if (!_children.TryGetValue(first, out var child))
            return ActorRefs.Nobody;
        return name.Count == 1 ? child : child.GetChild(name.Skip(1).ToArray());
    }

    protected override void TellInternal(object message, IActorRef sender)
    {
        if (message is not ActorSelectionMessage selection)
            return;
        if (selection.Elements.Length == 0)
        {
            Tell(selection.Message, sender);
        }
        else if (selection.Elements[0] is SelectChildName child && _children.TryGetValue(child.Name, out var found))
        {
            ActorSelection.DeliverSelection(found, sender, selection.Copy(elements: selection.Elements[1..]));
        }
        else if (selection.Elements[0] is SelectParent)
        {
            ActorSelection.DeliverSelection(parent, sender, selection.Copy(elements: selection.Elements[1..]));
        }
        else if (!selection.WildCardFanOut)
        {
            new EmptyLocalActorRef(provider, path / selection.Elements.Select(e => e.ToString()!), provider.Settings.System.EventStream)
                .Tell(selection, sender);
        }
    }
}
