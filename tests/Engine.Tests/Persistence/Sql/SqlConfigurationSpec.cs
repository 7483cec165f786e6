using Akka.Configuration;
using Akka.Persistence.Sql;

namespace Engine.Tests.Persistence.Sql;

public sealed class SqlConfigurationSpec
{
    private const string Path = "akka.persistence.journal.sql";

    [Fact]
    public void The_defaults_are_those_of_the_package()
    {
        var journal = SqlPersistence.DefaultConfiguration.GetConfig(SqlPersistence.JournalConfigPath);
        Assert.Equal("Akka.Persistence.Sql.Journal.SqlWriteJournal, Akka.Persistence.Sql", journal.GetString("class"));
        Assert.Equal("default", journal.GetString("table-mapping"));
        Assert.True(journal.GetBoolean("auto-initialize"));
        Assert.Equal(
            (100, 5000, 1000),
            (journal.GetInt("batch-size"), journal.GetInt("buffer-size"), journal.GetInt("replay-batch-size")));
        Assert.Equal(
            "Akka.Persistence.Sql.Snapshot.SqlSnapshotStore, Akka.Persistence.Sql",
            SqlPersistence.DefaultConfiguration.GetString("akka.persistence.snapshot-store.sql.class"));
    }

    [Theory]
    [InlineData("provider-name = \"SQLite.MS\"", "connection-string is required")]
    [InlineData("connection-string = x, provider-name = Oracle", "provider-name is [Oracle]; supported is [SQLite.MS]")]
    [InlineData(
        "connection-string = x, provider-name = \"SQLite.MS\", table-mapping = sqlite",
        "table-mapping is [sqlite]; supported is [default]")]
    public void Nonsense_is_refused_with_the_path_of_the_key(string config, string complaint)
    {
        var refused = Assert.Throws<ConfigurationException>(() => SqlSettings.Of(ConfigurationFactory.ParseString(config), Path));
        Assert.Equal($"{Path}.{complaint}", refused.Message);
    }

    [Fact]
    public void A_batch_of_nothing_is_refused()
    {
        var refused = Assert.Throws<ConfigurationException>(
            () => SqlSettings.Count(ConfigurationFactory.ParseString("batch-size = 0"), Path, "batch-size", 100));
        Assert.Equal($"{Path}.batch-size is 0; it must be at least 1", refused.Message);
    }
}
