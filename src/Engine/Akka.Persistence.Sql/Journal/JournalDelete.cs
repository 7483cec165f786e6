using System.Data.Common;
using Akka.Persistence.Sql.Db;

namespace Akka.Persistence.Sql.Journal;

/// <summary>
/// Deletes an actor's events up to a number, from the first on and a piece at a time, with writes in between: whenever this
/// ends, the rest has no gap. The last one is only marked and stays, so that its number is not used again; to mark a row is to
/// write all of it anew, so no other is.
/// </summary>
internal sealed class JournalDelete(SqlWorker worker, string persistenceId, long toSequenceNr)
{
    private const int RowsAtATime = 1000;

    private const string Highest =
        "SELECT MAX(sequence_number) FROM journal WHERE persistence_id = @p0 AND sequence_number <= @p1";

    private const string Mark = "UPDATE journal SET deleted = @p2 WHERE persistence_id = @p0 AND sequence_number = @p1";

    private const string Lowest = "SELECT MIN(sequence_number) FROM journal WHERE persistence_id = @p0";

    private const string Remove = "DELETE FROM journal WHERE persistence_id = @p0 AND sequence_number < @p1";

    private const string RemoveTags = "DELETE FROM tags WHERE persistence_id = @p0 AND sequence_nr < @p1";

    public async Task Run()
    {
        var highest = await worker.Run(ReadHighest).ConfigureAwait(false);
        while (await worker.Run(session => RemoveSome(session, highest)).ConfigureAwait(false))
        {
        }
    }

    private long ReadHighest(SqlSession session) =>
        session.Read(() => Number(session.Statement(Highest, persistenceId, toSequenceNr)));

    private bool RemoveSome(SqlSession session, long last)
    {
        var more = false;
        session.Transact(() =>
        {
            var lowest = Number(session.Statement(Lowest, persistenceId));
            var bound = Math.Min(last, lowest + RowsAtATime);
            more = bound < last;
            session.Statement(Remove, persistenceId, bound).ExecuteNonQuery();
            session.Statement(RemoveTags, persistenceId, bound).ExecuteNonQuery();
            if (!more)
                session.Statement(Mark, persistenceId, last, true).ExecuteNonQuery();
        });
        return more;
    }

    private static long Number(DbCommand command) => command.ExecuteScalar() is long number ? number : 0L;
}
