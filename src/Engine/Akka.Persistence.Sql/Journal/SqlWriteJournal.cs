using System.Collections.Immutable;
using System.Data.Common;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence.Journal;
using Akka.Persistence.Sql.Db;

namespace Akka.Persistence.Sql.Journal;

/// <summary>Keeps events in a table. One thread writes, for all actors of this journal; another reads for recoveries.</summary>
public class SqlWriteJournal : AsyncWriteJournal
{
    public static readonly Config DefaultConfiguration = SqlPersistence.DefaultConfiguration;

    private const string Highest = "SELECT MAX(sequence_number) FROM journal WHERE persistence_id = @p0";

    private const string Page =
        "SELECT sequence_number, created, message, manifest, identifier, writer_uuid FROM journal "
        + "WHERE persistence_id = @p0 AND sequence_number BETWEEN @p1 AND @p2 AND deleted = @p3 "
        + "ORDER BY sequence_number LIMIT @p4";

    private readonly string _writerUuid = Guid.NewGuid().ToString("N");
    private readonly JournalRowSerializer _serializer = new((ExtendedActorSystem)Context.System);
    private readonly SqlSettings _settings;
    private readonly int _bufferSize;
    private readonly int _batchSize;
    private readonly int _replayBatchSize;
    private SqlWorker? _writer;
    private SqlWorker? _reader;

    public SqlWriteJournal(Config journalConfig)
    {
        var path = Self.Path.Name;
        _settings = SqlSettings.Of(journalConfig, path);
        _bufferSize = SqlSettings.Count(journalConfig, path, "buffer-size", 5000);
        _batchSize = SqlSettings.Count(journalConfig, path, "batch-size", 100);
        _replayBatchSize = SqlSettings.Count(journalConfig, path, "replay-batch-size", 1000);
    }

    /// <summary>Asked in the order of the writes, so that what an earlier incarnation of the actor has sent is counted.</summary>
    public override Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr) =>
        _writer!.Run(session => session.Read(() =>
            session.Statement(Highest, persistenceId).ExecuteScalar() is long highest ? highest : 0L));

    public override async Task ReplayMessagesAsync(
        IActorContext context, string persistenceId, long fromSequenceNr, long toSequenceNr, long max,
        Action<IPersistentRepresentation> recoveryCallback)
    {
        var from = fromSequenceNr;
        var left = max;
        while (left > 0)
        {
            var wanted = (int)Math.Min(left, _replayBatchSize);
            var (count, last) = await _reader!
                .Run(session => ReplayPage(session, persistenceId, from, toSequenceNr, wanted, recoveryCallback))
                .ConfigureAwait(false);
            if (count < wanted)
                return;

            left -= count;
            from = last + 1;
        }
    }

    protected override void PreStart()
    {
        base.PreStart();
        _writer = new SqlWorker($"{Self.Path.Name} writer", _settings.OpenSession(_settings.Dialect.CreateJournal));
        _reader = new SqlWorker($"{Self.Path.Name} reader", _settings.OpenSession([]));
    }

    protected override void PostStop()
    {
        _writer?.Stop();
        _reader?.Stop();
        base.PostStop();
    }

    protected override async Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages)
    {
        var rows = new List<JournalRow>();
        var results = ImmutableArray.CreateBuilder<Exception>();
        var rejected = false;
        foreach (var write in messages)
        {
            var rejection = AddRows(write, rows);
            results.Add(rejection!);
            rejected |= rejection is not null;
        }

        if (rows.Count > 0)
            await Store(rows).ConfigureAwait(false);
        return rejected ? results.ToImmutable() : ImmutableArray<Exception>.Empty;
    }

    protected override Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr) =>
        new JournalDelete(_writer!, persistenceId, toSequenceNr).Run();

    /// <summary>Adds the rows of a write, all or none; an event that cannot be serialized is the reason for none.</summary>
    private Exception? AddRows(AtomicWrite write, List<JournalRow> rows)
    {
        var before = rows.Count;
        try
        {
            foreach (var e in (IEnumerable<IPersistentRepresentation>)write.Payload)
                rows.Add(_serializer.ToRow(e));
            return null;
        }
        catch (Exception e)
        {
            rows.RemoveRange(before, rows.Count - before);
            return e;
        }
    }

    private Task Store(List<JournalRow> rows)
    {
        var write = new JournalWrite(rows, _writerUuid, _batchSize);
        return _writer!.TryEnqueue(write, _bufferSize)
            ? write.Committed
            : Task.FromException(new InvalidOperationException(
                $"The journal's write buffer is full: {_bufferSize} writes are waiting ({Self.Path.Name}.buffer-size)"));
    }

    private (int Count, long Last) ReplayPage(
        SqlSession session, string persistenceId, long from, long to, int limit, Action<IPersistentRepresentation> recoveryCallback)
    {
        return session.Read(() =>
        {
            var count = 0;
            var last = from;
            using var reader = session.Statement(Page, persistenceId, from, to, false, limit).ExecuteReader();
            while (reader.Read())
            {
                last = reader.GetInt64(0);
                count++;
                recoveryCallback(Event(reader, persistenceId, last));
            }

            return (count, last);
        });
    }

    private IPersistentRepresentation Event(DbDataReader reader, string persistenceId, long sequenceNr) => _serializer.ToEvent(
        persistenceId,
        sequenceNr,
        reader.GetInt64(1),
        reader.GetFieldValue<byte[]>(2),
        reader.IsDBNull(3) ? string.Empty : reader.GetString(3),
        reader.GetInt32(4),
        reader.IsDBNull(5) ? string.Empty : reader.GetString(5));
}
