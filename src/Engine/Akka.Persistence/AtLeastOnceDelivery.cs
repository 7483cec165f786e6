using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Event;
using Akka.Persistence.Serialization;

namespace Akka.Persistence;

/// <summary>A message that its receiver has not confirmed yet.</summary>
public sealed record UnconfirmedDelivery
{
    public UnconfirmedDelivery(long deliveryId, ActorPath destination, object message)
    {
        DeliveryId = deliveryId;
        Destination = destination;
        Message = message;
    }

    public long DeliveryId { get; }

    public ActorPath Destination { get; }

    public object Message { get; }
}

/// <summary>Tells an actor of messages that went out many times without a confirmation.</summary>
public sealed class UnconfirmedWarning : IEquatable<UnconfirmedWarning>
{
    public UnconfirmedWarning(UnconfirmedDelivery[] unconfirmedDeliveries) =>
        UnconfirmedDeliveries = unconfirmedDeliveries ?? throw new ArgumentNullException(nameof(unconfirmedDeliveries));

    public UnconfirmedDelivery[] UnconfirmedDeliveries { get; }

    public bool Equals(UnconfirmedWarning? other) =>
        other is not null && UnconfirmedDeliveries.SequenceEqual(other.UnconfirmedDeliveries);

    public override bool Equals(object? obj) => Equals(obj as UnconfirmedWarning);

    public override int GetHashCode() => UnconfirmedDeliveries.Length;
}

/// <summary>What is unconfirmed at a moment; an actor keeps it in its own snapshots.</summary>
public sealed class AtLeastOnceDeliverySnapshot : IMessage, IEquatable<AtLeastOnceDeliverySnapshot>
{
    public AtLeastOnceDeliverySnapshot(long currentDeliveryId, UnconfirmedDelivery[] unconfirmedDeliveries)
    {
        CurrentDeliveryId = currentDeliveryId;
        UnconfirmedDeliveries = unconfirmedDeliveries ?? throw new ArgumentNullException(nameof(unconfirmedDeliveries));
    }

    public long CurrentDeliveryId { get; }

    public UnconfirmedDelivery[] UnconfirmedDeliveries { get; }

    public bool Equals(AtLeastOnceDeliverySnapshot? other) =>
        other is not null
        && CurrentDeliveryId == other.CurrentDeliveryId
        && UnconfirmedDeliveries.SequenceEqual(other.UnconfirmedDeliveries);

    public override bool Equals(object? obj) => Equals(obj as AtLeastOnceDeliverySnapshot);

    public override int GetHashCode() => HashCode.Combine(CurrentDeliveryId, UnconfirmedDeliveries.Length);
}

public class MaxUnconfirmedMessagesExceededException : Exception
{
    public MaxUnconfirmedMessagesExceededException()
    {
    }

    public MaxUnconfirmedMessagesExceededException(string message)
        : base(message)
    {
    }

    public MaxUnconfirmedMessagesExceededException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

#pragma warning disable SYSLIB0051 // Akka.NET's exceptions have the constructor of the old serialization.
    protected MaxUnconfirmedMessagesExceededException(SerializationInfo info, StreamingContext context)
        : base(info, context)
    {
    }
#pragma warning restore SYSLIB0051
}

/// <summary>Sends messages again and again until they are confirmed. Its memory is the actor's: events rebuild it.</summary>
public class AtLeastOnceDeliverySemantic
{
    private readonly IActorContext _context;
    private readonly PersistenceSettings.AtLeastOnceDeliverySettings _settings;
    private readonly SortedDictionary<long, Delivery> _unconfirmed = new();
    private ICancelable? _redelivery;
    private long _deliverySequenceNr;

    public AtLeastOnceDeliverySemantic(IActorContext context, PersistenceSettings.AtLeastOnceDeliverySettings settings)
    {
        _context = context;
        _settings = settings;
    }

    public TimeSpan RedeliverInterval => _settings.RedeliverInterval;

    public int RedeliveryBurstLimit => _settings.RedeliveryBurstLimit;

    public int WarnAfterNumberOfUnconfirmedAttempts => _settings.WarnAfterNumberOfUnconfirmedAttempts;

