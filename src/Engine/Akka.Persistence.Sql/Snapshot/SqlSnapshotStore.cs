using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence.Snapshot;
using Akka.Persistence.Sql.Db;

namespace Akka.Persistence.Sql.Snapshot;

/// <summary>Keeps snapshots in a table.</summary>
public class SqlSnapshotStore : SnapshotStore
{
    public static readonly Config DefaultConfiguration = SqlPersistence.DefaultConfiguration;

    private const string Matching =
        " WHERE persistence_id = @p0 AND sequence_number BETWEEN @p1 AND @p2 AND created BETWEEN @p3 AND @p4";

    private const string Newest =
        "SELECT sequence_number, created, snapshot, manifest, serializer_id FROM snapshot" + Matching
        + " ORDER BY sequence_number DESC LIMIT 1";

    private const string Save =
        "INSERT INTO snapshot (persistence_id, sequence_number, created, snapshot, manifest, serializer_id) "
        + "VALUES (@p0, @p1, @p2, @p3, @p4, @p5) ON CONFLICT (persistence_id, sequence_number) DO UPDATE SET "
        + "created = excluded.created, snapshot = excluded.snapshot, manifest = excluded.manifest, "
        + "serializer_id = excluded.serializer_id";

    private const string Delete = "DELETE FROM snapshot" + Matching;

    private readonly ExtendedActorSystem _system = (ExtendedActorSystem)Context.System;
    private readonly SqlSettings _settings;
    private SqlWorker? _worker;

    public SqlSnapshotStore(Config snapshotConfig) => _settings = SqlSettings.Of(snapshotConfig, Self.Path.Name);

    protected override void PreStart()
    {
        base.PreStart();
        _worker = new SqlWorker(Self.Path.Name, _settings.OpenSession(_settings.Dialect.CreateSnapshots));
    }

    protected override void PostStop()
    {
        _worker?.Stop();
        base.PostStop();
    }

    protected override Task<SelectedSnapshot> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria) =>
        _worker!.Run(session => session.Read(() =>
        {
            using var reader = session.Statement(Newest, Values(persistenceId, criteria)).ExecuteReader();
            if (!reader.Read())
                return null!;

            var created = new DateTime(reader.GetInt64(1), DateTimeKind.Utc);
            var manifest = reader.IsDBNull(3) ? string.Empty : reader.GetString(3);
            return new SelectedSnapshot(
                new SnapshotMetadata(persistenceId, reader.GetInt64(0), created),
                _system.Serialization.Deserialize(reader.GetFieldValue<byte[]>(2), reader.GetInt32(4), manifest));
        }));

    protected override Task SaveAsync(SnapshotMetadata metadata, object snapshot)
    {
        var serializer = _system.Serialization.FindSerializerForType(snapshot.GetType());
        var bytes = Akka.Serialization.Serialization.WithTransport(
            _system, (serializer, snapshot), static s => s.serializer.ToBinary(s.snapshot));
        var manifest = Akka.Serialization.Serialization.ManifestFor(serializer, snapshot);
        return Write(
            Save, metadata.PersistenceId, metadata.SequenceNr, metadata.Timestamp.Ticks, bytes, manifest, serializer.Identifier);
    }

    protected override Task DeleteAsync(SnapshotMetadata metadata)
    {
        var latest = metadata.Timestamp == DateTime.MinValue ? DateTime.MaxValue : metadata.Timestamp;
        return Write(
            Delete, metadata.PersistenceId, metadata.SequenceNr, metadata.SequenceNr, DateTime.MinValue.Ticks, latest.Ticks);
    }

    protected override Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria) =>
        Write(Delete, Values(persistenceId, criteria));

    private static object[] Values(string persistenceId, SnapshotSelectionCriteria criteria) =>
    [
        persistenceId,
        criteria.MinSequenceNr,
        criteria.MaxSequenceNr,
        (criteria.MinTimestamp ?? DateTime.MinValue).Ticks,
        criteria.MaxTimeStamp.Ticks,
    ];

    private Task<bool> Write(string sql, params object[] values) => _worker!.Run(session =>
    {
        session.Transact(() => session.Statement(sql, values).ExecuteNonQuery());
        return true;
    });
}
