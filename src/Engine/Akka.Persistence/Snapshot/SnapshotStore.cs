using Akka.Actor;
using Akka.Pattern;

namespace Akka.Persistence.Snapshot;

/// <summary>What every snapshot store does: it answers requests behind a circuit breaker, each failure with its cause.</summary>
public abstract class SnapshotStore : ActorBase
{
    private readonly bool _publish;
    private readonly CircuitBreaker _breaker;

    protected SnapshotStore()
    {
        var extension = Persistence.Instance.Apply(Context.System)
            ?? throw new ArgumentException("Couldn't initialize SnapshotStore instance, because associated Persistence extension "
                + "has not been used in current actor system context.");
        _publish = extension.Settings.Internal.PublishPluginCommands;
        _breaker = extension.CreateBreaker(extension.ConfigFor(Self));
    }

    protected sealed override bool Receive(object message)
    {
        if (!ReceiveSnapshotStore(message))
            return ReceivePluginInternal(message);

        if (_publish && message is SaveSnapshot or DeleteSnapshot or DeleteSnapshots)
            Context.System.EventStream.Publish(message);
        return true;
    }

    protected virtual bool ReceivePluginInternal(object message) => false;

    /// <summary>The newest snapshot that meets the criteria, or null.</summary>
    protected abstract Task<SelectedSnapshot> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria);

    protected abstract Task SaveAsync(SnapshotMetadata metadata, object snapshot);

    /// <summary>Deletes by sequence number, and by time as well if the metadata has one.</summary>
    protected abstract Task DeleteAsync(SnapshotMetadata metadata);

    protected abstract Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria);

    private bool ReceiveSnapshotStore(object message)
    {
        switch (message)
        {
            case LoadSnapshot load:
                _ = ReplyAsync(
                    () => LoadAsync(load),
                    snapshot => new LoadSnapshotResult(snapshot, load.ToSequenceNr),
                    cause => new LoadSnapshotFailed(cause));
                return true;
            case SaveSnapshot save:
                var metadata = Stamped(save.Metadata);
                _ = ReplyAsync(
                    () => Done(SaveAsync(metadata, save.Snapshot)),
                    _ => new SaveSnapshotSuccess(metadata),
                    cause => new SaveSnapshotFailure(metadata, cause));
                return true;
            case DeleteSnapshot delete:
                _ = ReplyAsync(
                    () => Done(DeleteAsync(delete.Metadata)),
                    _ => new DeleteSnapshotSuccess(delete.Metadata),
                    cause => new DeleteSnapshotFailure(delete.Metadata, cause));
                return true;
            case DeleteSnapshots delete:
                _ = ReplyAsync(
                    () => Done(DeleteAsync(delete.PersistenceId, delete.Criteria)),
                    _ => new DeleteSnapshotsSuccess(delete.Criteria),
                    cause => new DeleteSnapshotsFailure(delete.Criteria, cause));
                return true;
            default:
                return false;
        }
    }

    private static SnapshotMetadata Stamped(SnapshotMetadata metadata) =>
        metadata.Timestamp == SnapshotMetadata.TimestampNotSpecified
            ? new SnapshotMetadata(metadata.PersistenceId, metadata.SequenceNr, DateTime.UtcNow)
            : metadata;

    private static async Task<SelectedSnapshot> Done(Task task)
    {
        await task.ConfigureAwait(false);
        return null!;
    }

    private static Exception Unwrap(Exception e) =>
        e is AggregateException aggregate && aggregate.Flatten().InnerExceptions is [var single] ? single : e;

    private Task<SelectedSnapshot> LoadAsync(LoadSnapshot load) =>
        load.Criteria.Equals(SnapshotSelectionCriteria.None)
            ? Task.FromResult<SelectedSnapshot>(null!)
            : LoadAsync(load.PersistenceId, load.Criteria.Limit(load.ToSequenceNr));

    private async Task ReplyAsync(
        Func<Task<SelectedSnapshot>> work, Func<SelectedSnapshot, object> succeeded, Func<Exception, object> failed)
    {
        var requester = Sender;
        var self = Self;
        object reply;
        try
        {
            reply = succeeded(await _breaker.WithCircuitBreaker(work).ConfigureAwait(false));
        }
        catch (Exception e)
        {
            reply = failed(Unwrap(e));
        }

        requester.Tell(reply, self);
    }
}
