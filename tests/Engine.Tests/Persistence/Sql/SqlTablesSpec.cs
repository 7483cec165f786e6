using System.Globalization;
using System.Text;
using Akka.Actor;
using Akka.Persistence;
using Akka.Persistence.Journal;
using Microsoft.Data.Sqlite;

namespace Engine.Tests.Persistence.Sql;

/// <summary>The tables are those of Akka.NET's own SQL plugin: what it wrote is read, and what is written it can read.</summary>
public sealed class SqlTablesSpec : IAsyncDisposable
{
    private readonly PersistenceSystem _system = new(PersistenceSystem.Sqlite);

    public ValueTask DisposeAsync() => _system.DisposeAsync();

    [Theory]
    [InlineData(
        "journal",
        "ordering*, created, deleted, persistence_id, sequence_number, message, manifest, identifier, writer_uuid",
        "journal_created_idx(created), journal_sequence_number_idx(sequence_number), journal_uq(persistence_id,sequence_number)!")]
    [InlineData("tags", "ordering_id*, tag*, sequence_nr, persistence_id", "")]
    [InlineData(
        "snapshot", "persistence_id*, sequence_number*, created, snapshot, manifest, serializer_id", "")]
    public async Task Tables_have_their_columns_and_indexes(string table, string columns, string indexes)
    {
        await Write("a", new Note("one"));

        Assert.Equal(columns, string.Join(", ", Query($"PRAGMA table_info({table})")
            .Select(column => $"{column[1]}{(column[5] is 0L ? "" : "*")}")));
        Assert.Equal(indexes, string.Join(", ", Query($"PRAGMA index_list({table})")
            .Where(index => index[3] is "c")
            .OrderBy(index => index[1])
            .Select(index => $"{index[1]}({string.Join(",", Query($"PRAGMA index_info({index[1]})").Select(c => c[2]))})"
                + $"{(index[2] is 1L ? "!" : "")}")));
    }

    [Fact]
    public async Task Orderings_are_not_used_again()
    {
        await Write("a", new Note("one"));
        Assert.Contains("AUTOINCREMENT", (string)Query("SELECT sql FROM sqlite_master WHERE name = 'journal'").Single()[0]!);
    }

    [Fact]
    public async Task An_event_stands_in_the_journal_as_its_serializer_wrote_it()
    {
        var before = DateTime.UtcNow.Ticks;
        await Write("a", new Note("one"), new Note("two"));
        var rows = Query("SELECT ordering, created, deleted, persistence_id, sequence_number, message, manifest, identifier, "
            + "writer_uuid, typeof(message) FROM journal ORDER BY ordering");

        Assert.Equal(2, rows.Count);
        Assert.Equal([1L, rows[0][1], 0L, "a", 1L, Encoding.UTF8.GetBytes("one"), "N", 4711L, rows[0][8], "blob"], rows[0]);
        Assert.Equal((2L, 2L), (rows[1][0], rows[1][4]));
        Assert.InRange((long)rows[0][1]!, before, DateTime.UtcNow.Ticks);
        Assert.True(Guid.TryParseExact((string)rows[0][8]!, "N", out _));
        Assert.Equal(rows[0][8], rows[1][8]);
    }

    [Fact]
    public async Task Tags_stand_beside_the_event_they_belong_to()
    {
        await Write("a", new Note("plain"), new Tagged(new Note("tagged"), ["red", "blue"]));

        Assert.Equal("tagged", Encoding.UTF8.GetString((byte[])Query("SELECT message FROM journal WHERE ordering = 2").Single()[0]!));
        var tags = Query("SELECT ordering_id, tag, sequence_nr, persistence_id FROM tags ORDER BY tag");
        Assert.Equal([[2L, "blue", 2L, "a"], [2L, "red", 2L, "a"]], tags);
    }

    [Fact]
    public async Task A_snapshot_stands_in_its_table_as_its_serializer_wrote_it()
    {
        var probe = await Write("a", new Note("one"));
        probe.Actor.Tell("save");
        var metadata = (await probe.Probe.Expect<SaveSnapshotSuccess>()).Metadata;

        var row = Query("SELECT persistence_id, sequence_number, created, snapshot, manifest, serializer_id FROM snapshot").Single();
        Assert.Equal(["a", 1L, metadata.Timestamp.Ticks, Encoding.UTF8.GetBytes("the snapshot"), "N", 4711L], row);
    }

    [Fact]
    public async Task Rows_that_another_program_inserted_are_replayed()
    {
        await Write("other", new Note("makes the tables"));
        var writer = Guid.NewGuid().ToString("N");
        for (var n = 1; n <= 3; n++)
        {
            Execute("INSERT INTO journal (created, deleted, persistence_id, sequence_number, message, manifest, identifier, "
                + $"writer_uuid) VALUES ({DateTime.UtcNow.Ticks}, {(n == 1 ? 1 : 0)}, 'a', {n}, CAST('note {n}' AS BLOB), 'N', "
                + $"4711, '{writer}')");
        }

        Execute("INSERT INTO snapshot VALUES ('b', 7, 638000000000000000, CAST('old' AS BLOB), 'N', 4711)");
        var events = _system.Probe();
        _system.Actor("a", events, (_, _) => { });
        await events.Expect(new Note("note 2"), new Note("note 3"), RecoveryCompleted.Instance);

        var snapshot = _system.Probe();
        _system.Actor("b", snapshot, (_, _) => { });
        var created = new DateTime(638000000000000000, DateTimeKind.Utc);
        await snapshot.Expect(new SnapshotOffer(new SnapshotMetadata("b", 7, created), new Note("old")), RecoveryCompleted.Instance);
    }

