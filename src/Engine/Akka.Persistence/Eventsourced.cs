using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;

namespace Akka.Persistence;

/// <summary>
/// An actor whose state is the sum of its events. It recovers from a snapshot and the events after it, then takes commands;
/// an event's handler runs only when the journal has stored that event, and handlers run in the order of the events.
/// </summary>
public abstract partial class Eventsourced : ActorBase, IPersistentIdentity, IPersistenceStash, IPersistenceRecovery
{
    /// <summary>What a stopping or restarting actor hands back to its mailbox: everything but the journal's replies.</summary>
    public static readonly Func<Envelope, bool> UnstashFilterPredicate =
        envelope => envelope.Message is not (WriteMessageSuccess or ReplayedMessage);

    private static int _lastInstanceId;

    // Replies to an earlier incarnation carry its number and are ignored.
    private readonly int _instanceId = Interlocked.Increment(ref _lastInstanceId);
    private readonly string _writerGuid = Guid.NewGuid().ToString();
    private readonly IStash _internalStash;
    private readonly Queue<PendingHandler> _pendingHandlers = new();
    private IStash? _userStash;
    private IActorRef? _journal;
    private IActorRef? _snapshotStore;
    private ILoggingAdapter? _log;

    // Emitted, but not yet sent to the journal: only one batch is under way at a time, so that when it fails, no later event
    // has been stored. Whatever has gathered meanwhile makes the next one.
    private List<IPersistentEnvelope> _batch = new();
    private bool _writeInFlight;
    private int _pendingStashingHandlers;
    private long _sequenceNr;

    protected Eventsourced()
    {
        Extension = Persistence.Instance.Apply(Context.System);
        _internalStash = Context.CreateStash(GetType());
    }

    public abstract string PersistenceId { get; }

    public virtual Recovery Recovery => Recovery.Default;

    public string JournalPluginId { get; protected set; } = string.Empty;

    public string SnapshotPluginId { get; protected set; } = string.Empty;

    public string SnapshotterId => PersistenceId;

    public long LastSequenceNr { get; private set; }

    public long SnapshotSequenceNr => LastSequenceNr;

    public IActorRef Journal => _journal ??= Extension.JournalFor(JournalPluginId);

    public IActorRef SnapshotStore => _snapshotStore ??= Extension.SnapshotStoreFor(SnapshotPluginId);

    public virtual IStashOverflowStrategy InternalStashOverflowStrategy => Extension.DefaultInternalStashOverflowStrategy;

    public IStash Stash
    {
        get => _userStash!;
        set => _userStash = new UserStash(value, _internalStash);
    }

    protected PersistenceExtension Extension { get; }

    protected virtual ILoggingAdapter Log => _log ??= Context.GetLogger();

    public void LoadSnapshot(string persistenceId, SnapshotSelectionCriteria criteria, long toSequenceNr) =>
        SnapshotStore.Tell(new LoadSnapshot(persistenceId, criteria, toSequenceNr), Self);

    public void SaveSnapshot(object snapshot) =>
        SnapshotStore.Tell(
            new SaveSnapshot(new SnapshotMetadata(SnapshotterId, SnapshotSequenceNr, DateTime.UtcNow), snapshot), Self);

    public void DeleteSnapshot(long sequenceNr) =>
        SnapshotStore.Tell(new DeleteSnapshot(new SnapshotMetadata(SnapshotterId, sequenceNr)), Self);

    public void DeleteSnapshots(SnapshotSelectionCriteria criteria) =>
        SnapshotStore.Tell(new DeleteSnapshots(SnapshotterId, criteria), Self);

    public void DeleteMessages(long toSequenceNr) =>
        Journal.Tell(new DeleteMessagesTo(PersistenceId, toSequenceNr, Self), Self);

    /// <summary>Stores an event and then runs its handler; commands wait until the handler has run.</summary>
    public void Persist<TEvent>(TEvent @event, Action<TEvent> handler)
    {
        Emit(new PendingHandler(e => handler((TEvent)e), Stashing: true));
        _batch.Add(new AtomicWrite(Represent(@event!)));
    }

    /// <summary>Stores events all or none and then runs the handler for each; commands wait until the last one has run.</summary>
    public void PersistAll<TEvent>(IEnumerable<TEvent> events, Action<TEvent> handler) =>
        EmitAll(events, handler, stashing: true);

    /// <summary>Stores an event and later runs its handler; commands are taken meanwhile.</summary>
    public void PersistAsync<TEvent>(TEvent @event, Action<TEvent> handler)
    {
        Emit(new PendingHandler(e => handler((TEvent)e), Stashing: false));
        _batch.Add(new AtomicWrite(Represent(@event!)));
    }

