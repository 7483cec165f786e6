using System.Diagnostics.CodeAnalysis;

namespace Akka.Actor.Internal;

public interface IChildStats
{
}

/// <summary>A name that is taken, by a child that is still being made.</summary>
public class ChildNameReserved : IChildStats
{
    private ChildNameReserved()
    {
    }

    public static ChildNameReserved Instance { get; } = new();

    public override string ToString() => "Name";
}

/// <summary>A child and how often it was restarted lately.</summary>
public class ChildRestartStats : IChildStats
{
    public ChildRestartStats(IInternalActorRef child, uint maxNrOfRetriesCount = 0, long restartTimeWindowStartTicks = 0)
    {
        Child = child;
        MaxNrOfRetriesCount = maxNrOfRetriesCount;
        RestartTimeWindowStartTicks = restartTimeWindowStartTicks;
    }

    public IInternalActorRef Child { get; }

    public long Uid => Child.Path.Uid;

    public uint MaxNrOfRetriesCount { get; private set; }

    /// <summary>When the window that restarts are counted in was opened; 0 before the first.</summary>
    public long RestartTimeWindowStartTicks { get; private set; }

    /// <param name="maxNrOfRetries">Negative for no limit, 0 for no restart at all.</param>
    /// <param name="withinTimeMilliseconds">Not positive for no window.</param>
    public bool RequestRestartPermission(int maxNrOfRetries, int withinTimeMilliseconds)
    {
        if (maxNrOfRetries == 0)
            return false;
        if (withinTimeMilliseconds > 0)
            return WithinWindow(maxNrOfRetries < 0 ? 1 : maxNrOfRetries, withinTimeMilliseconds);
        if (maxNrOfRetries < 0)
            return true;
        MaxNrOfRetriesCount++;
        return MaxNrOfRetriesCount <= maxNrOfRetries;
    }

    private bool WithinWindow(int maxNrOfRetries, int withinTimeMilliseconds)
    {
        var now = TimeSpan.FromMilliseconds(Environment.TickCount64).Ticks;
        if (RestartTimeWindowStartTicks == 0)
            RestartTimeWindowStartTicks = now;
        if (now - RestartTimeWindowStartTicks <= TimeSpan.FromMilliseconds(withinTimeMilliseconds).Ticks)
        {
            MaxNrOfRetriesCount++;
            return MaxNrOfRetriesCount <= maxNrOfRetries;
        }

        MaxNrOfRetriesCount = 1;
        RestartTimeWindowStartTicks = now;
        return true;
    }
}

/// <summary>Why an actor waits for its children to end, and so what it does then.</summary>
internal abstract class SuspendReason
{
    public sealed class Creation : SuspendReason;

    public sealed class Recreation(Exception cause) : SuspendReason
    {
        public Exception Cause { get; } = cause;
    }

    public sealed class Termination : SuspendReason
    {
        public static readonly Termination Instance = new();
    }

    public sealed class UserRequest : SuspendReason
    {
        public static readonly UserRequest Instance = new();
    }
}

/// <summary>
/// The children of one actor. The actor itself changes it, but other threads look names up, and top-level actors are made by
/// whoever asks the system for them: all under one lock that is held for a moment only. It is the table itself, which nobody else
/// sees: there is one for each actor, and there may be millions.
/// </summary>
internal sealed class ChildrenTable
{
    private static readonly IInternalActorRef[] NoRefs = [];

    private Dictionary<string, IChildStats>? _children;
    private HashSet<IActorRef>? _toDie;
    private SuspendReason? _reason;
    private bool _terminated;
    private IInternalActorRef[]? _refs = NoRefs;

    /// <summary>Neither restarting nor stopping; children stopped on request do not count.</summary>
    public bool IsNormal => Volatile.Read(ref _reason) is null or SuspendReason.UserRequest && !_terminated;

    public bool IsTerminating => _terminated || Volatile.Read(ref _reason) is SuspendReason.Termination;

    public bool IsWaitingForChildren => Volatile.Read(ref _reason) is SuspendReason.Creation or SuspendReason.Recreation;

    public IReadOnlyList<IInternalActorRef> Refs
    {
        get
        {
            lock (this)
            {
                return _refs ??= _children!.Values.OfType<ChildRestartStats>().Select(s => s.Child).ToArray();
            }
        }
    }

    /// <summary>For a reader that mostly does not look: a snapshot for each of many children that end would be quadratic.</summary>
    public IEnumerable<IInternalActorRef> RefsWhenAsked()
    {
        foreach (var child in Refs)
            yield return child;
    }

    public IReadOnlyCollection<ChildRestartStats> Stats
    {
        get
        {
            lock (this)
                return _children?.Values.OfType<ChildRestartStats>().ToArray() ?? [];
        }
    }

    public bool TryGetByName(string name, [NotNullWhen(true)] out IChildStats? stats)
    {
        lock (this)
        {
            stats = null;
            return _children is not null && _children.TryGetValue(name, out stats);
        }
    }

    public bool TryGetByRef(IActorRef actor, [NotNullWhen(true)] out ChildRestartStats? stats)
    {
        stats = TryGetByName(actor.Path.Name, out var found) && found is ChildRestartStats child && child.Child.Equals(actor)
            ? child
            : null;
        return stats is not null;
    }

    /// <exception cref="InvalidActorNameException">The name is taken.</exception>
    /// <exception cref="InvalidOperationException">The actor is stopping.</exception>
    public void Reserve(string name)
    {
        lock (this)
        {
            if (_terminated || _reason is SuspendReason.Termination)
                throw new InvalidOperationException($"Cannot reserve actor name '{name}'. Is terminated.");
            if (!(_children ??= []).TryAdd(name, ChildNameReserved.Instance))
                throw new InvalidActorNameException($"Actor name \"{name}\" is not unique!");
        }
    }

    public void Unreserve(string name)
    {
        lock (this)
        {
            if (_children is not null && _children.TryGetValue(name, out var stats) && stats is ChildNameReserved)
                _children.Remove(name);
        }
    }

    /// <returns>Null when nobody reserved the name.</returns>
    public ChildRestartStats? Init(IInternalActorRef actor)
    {
        lock (this)
        {
            if (_children is null || !_children.TryGetValue(actor.Path.Name, out var found))
                return null;
            if (found is ChildRestartStats known)
                return known;
            var stats = new ChildRestartStats(actor);
            _children[actor.Path.Name] = stats;
            _refs = null;
            return stats;
        }
    }

    public void ShallDie(IActorRef child)
    {
        lock (this)
        {
            (_toDie ??= []).Add(child);
            _reason ??= SuspendReason.UserRequest.Instance;
        }
    }

    /// <summary>Called when stopping or restarting, once those children that are to go were told to.</summary>
    /// <returns>False when there is nobody to wait for.</returns>
    public bool SetTerminationReason(SuspendReason reason)
    {
        lock (this)
        {
            if (_toDie is not { Count: > 0 })
                return false;
            _reason = reason;
            return true;
        }
    }

    /// <returns>The reason to wait, if the child was the last one that was waited for.</returns>
    public SuspendReason? RemoveAndGetReason(IActorRef child)
    {
        lock (this)
        {
            if (_children is not null && _children.Remove(child.Path.Name))
                _refs = _children.Count == 0 ? NoRefs : null;
            if (_toDie is null || !_toDie.Remove(child) || _toDie.Count > 0)
                return null;
            var reason = _reason;
            _toDie = null;
            _reason = null;
            return reason;
        }
    }

    public void SetTerminated()
    {
        lock (this)
            _terminated = true;
    }
}