    [Fact]
    public async Task Deleting_leaves_the_highest_deleted_row_to_keep_its_number()
    {
        var notes = Enumerable.Range(1, 2500).Select(n => (object)new Note($"{n}")).ToArray();
        var probe = await Write("a", notes);
        await Write("b", new Note("untouched"));
        probe.Actor.Tell(2400L);
        await probe.Probe.Expect<DeleteMessagesSuccess>();

        Assert.Equal(
            [[2400L, 1L], [2401L, 0L]],
            Query("SELECT sequence_number, deleted FROM journal WHERE persistence_id = 'a' ORDER BY sequence_number LIMIT 2"));
        Assert.Equal(1L, Query("SELECT COUNT(*) FROM journal WHERE persistence_id = 'b'").Single()[0]);
    }

    [Fact]
    public async Task Two_actors_share_one_journal_without_mixing()
    {
        const int Events = 300;
        string[] ids = ["a", "b"];
        var started = ids.Select(id => (Id: id, Stage: Start(id))).ToArray();
        for (var n = 1; n <= Events; n++)
        {
            foreach (var (id, stage) in started)
                stage.Actor.Tell(new object[] { new Note($"{id} {n}") });
        }

        foreach (var (id, stage) in started)
        {
            await stage.Probe.Expect(RecoveryCompleted.Instance);
            await stage.Probe.Expect(Enumerable.Range(1, Events).Select(n => (object)$"stored {new Note($"{id} {n}")}").ToArray());
        }

        await _system.Restart();
        foreach (var id in ids)
        {
            var (recovered, _) = Start(id);
            await recovered.Expect(Enumerable.Range(1, Events).Select(n => (object)new Note($"{id} {n}")).ToArray());
            await recovered.Expect(RecoveryCompleted.Instance);
        }
    }

    [Fact]
    public async Task Large_events_and_more_events_than_fit_a_page_come_back()
    {
        var large = new Note(new string('x', 5_000_000));
        var notes = Enumerable.Range(1, 2300).Select(n => (object)new Note($"{n}")).Append(large).ToArray();
        await Write("a", notes);

        var (recovered, _) = Start("a");
        await recovered.Expect(notes);
        await recovered.Expect(RecoveryCompleted.Instance);
    }

    [Fact]
    public async Task A_file_that_is_no_database_ends_the_recovery_with_that_reason()
    {
        await File.WriteAllTextAsync(_system.DatabaseFile, string.Concat(Enumerable.Repeat("no database ", 1000)));
        var probe = _system.Probe();
        probe.Watch(_system.Actor("a", probe, (_, _) => { }));
        Assert.Contains("file is not a database", await probe.Expect<string>());
        await probe.Expect<Terminated>();
    }

    [Fact]
    public async Task A_damaged_page_ends_the_recovery_with_that_reason()
    {
        await Write("a", Enumerable.Range(1, 2000).Select(n => (object)new Note($"{n}")).ToArray());
        await _system.Restart();

        // Journal and snapshot store, closed at the same moment, may each leave the log to the other.
        Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        await using (var file = File.OpenWrite(_system.DatabaseFile))
        {
            for (var page = 12; page < 20; page++)
            {
                file.Position = page * 4096;
                file.Write(new byte[64]);
            }
        }

        var (probe, actor) = Start("a");
        probe.Watch(actor);
        object message;
        do
            message = await probe.Expect<object>();
        while (message is Note);
        Assert.Contains("malformed", Assert.IsType<string>(message));
        await probe.Expect<Terminated>();
    }

    [Fact]
    public async Task The_file_is_in_WAL_mode_and_readable_by_others_while_it_is_written()
    {
        await Write("a", new Note("one"));
        Assert.Equal("wal", Query("PRAGMA journal_mode").Single()[0]);
    }

    private (Probe Probe, IActorRef Actor) Start(string id)
    {
        var probe = _system.Probe();
        return (probe, _system.Actor(id, probe, (actor, message) =>
        {
            if (message is object[] events)
                actor.PersistAll(events, e => actor.Probe.Tell($"stored {e}"));
            else if (message is long toSequenceNr)
                actor.DeleteMessages(toSequenceNr);
            else if (message is "save")
                actor.SaveSnapshot(new Note("the snapshot"));
            else
                actor.Probe.Tell(message);
        }));
    }

    private async Task<(Probe Probe, IActorRef Actor)> Write(string id, params object[] events)
    {
        var (probe, actor) = Start(id);
        await probe.Expect(RecoveryCompleted.Instance);
        actor.Tell(events);
        foreach (var _ in events)
            await probe.Expect<string>();
        return (probe, actor);
    }

    private void Execute(string sql) => Query(sql);

    private List<object?[]> Query(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_system.DatabaseFile};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<object?[]>();
        while (reader.Read())
            rows.Add(Enumerable.Range(0, reader.FieldCount).Select(i => Value(reader, i)).ToArray());

        return rows;
    }

    private static object? Value(SqliteDataReader reader, int column) => reader.GetValue(column) switch
    {
        DBNull => null,
        bool flag => flag ? 1L : 0L,
        string text when reader.GetDataTypeName(column) == "BIT" => long.Parse(text, CultureInfo.InvariantCulture),
        var value => value,
    };
}
