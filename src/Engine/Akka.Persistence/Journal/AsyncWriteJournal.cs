using System.Collections.Immutable;
using Akka.Actor;
using Akka.Configuration;
using Akka.Pattern;

namespace Akka.Persistence.Journal;

public interface IAsyncRecovery
{
    Task ReplayMessagesAsync(
        IActorContext context, string persistenceId, long fromSequenceNr, long toSequenceNr, long max,
        Action<IPersistentRepresentation> recoveryCallback);

    Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr);
}

/// <summary>A journal whose storage answers asynchronously. Writes may overlap; their replies keep their order.</summary>
public abstract class AsyncWriteJournal : WriteJournalBase, IAsyncRecovery
{
    public readonly bool CanPublish;

    private readonly CircuitBreaker _breaker;
    private readonly ReplySequence _replies = new();
    private readonly ReplayFilterMode _replayFilterMode;
    private readonly int _replayFilterWindowSize;
    private readonly int _replayFilterMaxOldWriters;
    private readonly bool _replayDebug;

    protected AsyncWriteJournal()
    {
        var extension = Persistence.Instance.Apply(Context.System);
        var config = extension.ConfigFor(Self);
        CanPublish = extension.Settings.Internal.PublishPluginCommands;
        _breaker = extension.CreateBreaker(config);
        _replayFilterMode = ParseMode(config.GetString("replay-filter.mode", "off"));
        _replayFilterWindowSize = config.GetInt("replay-filter.window-size", 100);
        _replayFilterMaxOldWriters = config.GetInt("replay-filter.max-old-writers", 10);
        _replayDebug = config.GetBoolean("replay-filter.debug", false);
    }

    /// <summary>Replays the events from one number to another, at most as many as allowed; those deleted are left out.</summary>
    public abstract Task ReplayMessagesAsync(
        IActorContext context, string persistenceId, long fromSequenceNr, long toSequenceNr, long max,
        Action<IPersistentRepresentation> recoveryCallback);