    public int MaxUnconfirmedMessages => _settings.MaxUnconfirmedMessages;

    public int UnconfirmedCount => _unconfirmed.Count;

    public void Deliver(ActorPath destination, Func<long, object> deliveryMapper, bool isRecovering)
    {
        if (_unconfirmed.Count >= MaxUnconfirmedMessages)
        {
            throw new MaxUnconfirmedMessagesExceededException(
                $"{_context.Self} has too many unconfirmed messages. Maximum allowed is {MaxUnconfirmedMessages}");
        }

        var deliveryId = ++_deliverySequenceNr;
        var now = DateTime.UtcNow;
        if (isRecovering)
        {
            // A confirmation may follow in the replay; what is left when it ends goes out at once.
            _unconfirmed[deliveryId] = new Delivery(destination, deliveryMapper(deliveryId), now - RedeliverInterval, 0);
        }
        else
        {
            Send(deliveryId, new Delivery(destination, deliveryMapper(deliveryId), now, 0), now);
        }
    }

    public bool ConfirmDelivery(long deliveryId) => _unconfirmed.Remove(deliveryId);

    public AtLeastOnceDeliverySnapshot GetDeliverySnapshot() => new(
        _deliverySequenceNr,
        _unconfirmed.Select(e => new UnconfirmedDelivery(e.Key, e.Value.Destination, e.Value.Message)).ToArray());

    public void SetDeliverySnapshot(AtLeastOnceDeliverySnapshot snapshot)
    {
        _deliverySequenceNr = snapshot.CurrentDeliveryId;
        _unconfirmed.Clear();
        var now = DateTime.UtcNow;
        foreach (var delivery in snapshot.UnconfirmedDeliveries)
            _unconfirmed[delivery.DeliveryId] = new Delivery(delivery.Destination, delivery.Message, now, 0);
    }

    public void OnReplaySuccess()
    {
        RedeliverOverdue();
        Cancel();
        var interval = TimeSpan.FromTicks(RedeliverInterval.Ticks / 2);
        _redelivery = _context.System.Scheduler.ScheduleTellRepeatedlyCancelable(
            interval, interval, _context.Self, RedeliveryTick.Instance, _context.Self);
    }

    public void Cancel() => _redelivery?.Cancel();

    public bool AroundReceive(Receive receive, object message)
    {
        if (message is not RedeliveryTick)
            return false;

        RedeliverOverdue();
        return true;
    }

    private void RedeliverOverdue()
    {
        var now = DateTime.UtcNow;
        var deadline = now - RedeliverInterval;
        var warnings = new List<UnconfirmedDelivery>();
        foreach (var (deliveryId, delivery) in _unconfirmed
            .Where(e => e.Value.Timestamp <= deadline)
            .Take(RedeliveryBurstLimit)
            .ToArray())
        {
            Send(deliveryId, delivery, now);
            if (delivery.Attempt == WarnAfterNumberOfUnconfirmedAttempts)
                warnings.Add(new UnconfirmedDelivery(deliveryId, delivery.Destination, delivery.Message));
        }

        if (warnings.Count > 0)
            _context.Self.Tell(new UnconfirmedWarning(warnings.ToArray()), ActorRefs.NoSender);
    }

    private void Send(long deliveryId, Delivery delivery, DateTime timestamp)
    {
        _context.ActorSelection(delivery.Destination).Tell(delivery.Message, _context.Self);
        _unconfirmed[deliveryId] = new Delivery(delivery.Destination, delivery.Message, timestamp, delivery.Attempt + 1);
    }

    public sealed record Delivery
    {
        public Delivery(ActorPath destination, object message, DateTime timestamp, int attempt)
        {
            Destination = destination;
            Message = message;
            Timestamp = timestamp;
            Attempt = attempt;
        }

        public ActorPath Destination { get; }

        public object Message { get; }

        public DateTime Timestamp { get; }

        public int Attempt { get; }

        public Delivery IncrementedCopy() => new(Destination, Message, Timestamp, Attempt + 1);
    }

    public sealed class RedeliveryTick : INotInfluenceReceiveTimeout, IDeadLetterSuppression
    {
        private RedeliveryTick()
        {
        }

        public static RedeliveryTick Instance { get; } = new();
    }
}
