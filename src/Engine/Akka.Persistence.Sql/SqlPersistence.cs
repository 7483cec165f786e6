using System.Reflection;
using Akka.Actor;
using Akka.Configuration;

namespace Akka.Persistence.Sql;

public sealed class SqlPersistence : IExtension
{
    public const string JournalConfigPath = "akka.persistence.journal.sql";
    public const string SnapshotStoreConfigPath = "akka.persistence.snapshot-store.sql";

    /// <summary>The plugins' defaults, to be used as a fallback of a system's own configuration.</summary>
    public static readonly Config DefaultConfiguration = ReadDefaults();

    public static readonly Config DefaultJournalConfiguration = DefaultConfiguration.GetConfig(JournalConfigPath);

    public static readonly Config DefaultSnapshotConfiguration = DefaultConfiguration.GetConfig(SnapshotStoreConfigPath);

    public readonly Config DefaultConfig = DefaultConfiguration;

    public readonly Config DefaultJournalConfig = DefaultJournalConfiguration;

    public readonly Config DefaultSnapshotConfig = DefaultSnapshotConfiguration;

    public SqlPersistence(ActorSystem system) => system.Settings.InjectTopLevelFallback(DefaultConfig);

    public static SqlPersistence Get(ActorSystem system) => system.WithExtension<SqlPersistence, SqlPersistenceProvider>();

    private static Config ReadDefaults()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Akka.Persistence.Sql.persistence.conf")!;
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }
}

public sealed class SqlPersistenceProvider : ExtensionIdProvider<SqlPersistence>
{
    public override SqlPersistence CreateExtension(ExtendedActorSystem system) => new(system);
}