    /// <summary>The highest number ever stored for an actor, be its event deleted or not; 0 if there is none.</summary>
    public abstract Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr);

    protected static Exception TryUnwrapException(Exception e) => PersistenceExtension.Unwrap(e);

    /// <summary>
    /// Stores a batch. A failed task says that nothing is known to be stored. Otherwise the result has one place for each
    /// write, with the reason where a write was rejected and null where it was stored; no places mean that all were stored.
    /// </summary>
    protected abstract Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages);

    protected abstract Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr);

    protected virtual bool ReceivePluginInternal(object message) => false;

    protected sealed override bool Receive(object message) => ReceiveWriteJournal(message) || ReceivePluginInternal(message);

    protected bool ReceiveWriteJournal(object message)
    {
        switch (message)
        {
            case WriteMessages write:
                _ = WriteAsync(write, _replies.Reserve(), Self);
                return true;
            case ReplayMessages replay:
                _ = ReplayAsync(replay, Context);
                return true;
            case DeleteMessagesTo delete:
                _ = DeleteAsync(delete, Context.System.EventStream, Self);
                return true;
            default:
                return false;
        }
    }

    private static ReplayFilterMode ParseMode(string mode) => mode switch
    {
        "off" or "disabled" or "false" => ReplayFilterMode.Disabled,
        "repair-by-discard-old" => ReplayFilterMode.RepairByDiscardOld,
        "fail" => ReplayFilterMode.Fail,
        "warn" => ReplayFilterMode.Warn,
        _ => throw new ConfigurationException(
            $"Invalid replay-filter.mode [{mode}], supported values [off, repair-by-discard-old, fail, warn]"),
    };

    private async Task WriteAsync(WriteMessages request, ReplySequence.Place place, IActorRef self)
    {
        var writeCount = 0;
        try
        {
            foreach (var envelope in request.Messages)
                writeCount += envelope is AtomicWrite ? 1 : 0;

            var results = await StoreAsync(request, writeCount).ConfigureAwait(false);
            if (results is { Count: > 0 } && results.Count != writeCount)
            {
                throw new IllegalStateException(
                    $"The journal answered with {results.Count} results for {writeCount} writes; expected none or one for each.");
            }

            place.Fill(() => ReplyStored(request, results, self));
        }
        catch (Exception e)
        {
            place.Fill(() => ReplyFailed(request, TryUnwrapException(e), writeCount, self));
        }
    }

    private Task<IImmutableList<Exception>> StoreAsync(WriteMessages request, int writeCount)
    {
        if (writeCount == 0)
            return Task.FromResult<IImmutableList<Exception>>(ImmutableArray<Exception>.Empty);

        IEnumerable<AtomicWrite> prepared;
        try
        {
            prepared = PreparePersistentBatch(request.Messages);
        }
        catch (Exception e)
        {
            // Nothing has gone to the storage: an event that its adapter refuses is rejected, with those it came with.
            return Task.FromResult<IImmutableList<Exception>>(Enumerable.Repeat(e, writeCount).ToImmutableArray());
        }

        return _breaker.WithCircuitBreaker(() => WriteMessagesAsync(prepared));
    }

    private static void ReplyStored(WriteMessages request, IImmutableList<Exception>? results, IActorRef self)
    {
        var target = request.PersistentActor;
        var id = request.ActorInstanceId;
        target.Tell(WriteMessagesSuccessful.Instance, self);
        var n = 0;
        foreach (var envelope in request.Messages)
        {
            if (envelope is not AtomicWrite write)
            {
                target.Tell(new LoopMessageSuccess(envelope.Payload, id), envelope.Sender);
                continue;
            }

            var rejection = results is { Count: > 0 } ? results[n] : null;
            n++;
            foreach (var e in write.Events)
                target.Tell(rejection is null ? new WriteMessageSuccess(e, id) : new WriteMessageRejected(e, rejection, id), e.Sender);
        }
    }

    private static void ReplyFailed(WriteMessages request, Exception cause, int writeCount, IActorRef self)
    {
        var target = request.PersistentActor;
        var id = request.ActorInstanceId;
        target.Tell(new WriteMessagesFailed(cause, writeCount), self);
        foreach (var envelope in request.Messages)
        {
            if (envelope is not AtomicWrite write)
            {
                target.Tell(new LoopMessageSuccess(envelope.Payload, id), envelope.Sender);
                continue;
            }

            foreach (var e in write.Events)
                target.Tell(new WriteMessageFailure(e, cause, id), e.Sender);
        }
    }

    private async Task ReplayAsync(ReplayMessages request, IActorContext context)
    {
        var self = context.Self;
        var events = context.System.EventStream;
        var replyTo = _replayFilterMode == ReplayFilterMode.Disabled
            ? request.PersistentActor
            : context.ActorOf(ReplayFilter.Props(
                request.PersistentActor, _replayFilterMode, _replayFilterWindowSize, _replayFilterMaxOldWriters, _replayDebug));
        try
        {
            var readFrom = Math.Max(0L, request.FromSequenceNr - 1);
            var highest = await _breaker
                .WithCircuitBreaker(() => ReadHighestSequenceNrAsync(request.PersistenceId, readFrom))
                .ConfigureAwait(false);
            var to = Math.Min(request.ToSequenceNr, highest);
            if (to > 0 && request.FromSequenceNr <= to)
            {
                await ReplayMessagesAsync(context, request.PersistenceId, request.FromSequenceNr, to, request.Max, e =>
                {
                    if (e.IsDeleted)
                        return;

                    foreach (var adapted in AdaptFromJournal(e))
                        replyTo.Tell(new ReplayedMessage(adapted), ActorRefs.NoSender);
                }).ConfigureAwait(false);
            }

            replyTo.Tell(new RecoverySuccess(highest), self);
        }
        catch (Exception e)
        {
            replyTo.Tell(new ReplayMessagesFailure(TryUnwrapException(e)), self);
        }

        if (CanPublish)
            events.Publish(request);
    }

    private async Task DeleteAsync(DeleteMessagesTo request, Event.EventStream events, IActorRef self)
    {
        object reply;
        try
        {
            await _breaker
                .WithCircuitBreaker(() => DeleteMessagesToAsync(request.PersistenceId, request.ToSequenceNr))
                .ConfigureAwait(false);
            reply = new DeleteMessagesSuccess(request.ToSequenceNr);
        }
        catch (Exception e)
        {
            reply = new DeleteMessagesFailure(TryUnwrapException(e), request.ToSequenceNr);
        }

        request.PersistentActor.Tell(reply, self);
        if (CanPublish)
            events.Publish(request);
    }
}
