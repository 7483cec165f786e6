using Akka.Actor.Internal;
using Akka.Dispatch;

namespace Akka.Actor
{
    public static class StashFactory
    {
        public static IStash CreateStash<T>(this IActorContext context)
            where T : ActorBase => context.CreateStash(typeof(T));

        public static IStash CreateStash(this IActorContext context, IActorStash actorInstance) =>
            context.CreateStash(actorInstance.GetType());

        /// <exception cref="ArgumentException">Actors of that type have no stash.</exception>
        public static IStash CreateStash(this IActorContext context, Type actorType)
        {
            if (typeof(IWithBoundedStash).IsAssignableFrom(actorType))
                return new BoundedStashImpl(context);
            if (typeof(IWithUnboundedStash).IsAssignableFrom(actorType))
                return new UnboundedStashImpl(context);
            if (typeof(IWithStash).IsAssignableFrom(actorType))
                return new BoundedStashImpl(context);
            if (typeof(IWithUnrestrictedStash).IsAssignableFrom(actorType))
                return new UnboundedStashImpl(context);
            throw new ArgumentException(
                $"Actor {actorType} implements an unrecognized subclass of {typeof(IActorStash)} - cannot instantiate", nameof(actorType));
        }
    }
}

namespace Akka.Actor.Internal
{
    public abstract class AbstractStash : IStash
    {
        private readonly ActorCell _cell;
        private readonly IDequeBasedMessageQueueSemantics _mailbox;
        private LinkedList<Envelope> _stashed = new();
        private int _lastEnvelopeId = -1;

        protected AbstractStash(IActorContext context)
        {
            _cell = (ActorCell)context;
            _mailbox = _cell.Mailbox.MessageQueue as IDequeBasedMessageQueueSemantics ?? throw new NotSupportedException(
                $"DequeBasedMailbox required, got: {_cell.Mailbox.MessageQueue.GetType().Name}\n"
                + "An (unbounded) deque-based mailbox can be configured as follows:\n"
                + "    my-custom-mailbox {\n"
                + $"        mailbox-type = \"{typeof(UnboundedDequeBasedMailbox).FullName}\"\n"
                + "    }\n");
        }

        public bool IsEmpty => _stashed.Count == 0;

        public bool NonEmpty => _stashed.Count > 0;

        public bool IsFull => Capacity >= 0 && _stashed.Count >= Capacity;

        public int Count => _stashed.Count;

        /// <summary>Negative when there is no limit.</summary>
        public abstract int Capacity { get; }

        public void Stash()
        {
            var message = _cell.CurrentMessage ?? throw new InvalidOperationException(
                "There is no message to stash right now. Stash() must be called from within the actor's receive handlers.");
            if (_stashed.Count > 0 && _cell.CurrentEnvelopeId == _lastEnvelopeId)
                throw new IllegalActorStateException($"Can't stash the same message {message} more than once");
            if (IsFull)
            {
                throw new StashOverflowException(
                    $"Couldn't enqueue message {message} to stash of {_cell.Self}: it is full with {_stashed.Count} messages");
            }

            _lastEnvelopeId = _cell.CurrentEnvelopeId;
            _stashed.AddLast(new Envelope(message, _cell.Sender));
        }

        public void Unstash()
        {
            if (_stashed.First is not { } first)
                return;
            _stashed.RemoveFirst();
            EnqueueFirst(first.Value);
        }

        public void UnstashAll() => UnstashAll(_ => true);

        public void UnstashAll(Func<Envelope, bool> predicate)
        {
            if (_stashed.Count == 0)
                return;
            var stashed = _stashed;
            _stashed = new LinkedList<Envelope>();
            for (var node = stashed.Last; node is not null; node = node.Previous)
            {
                if (predicate(node.Value))
                    EnqueueFirst(node.Value);
            }
        }

        public IEnumerable<Envelope> ClearStash()
        {
            var stashed = _stashed;
            _stashed = new LinkedList<Envelope>();
            return stashed;
        }

        public void Prepend(IEnumerable<Envelope> envelopes)
        {
            // The new ones go in front, in their own order, except for those that are there already.
            var place = _stashed.First;
            foreach (var envelope in envelopes.Distinct())
            {
                if (_stashed.Contains(envelope))
                    continue;
                if (place is null)
                    _stashed.AddLast(envelope);
                else
                    _stashed.AddBefore(place, envelope);
            }
        }

        private void EnqueueFirst(Envelope envelope)
        {
            _mailbox.EnqueueFirst(envelope);
            if (envelope.Message is Terminated terminated)
                _cell.TerminatedQueuedFor(terminated.ActorRef, Util.Option<object>.None);
        }
    }

    public class BoundedStashImpl : AbstractStash
    {
        public BoundedStashImpl(IActorContext context)
            : base(context)
        {
            var deploy = context.Props.Deploy;
            Capacity = deploy.StashCapacity != Deploy.NoStashSize
                ? deploy.StashCapacity
                : context.System.Mailboxes.StashCapacity(context.Props.Dispatcher, context.Props.Mailbox);
        }

        public override int Capacity { get; }
    }

    public class UnboundedStashImpl : AbstractStash
    {
        public UnboundedStashImpl(IActorContext context)
            : base(context)
        {
        }

        public override int Capacity => -1;
    }
}
