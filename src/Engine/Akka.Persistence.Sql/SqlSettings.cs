using Akka.Configuration;
using Akka.Persistence.Sql.Db;

namespace Akka.Persistence.Sql;

/// <summary>What a journal and a snapshot store have in common in their sections. Nonsense is refused with the key's path.</summary>
internal sealed class SqlSettings
{
    private SqlSettings(string connectionString, SqlDialect dialect, bool autoInitialize)
    {
        ConnectionString = connectionString;
        Dialect = dialect;
        AutoInitialize = autoInitialize;
    }

    public string ConnectionString { get; }

    public SqlDialect Dialect { get; }

    public bool AutoInitialize { get; }

    public static SqlSettings Of(Config config, string path)
    {
        var connectionString = config.GetString("connection-string", string.Empty);
        if (string.IsNullOrWhiteSpace(connectionString))
            throw new ConfigurationException($"{path}.connection-string is required");

        var providerName = config.GetString("provider-name", string.Empty);
        var dialect = SqlDialect.Of(providerName) ?? throw new ConfigurationException(
            $"{path}.provider-name is [{providerName}]; supported is [{SqliteDialect.ProviderName}]");

        var mapping = config.GetString("table-mapping", "default");
        if (mapping != "default")
            throw new ConfigurationException($"{path}.table-mapping is [{mapping}]; supported is [default]");

        return new SqlSettings(connectionString, dialect, config.GetBoolean("auto-initialize", true));
    }

    /// <summary>A whole number from 1 on.</summary>
    public static int Count(Config config, string path, string key, int otherwise)
    {
        var value = config.GetInt(key, otherwise);
        return value >= 1 ? value : throw new ConfigurationException($"{path}.{key} is {value}; it must be at least 1");
    }

    public SqlSession OpenSession(IReadOnlyList<string> createStatements) =>
        new(Dialect, ConnectionString, AutoInitialize ? createStatements : []);
}
