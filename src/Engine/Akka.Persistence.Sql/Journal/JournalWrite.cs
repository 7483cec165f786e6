using System.Data.Common;
using Akka.Persistence.Sql.Db;

namespace Akka.Persistence.Sql.Journal;

/// <summary>
/// What one actor wants written at once. Writes that wait next to each other are committed together; none is confirmed before
/// the commit, and a failure of the storage fails all of them.
/// </summary>
internal sealed class JournalWrite(IReadOnlyList<JournalRow> rows, string writer, int batchSize) : SqlJob
{
    private const string Insert =
        "INSERT INTO journal (created, deleted, persistence_id, sequence_number, message, manifest, identifier, writer_uuid) "
        + "VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p6, @p7)";

    private const string InsertReturning = Insert + " RETURNING ordering";

    private const string InsertTag =
        "INSERT INTO tags (ordering_id, tag, sequence_nr, persistence_id) VALUES (@p0, @p1, @p2, @p3)";

    private static readonly object NotDeleted = false;

    private readonly TaskCompletionSource _committed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Committed => _committed.Task;

    public override void Do(SqlSession session, SqlWorker worker)
    {
        var batch = new List<JournalWrite> { this };
        batch.AddRange(worker.TakeWaiting<JournalWrite>(batchSize - 1));
        try
        {
            session.Transact(() => batch.ForEach(write => write.InsertRows(session)));
        }
        catch (Exception e) when (batch.Count > 1 && session.Dialect.IsConflict(e))
        {
            // Nothing was written. One at a time, those that are without fault are.
            foreach (var write in batch)
                write.DoAlone(session);
            return;
        }
        catch (Exception e)
        {
            // What waits behind must not be written over a fault that its actor has not heard of.
            if (!session.Dialect.IsHarmless(e))
                batch.AddRange(worker.TakeWaiting<JournalWrite>(int.MaxValue));
            batch.ForEach(write => write.Fail(e));
            return;
        }

        batch.ForEach(write => write._committed.SetResult());
    }

    public override void Fail(Exception cause) => _committed.TrySetException(cause);

    private void DoAlone(SqlSession session)
    {
        try
        {
            session.Transact(() => InsertRows(session));
        }
        catch (Exception e)
        {
            Fail(e);
            return;
        }

        _committed.SetResult();
    }

    private void InsertRows(SqlSession session)
    {
        foreach (var row in rows)
        {
            if (row.Tags.Count == 0)
                InsertRow(session, Insert, row).ExecuteNonQuery();
            else
                InsertTags(session, row, Convert.ToInt64(InsertRow(session, InsertReturning, row).ExecuteScalar()));
        }
    }

    private DbCommand InsertRow(SqlSession session, string sql, JournalRow row) => session.Statement(
        sql, row.Created, NotDeleted, row.PersistenceId, row.SequenceNr, row.Message, row.Manifest, row.SerializerId, writer);

    private static void InsertTags(SqlSession session, JournalRow row, long ordering)
    {
        foreach (var tag in row.Tags)
            session.Statement(InsertTag, ordering, tag, row.SequenceNr, row.PersistenceId).ExecuteNonQuery();
    }
}
