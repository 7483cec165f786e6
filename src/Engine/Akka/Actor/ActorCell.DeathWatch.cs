using Akka.Dispatch.SysMsg;
using Akka.Event;
using Akka.Util;

namespace Akka.Actor;

public partial class ActorCell
{
    // Whom this actor watches, with the message that takes the place of Terminated, if any.
    private Dictionary<IActorRef, object?>? _watching;
    private HashSet<IActorRef>? _watchedBy;

    // A Terminated that is in the mailbox already is dropped when the actor unwatches before it comes to it.
    private Dictionary<IActorRef, object?>? _terminatedQueued;

    public IActorRef Watch(IActorRef subject) => Watch(subject, null);

    public IActorRef WatchWith(IActorRef subject, object message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return Watch(subject, message);
    }

    public IActorRef Unwatch(IActorRef subject)
    {
        var actor = (IInternalActorRef)subject;
        if (!actor.Equals(_self) && _watching is not null && _watching.ContainsKey(actor))
        {
            actor.SendSystemMessage(new Unwatch(actor, _self));
            KeepAddressSubscription(() => _watching.Remove(actor), actor);
        }

        _terminatedQueued?.Remove(actor);
        return actor;
    }

    /// <summary>Notes that a Terminated is on its way through the mailbox.</summary>
    public void TerminatedQueuedFor(IActorRef subject, Option<object> customMessage) =>
        (_terminatedQueued ??= [])[subject] = customMessage.HasValue ? customMessage.Value : null;

    private IActorRef Watch(IActorRef subject, object? message)
    {
        var actor = (IInternalActorRef)subject;
        if (actor.Equals(_self))
            return actor;
        if (_watching is not null && _watching.TryGetValue(actor, out var previous))
        {
            return Equals(previous, message) ? actor : throw new InvalidOperationException(
                $"Watch({_self}, {message ?? "null"}) termination message was not overwritten from [{previous ?? "null"}] to"
                + $" [{message ?? "null"}]. If this was intended, unwatch first before using Watch/WatchWith with another message.");
        }

        actor.SendSystemMessage(new Watch(actor, _self));
        KeepAddressSubscription(() => (_watching ??= [])[actor] = message, actor);
        return actor;
    }

    protected void ReceivedTerminated(Terminated terminated)
    {
        if (_terminatedQueued is null || !_terminatedQueued.Remove(terminated.ActorRef, out var custom))
            return;
        CurrentMessage = custom ?? terminated;
        ReceiveMessage(custom ?? terminated);
    }

    protected void WatchedActorTerminated(IActorRef actor, bool existenceConfirmed, bool addressTerminated)
    {
        if (_watching is not null && _watching.TryGetValue(actor, out var custom))
        {
            KeepAddressSubscription(() => _watching.Remove(actor), actor);
            if (!_children.IsTerminating)
            {
                (_terminatedQueued ??= [])[actor] = custom;
                _self.Tell(new Terminated(actor, existenceConfirmed, addressTerminated), actor);
            }
        }

        if (TryGetChildStatsByRef(actor, out _))
            HandleChildTerminated(actor);
    }

    protected void TellWatchersWeDied()
    {
        if (_watchedBy is null)
            return;
        var watchers = _watchedBy;
        _watchedBy = null;
        // Those elsewhere first: a local watcher may well be what holds the connection to them.
        foreach (var watcher in watchers.OrderBy(w => ((IActorRefScope)w).IsLocal))
        {
            if (!watcher.Equals(Parent))
                ((IInternalActorRef)watcher).SendSystemMessage(new DeathWatchNotification(_self, true, false));
        }
    }

    protected void UnwatchWatchedActors(ActorBase? actor)
    {
        if (_watching is not null)
        {
            var watching = _watching;
            KeepAddressSubscription(() => _watching = null, null);
            foreach (var watched in watching.Keys.Cast<IInternalActorRef>())
                watched.SendSystemMessage(new Unwatch(watched, _self));
        }

        _terminatedQueued = null;
    }

    protected void AddWatcher(IActorRef watchee, IActorRef watcher)
    {
        var aboutSelf = watchee.Equals(_self);
        var bySelf = watcher.Equals(_self);
        if (aboutSelf && !bySelf)
        {
            if (_watchedBy is null || !_watchedBy.Contains(watcher))
            {
                KeepAddressSubscription(() => (_watchedBy ??= []).Add(watcher), watcher);
                DebugLifecycle($"now watched by {watcher}");
            }
        }
        else if (!aboutSelf && bySelf)
        {
            Watch(watchee);
        }
        else
        {
            Publish(new Warning(_self.Path.ToString(), GetType(), $"BUG: illegal Watch({watchee},{watcher} for {_self})"));
        }
    }

    protected void RemWatcher(IActorRef watchee, IActorRef watcher)
    {
        var aboutSelf = watchee.Equals(_self);
        var bySelf = watcher.Equals(_self);
        if (aboutSelf && !bySelf)
        {
            if (_watchedBy is not null && _watchedBy.Contains(watcher))
            {
                KeepAddressSubscription(() => _watchedBy.Remove(watcher), watcher);
                DebugLifecycle($"no longer watched by {watcher}");
            }
        }
        else if (!aboutSelf && bySelf)
        {
            Unwatch(watchee);
        }
        else
        {
            Publish(new Warning(_self.Path.ToString(), GetType(), $"BUG: illegal Unwatch({watchee},{watcher} for {_self})"));
        }
    }

    /// <summary>A whole address is lost: its watchers are forgotten, and its actors that are watched count as dead.</summary>
    protected void AddressTerminated(Address address)
    {
        KeepAddressSubscription(() => _watchedBy?.RemoveWhere(w => w.Path.Address.Equals(address)), null);
        foreach (var watched in _watching?.Keys.Where(w => w.Path.Address.Equals(address)).ToList() ?? [])
            _self.SendSystemMessage(new DeathWatchNotification(watched, TryGetChildStatsByRef(watched, out _), true));
    }

    /// <summary>Changes the watch tables, and listens for lost addresses exactly while somebody elsewhere is in them.</summary>
    private void KeepAddressSubscription(Action change, IActorRef? changed)
    {
        if (changed is IActorRefScope { IsLocal: true } && !_listensForAddresses)
        {
            change();
            return;
        }

        change();
        var needed = HasRemote(_watching?.Keys) || HasRemote(_watchedBy);
        if (needed == _listensForAddresses)
            return;
        _listensForAddresses = needed;
        var topic = AddressTerminatedTopic.Get(_systemImpl);
        if (needed)
            topic.Subscribe(_self);
        else
            topic.Unsubscribe(_self);
    }

    private bool _listensForAddresses;

    private static bool HasRemote(IEnumerable<IActorRef>? refs) => refs?.Any(r => !((IActorRefScope)r).IsLocal) == true;
}
