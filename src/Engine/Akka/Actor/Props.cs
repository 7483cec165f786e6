using System.Linq.Expressions;
using System.Reflection;
using Akka.Dispatch;
using Akka.Util.Reflection;

namespace Akka.Actor;

/// <summary>The recipe of an actor: its type, how it is constructed, and how it is deployed. Immutable and shareable.</summary>
public class Props : IEquatable<Props>
{
    public static readonly Props None = new(typeof(EmptyActor), (SupervisorStrategy?)null, []);

    private readonly IIndirectActorProducer? _producer;
    private readonly Type _type;

    protected Props()
        : this(typeof(EmptyActor), (SupervisorStrategy?)null, [])
    {
    }

    protected Props(Props copy)
        : this(copy._producer, copy.Deploy, copy._type, copy.SupervisorStrategy, copy.Arguments)
    {
    }

    public Props(Type type, object[] args)
        : this(null, Deploy.Local, type, null, args)
    {
    }

    public Props(Type type)
        : this(null, Deploy.Local, type, null, [])
    {
    }

    public Props(Type type, SupervisorStrategy? supervisorStrategy, IEnumerable<object> args)
        : this(null, Deploy.Local, type, supervisorStrategy, args.ToArray())
    {
    }

    public Props(Type type, SupervisorStrategy? supervisorStrategy, params object[] args)
        : this(null, Deploy.Local, type, supervisorStrategy, args)
    {
    }

    public Props(Deploy deploy, Type type, IEnumerable<object> args)
        : this(null, deploy, type, null, args.ToArray())
    {
    }

    public Props(Deploy deploy, Type type, params object[] args)
        : this(null, deploy, type, null, args)
    {
    }

    private Props(
        IIndirectActorProducer? producer, Deploy deploy, Type type, SupervisorStrategy? supervisorStrategy, object[]? args)
    {
        ArgumentNullException.ThrowIfNull(type);
        _producer = producer;
        _type = type;
        Deploy = deploy;
        SupervisorStrategy = supervisorStrategy;
        Arguments = args ?? [];
    }

    public static Props Empty => None;

    public Type Type => _producer?.ActorType ?? _type;

    public string TypeName => _type.AssemblyQualifiedName!;

    public object[] Arguments { get; }

    public Deploy Deploy { get; protected set; }

    public SupervisorStrategy? SupervisorStrategy { get; protected set; }

    public string Dispatcher =>
        Deploy.Dispatcher == Deploy.NoDispatcherGiven ? Dispatchers.DefaultDispatcherId : Deploy.Dispatcher;

    public string Mailbox => Deploy.Mailbox == Deploy.NoMailboxGiven ? Mailboxes.DefaultMailboxId : Deploy.Mailbox;

    /// <exception cref="ArgumentException">The expression is anything but a call of a constructor.</exception>
    public static Props Create<TActor>(Expression<Func<TActor>> factory, SupervisorStrategy? supervisorStrategy = null)
        where TActor : ActorBase
    {
        if (factory.Body is UnaryExpression)
            throw new ArgumentException("Use Props.CreateBy with a producer instead of a cast in Props.Create", nameof(factory));
        return factory.Body is NewExpression call
            ? new Props(typeof(TActor), supervisorStrategy, call.GetArguments())
            : throw new ArgumentException("The create function must be a 'new T (args)' expression", nameof(factory));
    }

    public static Props Create<TActor>(params object[] args)
        where TActor : ActorBase => new(typeof(TActor), args);

    public static Props Create<TActor>(SupervisorStrategy supervisorStrategy)
        where TActor : ActorBase, new() => new(typeof(TActor), supervisorStrategy, []);

    public static Props Create(Type type, params object[] args) =>
        type is null ? throw new ArgumentNullException(nameof(type), "Props must be instantiated with an actor type.") : new(type, args);

    public static Props CreateBy<TProducer>(params object[] args)
        where TProducer : class, IIndirectActorProducer
    {
        var producer = (IIndirectActorProducer)Activator.CreateInstance(typeof(TProducer), args)!;
        return new Props(producer, Deploy.Local, producer.ActorType, null, args);
    }

    public static Props CreateBy(IIndirectActorProducer producer, params object[] args) =>
        new(producer, Deploy.Local, producer.ActorType, null, args);

    public Props WithMailbox(string mailbox) => With(Deploy.WithMailbox(mailbox));

    public Props WithDispatcher(string dispatcher) => With(Deploy.WithDispatcher(dispatcher));

    public Props WithStashCapacity(int stashCapacity) => With(Deploy.WithStashCapacity(stashCapacity));

    public Props WithDeploy(Deploy deploy) => With(deploy.WithFallback(Deploy));

    public Props WithSupervisorStrategy(SupervisorStrategy supervisorStrategy)
    {
        var copy = Copy();
        copy.SupervisorStrategy = supervisorStrategy;
        return copy;
    }

    /// <summary>Makes the actor. Only the cell that is going to run it may call this.</summary>
    public virtual ActorBase NewActor()
    {
        try
        {
            if (_producer is not null)
                return _producer.Produce();
            return (ActorBase)(Arguments.Length == 0 ? Activator.CreateInstance(_type)! : Activator.CreateInstance(_type, Arguments)!);
        }
        catch (Exception e)
        {
            var arguments = string.Join(",", Arguments.Select(a => a ?? "null"));
            throw new TypeLoadException(
                $"Error while creating actor instance of type {Type} with {Arguments.Length} args: ({arguments})", e);
        }
    }

    internal void Release(ActorBase actor) => _producer?.Release(actor);

    public bool Equals(Props? other) =>
        ReferenceEquals(this, other)
        || (other is not null && GetType() == other.GetType() && _type == other._type && Equals(_producer, other._producer)
            && Equals(Deploy, other.Deploy) && Equals(SupervisorStrategy, other.SupervisorStrategy)
            && Arguments.SequenceEqual(other.Arguments));

    public override bool Equals(object? obj) => Equals(obj as Props);

    public override int GetHashCode() => HashCode.Combine(_type, Deploy, Arguments.Length);

    protected virtual Props Copy() => new(this);

    private Props With(Deploy deploy)
    {
        var copy = Copy();
        copy.Deploy = deploy;
        return copy;
    }

    private sealed class EmptyActor : UntypedActor
    {
        protected override void OnReceive(object message) => Unhandled(message);
    }
}

/// <summary>What remains of the recipe when its actor is gone.</summary>
public class TerminatedProps : Props
{
    public override ActorBase NewActor() => throw new InvalidOperationException("This actor has been terminated");
}
