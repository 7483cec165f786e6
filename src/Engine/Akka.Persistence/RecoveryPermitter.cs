using Akka.Actor;
using Akka.Event;

namespace Akka.Persistence;

internal sealed class RequestRecoveryPermit : INoSerializationVerificationNeeded
{
    public static readonly RequestRecoveryPermit Instance = new();
}

internal sealed class RecoveryPermitGranted : INoSerializationVerificationNeeded
{
    public static readonly RecoveryPermitGranted Instance = new();
}

internal sealed class ReturnRecoveryPermit : INoSerializationVerificationNeeded
{
    public static readonly ReturnRecoveryPermit Instance = new();
}

/// <summary>
/// Lets a bounded number of actors recover at a time, so that a start with many of them does not flood the journal.
/// A permit comes back when its holder returns it or terminates.
/// </summary>
internal sealed class RecoveryPermitter : UntypedActor
{
    private readonly int _maxPermits;
    private readonly Queue<IActorRef> _waiting = new();
    private readonly HashSet<IActorRef> _holders = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();

    public RecoveryPermitter(int maxPermits) => _maxPermits = maxPermits;

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case RequestRecoveryPermit:
                Context.Watch(Sender);
                if (_holders.Count < _maxPermits)
                    Grant(Sender);
                else
                    Enqueue(Sender);
                break;
            case ReturnRecoveryPermit:
                Context.Unwatch(Sender);
                Return(Sender);
                break;
            case Terminated terminated:
                Return(terminated.ActorRef);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Grant(IActorRef actor)
    {
        _holders.Add(actor);
        actor.Tell(RecoveryPermitGranted.Instance, Self);
    }

    private void Enqueue(IActorRef actor)
    {
        if (_waiting.Count == 0)
            _log.Debug("Exceeded max-concurrent-recoveries [{0}]. First pending {1}", _maxPermits, actor);
        _waiting.Enqueue(actor);
    }

    private void Return(IActorRef actor)
    {
        if (!_holders.Remove(actor))
        {
            RemoveWaiting(actor);
            return;
        }

        if (_waiting.TryDequeue(out var next))
            Grant(next);
    }

    private void RemoveWaiting(IActorRef actor)
    {
        for (var left = _waiting.Count; left > 0; left--)
        {
            var waiting = _waiting.Dequeue();
            if (!waiting.Equals(actor))
                _waiting.Enqueue(waiting);
        }
    }
}
