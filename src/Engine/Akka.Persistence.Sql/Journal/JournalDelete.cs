using System.Data.Common;
using Akka.Persistence.Sql.Db;

namespace Akka.Persistence.Sql.Journal;

/// <summary>
/// Deletes an actor's events up to a number: marks them all at once, then removes them a piece at a time with writes in
/// between. The highest marked one stays, so that its number is not used again.
/// </summary>
internal sealed class JournalDelete(SqlWorker worker, string persistenceId, long toSequenceNr)
{
    private const int RowsAtATime = 1000;

    private const string Mark =
        "UPDATE journal SET deleted = @p2 WHERE persistence_id = @p0 AND sequence_number <= @p1 AND deleted <> @p2";

    private const string HighestMarked =
        "SELECT MAX(sequence_number) FROM journal WHERE persistence_id = @p0 AND deleted = @p1";

    private const string Lowest = "SELECT MIN(sequence_number) FROM journal WHERE persistence_id = @p0";

    private const string Remove = "DELETE FROM journal WHERE persistence_id = @p0 AND sequence_number < @p1";

    private const string RemoveTags = "DELETE FROM tags WHERE persistence_id = @p0 AND sequence_nr < @p1";

    public async Task Run()
    {
        var highest = await worker.Run(MarkAll).ConfigureAwait(false);
        while (await worker.Run(session => RemoveSome(session, highest)).ConfigureAwait(false))
        {
        }
    }

    private long MarkAll(SqlSession session)
    {
        var highest = 0L;
        session.Transact(() =>
        {
            session.Statement(Mark, persistenceId, toSequenceNr, true).ExecuteNonQuery();
            highest = Number(session.Statement(HighestMarked, persistenceId, true));
        });
        return highest;
    }

    private bool RemoveSome(SqlSession session, long below)
    {
        var more = false;
        session.Transact(() =>
        {
            var lowest = Number(session.Statement(Lowest, persistenceId));
            var bound = Math.Min(below, lowest + RowsAtATime);
            more = bound < below;
            session.Statement(Remove, persistenceId, bound).ExecuteNonQuery();
            session.Statement(RemoveTags, persistenceId, bound).ExecuteNonQuery();
        });
        return more;
    }

    private static long Number(DbCommand command) => command.ExecuteScalar() is long number ? number : 0L;
}
