using System.Text;
using Akka.Actor.Internal;
using Akka.Dispatch;

namespace Akka.Actor;

public partial class ActorCell
{
    private readonly ChildrenTable _children = new();
    private long _nextRandomName = -1;
    private TimerScheduler? _timers;

    protected bool IsNormal => _children.IsNormal;

    protected bool IsTerminating => _children.IsTerminating;

    internal ChildrenTable Children => _children;

    internal ITimerScheduler Timers => _timers ??= new TimerScheduler(this);

    public virtual IActorRef ActorOf(Props props, string? name = null) => MakeChild(props, name, isAsync: false, isSystemService: false);

    public virtual IActorRef AttachChild(Props props, bool isSystemService, string? name = null) =>
        MakeChild(props, name, isAsync: true, isSystemService);

    public IEnumerable<IInternalActorRef> GetChildren() => _children.Refs;

    IEnumerable<IActorRef> IActorContext.GetChildren() => _children.Refs;

    IActorRef IActorContext.Child(string name) =>
        TryGetChildStatsByName(name, out var stats) && stats is ChildRestartStats child ? child.Child : ActorRefs.Nobody;

    public bool TryGetChildStatsByName(string name, out IChildStats child) => _children.TryGetByName(name, out child!);

    /// <summary>The child of that name; with a uid in it, only if it is that incarnation.</summary>
    public IInternalActorRef GetSingleChild(string name)
    {
        var (plain, uid) = name.Contains('#') ? GetNameAndUid(name) : (name, UndefinedUid);
        return _children.TryGetByName(plain, out var stats) && stats is ChildRestartStats child
            && (uid == UndefinedUid || uid == child.Uid)
            ? child.Child
            : ActorRefs.Nobody;
    }

    public IInternalActorRef GetChildByName(string name) => GetSingleChild(name);

    public void ReserveChild(string name) => _children.Reserve(name);

    protected void UnreserveChild(string name) => _children.Unreserve(name);

    /// <summary>Fills the place that was reserved under the child's name.</summary>
    public ChildRestartStats? InitChild(IInternalActorRef actor) => _children.Init(actor);

    protected bool TryGetChildStatsByRef(IActorRef actor, out ChildRestartStats child) => _children.TryGetByRef(actor, out child!);

    protected void SetTerminated() => _children.SetTerminated();

    private IInternalActorRef MakeChild(Props props, string? name, bool isAsync, bool isSystemService)
    {
        name = name is null ? RandomName() : CheckedName(name);
        if (_systemImpl.Settings.SerializeAllCreators && !isSystemService && props.Deploy.Scope is not LocalScope)
            SerializationVerification.CheckCreator(props, _systemImpl);
        if (_children.IsTerminating)
        {
            throw new InvalidOperationException(
                "Cannot create child while terminating or terminated. Parent: " + _self.Path + ", child name: " + name);
        }

        _children.Reserve(name);
        IInternalActorRef actor;
        try
        {
            var path = new ChildActorPath(_self.Path, name, NewUid());
            actor = _systemImpl.Provider.ActorOf(
                _systemImpl, props, _self, path, isSystemService, null, lookupDeploy: true, isAsync);
        }
        catch
        {
            _children.Unreserve(name);
            throw;
        }

        InitChild(actor);
        actor.Start();
        return actor;
    }

    private void HandleSupervise(IActorRef child)
    {
        if (_children.IsTerminating)
            return;
        if (_children.Init((IInternalActorRef)child) is null)
        {
            Publish(new Event.Error(
                null, _self.Path.ToString(), GetType(), $"received Supervise from unregistered child {child}, this will not end well"));
        }
    }

    private string RandomName() => "$" + Base64(Interlocked.Increment(ref _nextRandomName));

    private static string CheckedName(string name)
    {
        if (name.Length == 0)
            throw new InvalidActorNameException("Actor name must not be empty.");
        if (!ActorPath.IsValidPathElement(name))
        {
            throw new InvalidActorNameException(
                $"Illegal actor name [{name}]. Actor paths MUST: not start with `$`, include only ASCII letters and can only contain"
                + $" these special characters: {ActorPath.ValidSymbols}.");
        }

        return name;
    }

    /// <summary>Six bits a character, lowest first.</summary>
    internal static string Base64(long number)
    {
        const string digits = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+~";
        var builder = new StringBuilder();
        var rest = (ulong)number;
        do
        {
            builder.Append(digits[(int)(rest & 63)]);
            rest >>= 6;
        }
        while (rest != 0);

        return builder.ToString();
    }

    private void SuspendChildren(Func<IInternalActorRef, bool>? exceptFor)
    {
        foreach (var child in _children.Refs)
        {
            if (exceptFor is null || exceptFor(child))
                child.Suspend();
        }
    }

    private void ResumeChildren(Exception? causedByFailure, IActorRef? perpetrator)
    {
        // Only the child that failed is told why: its failure is over, the others were merely held.
        foreach (var child in _children.Refs)
            child.Resume(child.Equals(perpetrator) ? causedByFailure : null);
    }

    private ActorBase NewActor()
    {
        PrepareForNewActor();
        var previous = InternalCurrentActorCellKeeper.Current;
        InternalCurrentActorCellKeeper.Current = this;
        try
        {
            var actor = CreateNewActorInstance();
            _logsWhatItReceives = _systemImpl.Settings.AddLoggingReceive && actor is ILogReceive;
            if (actor is IInitializableActor initializable)
                initializable.Init();
            return actor;
        }
        finally
        {
            InternalCurrentActorCellKeeper.Current = previous;
        }
    }

    protected void PrepareForNewActor()
    {
        _behaviours?.Clear();
        _strategy = null;
    }

    protected virtual ActorBase CreateNewActorInstance()
    {
        var actor = _props.NewActor();
        _systemImpl.ActorPipelineResolver.ResolvePipeline(actor.GetType()).AfterActorIncarnated(actor, this);
        return actor;
    }

    /// <summary>Parts with an instance that is replaced or done with.</summary>
    protected void ClearActor(ActorBase actor)
    {
        if (actor.IsCleared)
            return;
        _systemImpl.ActorPipelineResolver.ResolvePipeline(actor.GetType()).BeforeActorIncarnated(actor, this);
        _props.Release(actor);
        if (actor is IDisposable disposable)
        {
            try
            {
                disposable.Dispose();
            }
            catch (Exception e)
            {
                Publish(new Event.Error(
                    e, _self.Path.ToString(), actor.GetType(),
                    $"An error occurred while disposing {actor.GetType()} actor. Reason: {e.Message}"));
            }
        }

        actor.Clear(_self);
        CurrentMessage = null;
        _behaviours?.Clear();
        _behaviour = TerminatedBehaviour;
    }

    protected void ClearActorCell()
    {
        _props = TerminatedProps;
        _timers = null;
    }

    internal static readonly Props TerminatedProps = new TerminatedProps();

    private static readonly Receive TerminatedBehaviour = _ => false;
}
