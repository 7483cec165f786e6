using System.Data;
using System.Data.Common;

namespace Akka.Persistence.Sql.Db;

/// <summary>
/// A connection, opened when it is needed, with its prepared statements. After a failure that leaves it in doubt it is closed,
/// and a new one is used only when the database says that it is sane. For one thread.
/// </summary>
internal sealed class SqlSession(SqlDialect dialect, string connectionString, IReadOnlyList<string> initialization) : IDisposable
{
    private readonly Dictionary<string, DbCommand> _statements = new();
    private DbConnection? _connection;
    private DbTransaction? _transaction;
    private bool _suspect;

    public SqlDialect Dialect { get; } = dialect;

    /// <summary>Runs work in a transaction; when this returns, its effects are durable.</summary>
    public void Transact(Action work)
    {
        try
        {
            _transaction = Connection().BeginTransaction();
            work();
            Dialect.Commit(_transaction);
            EndTransaction();
        }
        catch (Exception e)
        {
            Recover(e);
            throw;
        }
    }

    /// <summary>Runs work that only reads; it takes no lock that a writer would wait for.</summary>
    public T Read<T>(Func<T> work)
    {
        try
        {
            _ = Connection();
            return work();
        }
        catch (Exception e)
        {
            Recover(e);
            throw;
        }
    }

    /// <summary>Prepared on first use; the values follow the order in which the statement names its parameters.</summary>
    public DbCommand Statement(string sql, params ReadOnlySpan<object> values)
    {
        if (!_statements.TryGetValue(sql, out var command))
        {
            command = Prepare(sql, values);
            _statements.Add(sql, command);
        }

        command.Transaction = _transaction;
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i];
        return command;
    }

    public void Dispose()
    {
        foreach (var command in _statements.Values)
            command.Dispose();
        _statements.Clear();
        _connection?.Dispose();
        _connection = null;
    }

    private DbConnection Connection()
    {
        if (_connection is not null)
            return _connection;

        var connection = Dialect.Open(connectionString);
        try
        {
            if (_suspect)
                Dialect.EnsureSane(connection);
            Initialize(connection);
        }
        catch (Exception)
        {
            connection.Dispose();
            throw;
        }

        _suspect = false;
        return _connection = connection;
    }

    private void Initialize(DbConnection connection)
    {
        if (initialization.Count == 0)
            return;

        using var transaction = connection.BeginTransaction();
        foreach (var sql in initialization)
        {
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            command.Transaction = transaction;
            command.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    private DbCommand Prepare(string sql, ReadOnlySpan<object> values)
    {
        var command = Connection().CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < values.Length; i++)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = $"@p{i}";
            parameter.DbType = values[i] switch
            {
                long => DbType.Int64,
                int => DbType.Int32,
                bool => DbType.Boolean,
                byte[] => DbType.Binary,
                _ => DbType.String,
            };
            command.Parameters.Add(parameter);
        }

        command.Prepare();
        return command;
    }

    private void EndTransaction()
    {
        _transaction?.Dispose();
        _transaction = null;
    }

    /// <summary>Undoes what the failed work did; if that fails too, or the failure is grave, the connection is given up.</summary>
    private void Recover(Exception cause)
    {
        var harmless = Dialect.IsHarmless(cause);
        try
        {
            EndTransaction();
        }
        catch (DbException)
        {
            harmless = false;
            _transaction = null;
        }

        if (harmless)
            return;

        _suspect = true;
        try
        {
            Dispose();
        }
        catch (DbException)
        {
            _connection = null;
        }
    }
}