    /// <summary>Stores events all or none and later runs the handler for each; commands are taken meanwhile.</summary>
    public void PersistAllAsync<TEvent>(IEnumerable<TEvent> events, Action<TEvent> handler) =>
        EmitAll(events, handler, stashing: false);

    /// <summary>Runs a handler when the handlers of all events before it have run: at once if there are none.</summary>
    public void DeferAsync<TEvent>(TEvent evt, Action<TEvent> handler)
    {
        EnsureRecovered("Cannot defer during replay. Events can be deferred when receiving RecoveryCompleted or later.");
        if (_pendingHandlers.Count == 0)
        {
            handler(evt);
            return;
        }

        _pendingHandlers.Enqueue(new PendingHandler(e => handler((TEvent)e), Stashing: false));
        _batch.Add(new NonPersistentMessage(evt!, Sender));
    }

    protected abstract bool ReceiveRecover(object message);

    protected abstract bool ReceiveCommand(object message);

    protected override bool Receive(object message) => ReceiveCommand(message);

    protected virtual void OnPersistFailure(Exception cause, object @event, long sequenceNr) =>
        Log.Error(cause, "Failed to persist event type [{0}] with sequence number [{1}] for persistenceId [{2}].",
            @event.GetType(), sequenceNr, PersistenceId);

    protected virtual void OnPersistRejected(Exception cause, object @event, long sequenceNr) =>
        Log.Error(cause, "Rejected to persist event type [{0}] with sequence number [{1}] for persistenceId [{2}] due to [{3}].",
            @event.GetType(), sequenceNr, PersistenceId, cause.Message);

    protected virtual void OnRecoveryFailure(Exception reason, object? message = null)
    {
        if (message is null)
        {
            Log.Error(reason, "Persistence failure when replaying events for persistenceId [{0}]. Last known sequence number [{1}]",
                PersistenceId, LastSequenceNr);
        }
        else
        {
            Log.Error(reason, "Exception in ReceiveRecover when replaying event type [{0}] with sequence number [{1}] "
                + "for persistenceId [{2}]", message.GetType(), LastSequenceNr, PersistenceId);
        }
    }

    protected virtual void OnReplaySuccess()
    {
    }

    private void EmitAll<TEvent>(IEnumerable<TEvent> events, Action<TEvent> handler, bool stashing)
    {
        if (events is null)
            return;

        Action<object> invoke = e => handler((TEvent)e);
        var representations = ImmutableArray.CreateBuilder<IPersistentRepresentation>();
        foreach (var @event in events)
        {
            Emit(new PendingHandler(invoke, stashing));
            representations.Add(Represent(@event!));
        }

        if (representations.Count > 0)
            _batch.Add(new AtomicWrite(representations.ToImmutable()));
    }

    private void Emit(PendingHandler handler)
    {
        EnsureRecovered("Cannot persist during replay. Events can be persisted when receiving RecoveryCompleted or later.");
        _pendingHandlers.Enqueue(handler);
        if (handler.Stashing)
            _pendingStashingHandlers++;
    }

    private Persistent Represent(object @event) =>
        new(@event, ++_sequenceNr, PersistenceId, sender: Sender, writerGuid: _writerGuid);

    private void EnsureRecovered(string otherwise)
    {
        if (IsRecovering)
            throw new InvalidOperationException(otherwise);
    }

    private readonly record struct PendingHandler(Action<object> Invoke, bool Stashing);

    /// <summary>
    /// The stash that the actor's own code sees. The internal stash is emptied one message at a time, so what the user
    /// unstashes as a whole has to go ahead of it there, or it would overtake commands that came before.
    /// </summary>
    private sealed class UserStash(IStash user, IStash @internal) : IStash
    {
        public int Count => user.Count;

        public bool IsEmpty => user.IsEmpty;

        public bool NonEmpty => user.NonEmpty;

        public bool IsFull => user.IsFull;

        public int Capacity => user.Capacity;

        public void Stash() => user.Stash();

        public void Unstash() => user.Unstash();

        public void UnstashAll() => @internal.Prepend(user.ClearStash());

        public void UnstashAll(Func<Envelope, bool> predicate) => user.UnstashAll(predicate);

        public IEnumerable<Envelope> ClearStash() => user.ClearStash();

        public void Prepend(IEnumerable<Envelope> envelopes) => user.Prepend(envelopes);
    }
}
