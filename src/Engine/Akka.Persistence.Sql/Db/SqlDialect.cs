using System.Data.Common;

namespace Akka.Persistence.Sql.Db;

/// <summary>What is not the same with every database. The statements themselves are written in what all of them understand.</summary>
internal abstract class SqlDialect
{
    /// <summary>One statement for each table and index, doing nothing where it exists.</summary>
    public abstract IReadOnlyList<string> CreateJournal { get; }

    public abstract IReadOnlyList<string> CreateSnapshots { get; }

    /// <summary>The dialect of a provider name, or null where it is not supported.</summary>
    public static SqlDialect? Of(string providerName) => providerName == SqliteDialect.ProviderName ? new SqliteDialect() : null;

    /// <summary>An open connection whose commits are durable when they return.</summary>
    public abstract DbConnection Open(string connectionString);

    public virtual void Commit(DbTransaction transaction) => transaction.Commit();

    /// <summary>Whether a write failed for what it contains (a number that is taken), so that others are not touched by it.</summary>
    public abstract bool IsConflict(Exception e);

    /// <summary>Whether, after this failure of a write and its rollback, the same connection can be used on.</summary>
    public abstract bool IsHarmless(Exception e);

    /// <summary>After a failure that was not harmless: throws unless the database, on a new connection, says that it is sane.</summary>
    public abstract void EnsureSane(DbConnection connection);
}
