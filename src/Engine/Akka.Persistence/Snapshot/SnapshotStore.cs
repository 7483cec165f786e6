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
        var extension = Persistence.Instance.Apply(Context.System);
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

    private static SnapshotMetadata Stamped(SnapshotMetadata metadata) =>
        metadata.Timestamp == SnapshotMetadata.TimestampNotSpecified
            ? new SnapshotMetadata(metadata.PersistenceId, metadata.SequenceNr, DateTime.UtcNow)
            : metadata;

    private bool ReceiveSnapshotStore(object message)
    {
        switch (message)
        {
            case LoadSnapshot load:
                _ = Reply(
                    async () => new LoadSnapshotResult(await Load(load).ConfigureAwait(false), load.ToSequenceNr),
                    cause => new LoadSnapshotFailed(cause));
                return true;
            case SaveSnapshot save:
                var metadata = Stamped(save.Metadata);
                _ = Reply(
                    async () =>
                    {
                        await SaveAsync(metadata, save.Snapshot).ConfigureAwait(false);
                        return new SaveSnapshotSuccess(metadata);
                    },
                    cause => new SaveSnapshotFailure(metadata, cause));
                return true;
            case DeleteSnapshot delete:
                _ = Reply(
                    async () =>
                    {
                        await DeleteAsync(delete.Metadata).ConfigureAwait(false);
                        return new DeleteSnapshotSuccess(delete.Metadata);
                    },
                    cause => new DeleteSnapshotFailure(delete.Metadata, cause));
                return true;
            case DeleteSnapshots delete:
                _ = Reply(
                    async () =>
                    {
                        await DeleteAsync(delete.PersistenceId, delete.Criteria).ConfigureAwait(false);
                        return new DeleteSnapshotsSuccess(delete.Criteria);
                    },
                    cause => new DeleteSnapshotsFailure(delete.Criteria, cause));
                return true;
            default:
                return false;
        }
    }

    private Task<SelectedSnapshot> Load(LoadSnapshot load) =>
        load.Criteria.Equals(SnapshotSelectionCriteria.None)
            ? Task.FromResult<SelectedSnapshot>(null!)
            : LoadAsync(load.PersistenceId, load.Criteria.Limit(load.ToSequenceNr));

    private async Task Reply(Func<Task<object>> work, Func<Exception, object> failed)
    {
        var requester = Sender;
        var self = Self;
        object reply;
        try
        {
            reply = await _breaker.WithCircuitBreaker(work).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            reply = failed(PersistenceExtension.Unwrap(e));
        }

        requester.Tell(reply, self);
    }
}
