using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;

namespace AkkaRaft.Node.Hosting;

/// <summary>A node's journal before its first record, through the plugin of the node's configuration.</summary>
internal sealed class NewJournal : IAsyncDisposable
{
    private readonly ActorSystem _system;
    private readonly IActorRef _writer;

    private NewJournal(ActorSystem system, IActorRef writer)
    {
        _system = system;
        _writer = writer;
    }

    /// <summary>Opens the journal.</summary>
    /// <param name="config">The node's whole configuration.</param>
    /// <param name="settings">The node's settings.</param>
    /// <exception cref="NodeException">It cannot be opened, or is not empty.</exception>
    public static async Task<NewJournal> OpenAsync(Config config, RaftSettings settings)
    {
        var local = ConfigurationFactory.ParseString("akka { actor.provider = local, loglevel = ERROR, stdout-loglevel = OFF }");
        var system = ActorSystem.Create(ContactPoint.SystemName, SqliteJournal.SetupOf(local.WithFallback(config)));
        var opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var journal = new NewJournal(
            system, system.ActorOf(Props.Create(() => new Writer(settings, opened))));
        try
        {
            await opened.Task;
            return journal;
        }
        catch
        {
            await journal.DisposeAsync();
            throw;
        }
    }

    /// <summary>Writes records, in batches that are atomic each.</summary>
    /// <exception cref="NodeException">They cannot be written.</exception>
    public async Task WriteAsync(IEnumerable<object[]> batches)
    {
        foreach (var batch in batches)
        {
            var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _writer.Tell(new Batch(batch, written));
            await written.Task;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await _system.Terminate();

    private sealed record Batch(object[] Records, TaskCompletionSource Written);

    private sealed class Writer : ReceivePersistentActor
    {
        private readonly TaskCompletionSource _opened;
        private Batch? _batch;

        public Writer(RaftSettings settings, TaskCompletionSource opened)
        {
            _opened = opened;
            PersistenceId = settings.ServerId.Value;
            JournalPluginId = settings.JournalPluginId;
            SnapshotPluginId = settings.SnapshotPluginId;
            Recover<RecoveryCompleted>(_ => EndRecovery());
            RecoverAny(_ => { });
            Command<Batch>(OnBatch);
        }

        public override string PersistenceId { get; }

        public override Recovery Recovery => new(SnapshotSelectionCriteria.None);

        protected override void OnRecoveryFailure(Exception reason, object? message = null) => Fail(reason);

        protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) => Fail(cause);

        protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr) => Fail(cause);

        private void EndRecovery()
        {
            if (LastSequenceNr == 0)
            {
                _opened.SetResult();
                return;
            }

            _opened.SetException(new NodeException(
                $"The journal holds {LastSequenceNr} records of '{PersistenceId}' already."
                    + " Choose a data directory or a database that is empty.",
                ExitCodes.Failure));
        }

        private void OnBatch(Batch batch)
        {
            _batch = batch;
            var left = batch.Records.Length;
            PersistAll(batch.Records, _ =>
            {
                if (--left == 0)
                {
                    batch.Written.SetResult();
                }
            });
        }

        private void Fail(Exception cause)
        {
            var failure = new NodeException($"The journal cannot be written: {cause.Message}", ExitCodes.Failure, cause);
            _opened.TrySetException(failure);
            _batch?.Written.TrySetException(failure);
        }
    }
}
