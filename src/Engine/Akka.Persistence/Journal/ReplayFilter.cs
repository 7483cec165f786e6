using Akka.Actor;
using Akka.Event;
using Akka.Pattern;

namespace Akka.Persistence.Journal;

public enum ReplayFilterMode
{
    Fail,
    Warn,
    RepairByDiscardOld,
    Disabled,
}

/// <summary>
/// Looks, while events are replayed, for signs that two actors wrote under one id at a time: a number that comes again, or
/// an event of a writer whose successor has already written. A window of events is held back, because a new writer's event
/// may tell only later that those before it were an old writer's strays.
/// </summary>
public class ReplayFilter : ActorBase
{
    private readonly LinkedList<ReplayedMessage> _window = new();
    private readonly LinkedList<string> _oldWriters = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private string _writer = string.Empty;
    private long _sequenceNr = -1;
    private bool _failed;

    public ReplayFilter(IActorRef persistentActor, ReplayFilterMode mode, int windowSize, int maxOldWriters, bool debugEnabled)
    {
        if (windowSize <= 0)
            throw new ArgumentException("windowSize must be > 0", nameof(windowSize));
        if (maxOldWriters <= 0)
            throw new ArgumentException("maxOldWriters must be > 0", nameof(maxOldWriters));
        if (mode == ReplayFilterMode.Disabled)
            throw new ArgumentException("mode must not be Disabled", nameof(mode));

        PersistentActor = persistentActor;
        Mode = mode;
        WindowSize = windowSize;
        MaxOldWriters = maxOldWriters;
        DebugEnabled = debugEnabled;
    }

    public IActorRef PersistentActor { get; }

    public ReplayFilterMode Mode { get; }

    public int WindowSize { get; }

    public int MaxOldWriters { get; }

    public bool DebugEnabled { get; }

    public static Props Props(
        IActorRef persistentActor, ReplayFilterMode mode, int windowSize, int maxOldWriters, bool debugEnabled) =>
        Actor.Props.Create(() => new ReplayFilter(persistentActor, mode, windowSize, maxOldWriters, debugEnabled))
            .WithDeploy(Deploy.Local);

    protected override bool Receive(object message)
    {
        if (_failed)
            return true;

        switch (message)
        {
            case ReplayedMessage replayed:
                OnReplayed(replayed);
                return true;
            case RecoverySuccess:
            case ReplayMessagesFailure:
                Release(0);
                PersistentActor.Tell(message, ActorRefs.NoSender);
                Context.Stop(Self);
                return true;
            default:
                return false;
        }
    }

    private void OnReplayed(ReplayedMessage replayed)
    {
        if (DebugEnabled && _log.IsDebugEnabled)
            _log.Debug("Replay: {0}", replayed.Persistent);

        if (replayed.Persistent.WriterGuid == _writer)
            FromSameWriter(replayed);
        else if (_oldWriters.Contains(replayed.Persistent.WriterGuid))
            FromOldWriter(replayed);
        else
            FromNewWriter(replayed);

        Release(WindowSize);
    }

    private void FromSameWriter(ReplayedMessage replayed)
    {
        var e = replayed.Persistent;
        if (e.SequenceNr >= _sequenceNr || Disturbed(Describe(e, "Sequence number lower than the one before it")))
        {
            _sequenceNr = e.SequenceNr;
            _window.AddLast(replayed);
        }
    }

    private void FromOldWriter(ReplayedMessage replayed)
    {
        if (Disturbed(Describe(replayed.Persistent, "It was written by an old writer whose successor has already written")))
            _window.AddLast(replayed);
    }

    private void FromNewWriter(ReplayedMessage replayed)
    {
        var e = replayed.Persistent;
        if (_writer.Length > 0)
        {
            _oldWriters.AddLast(_writer);
            if (_oldWriters.Count > MaxOldWriters)
                _oldWriters.RemoveFirst();
        }

        _writer = e.WriterGuid;
        _sequenceNr = e.SequenceNr;
        RemoveOverwritten(e);
        if (!_failed)
            _window.AddLast(replayed);
    }

    /// <summary>The window's events from a new writer's first number on are an old writer's, who was still at work.</summary>
    private void RemoveOverwritten(IPersistentRepresentation first)
    {
        for (var node = _window.First; node is not null && !_failed;)
        {
            var next = node.Next;
            if (node.Value.Persistent.SequenceNr >= first.SequenceNr
                && !Disturbed(Describe(node.Value.Persistent, $"A new writer [{first.WriterGuid}] wrote from [{first.SequenceNr}] on")))
            {
                _window.Remove(node);
            }

            node = next;
        }
    }

    /// <summary>Tells of a disturbed sequence as the mode wants it, and answers whether the event is passed on all the same.</summary>
    private bool Disturbed(string problem)
    {
        switch (Mode)
        {
            case ReplayFilterMode.Warn:
                _log.Warning(problem);
                return true;
            case ReplayFilterMode.RepairByDiscardOld:
                _log.Warning(problem);
                return false;
            default:
                _log.Error(problem);
                _failed = true;
                _window.Clear();
                PersistentActor.Tell(new ReplayMessagesFailure(new IllegalStateException(problem)), ActorRefs.NoSender);
                Context.Stop(Self);
                return false;
        }
    }

    private void Release(int keep)
    {
        while (_window.Count > keep)
        {
            PersistentActor.Tell(_window.First!.Value, ActorRefs.NoSender);
            _window.RemoveFirst();
        }
    }

    private string Describe(IPersistentRepresentation e, string problem) =>
        $"Invalid replayed event [sequenceNr={e.SequenceNr}, writerUUID={e.WriterGuid}] in [{e.PersistenceId}] "
        + $"while the writer is [{_writer}]: {problem}. Perhaps two actors with the same persistenceId were active at a time.";
}
