using Akka.Actor;
using Akka.Persistence;

namespace Engine.Tests.Persistence;

/// <summary>What each snapshot store answers.</summary>
public sealed class SnapshotStoreSpec : IAsyncDisposable
{
    private PersistenceSystem? _system;
    private Probe? _probe;
    private IActorRef? _store;

    public static TheoryData<string> Stores => new(
        PersistenceSystem.InMemory,
        PersistenceSystem.Sqlite,
        PersistenceSystem.SqliteInMemory,
        "akka.persistence.snapshot-store.plugin = \"akka.persistence.snapshot-store.local\"");

    public async ValueTask DisposeAsync()
    {
        if (_system is not null)
            await _system.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task The_newest_snapshot_within_the_criteria_is_loaded(string config)
    {
        var saved = await Saved(config, 11, 12, 13, 14);

        Assert.Equal(saved[3], await Load(SnapshotSelectionCriteria.Latest));
        Assert.Equal(saved[2], await Load(new SnapshotSelectionCriteria(13)));
        Assert.Equal(saved[1], await Load(SnapshotSelectionCriteria.Latest, toSequenceNr: 12));
        Assert.Equal(saved[1], await Load(new SnapshotSelectionCriteria(long.MaxValue, saved[1]!.Metadata.Timestamp)));
        Assert.Null(await Load(new SnapshotSelectionCriteria(10)));
        Assert.Null(await Load(new SnapshotSelectionCriteria(long.MaxValue, new DateTime(100000))));
        Assert.Null(await Load(SnapshotSelectionCriteria.None));
        Assert.Null(await Load(SnapshotSelectionCriteria.Latest, id: "nobody"));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_snapshot_is_deleted_by_its_number(string config)
    {
        var saved = await Saved(config, 11, 12);
        _store!.Tell(new DeleteSnapshot(new SnapshotMetadata("a/b", 12)), _probe!.Ref);
        await _probe.Expect<DeleteSnapshotSuccess>();

        Assert.Equal(saved[0], await Load(SnapshotSelectionCriteria.Latest));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Snapshots_are_deleted_by_criteria(string config)
    {
        var saved = await Saved(config, 11, 12, 13);
        var early = new SnapshotSelectionCriteria(13, saved[0]!.Metadata.Timestamp.AddTicks(-1));
        _store!.Tell(new DeleteSnapshots("a/b", early), _probe!.Ref);
        await _probe.Expect(new DeleteSnapshotsSuccess(early));
        Assert.Equal(saved[2], await Load(SnapshotSelectionCriteria.Latest));

        _store!.Tell(new DeleteSnapshots("a/b", new SnapshotSelectionCriteria(12)), _probe.Ref);
        await _probe.Expect<DeleteSnapshotsSuccess>();
        Assert.Null(await Load(new SnapshotSelectionCriteria(12)));
        Assert.Equal(saved[2], await Load(SnapshotSelectionCriteria.Latest));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_snapshot_replaces_another_of_the_same_number_and_time(string config)
    {
        var saved = await Saved(config, 11);
        _store!.Tell(new SaveSnapshot(saved[0]!.Metadata, new Note("another")), _probe!.Ref);
        await _probe.Expect(new SaveSnapshotSuccess(saved[0]!.Metadata));

        Assert.Equal(new Note("another"), (await Load(SnapshotSelectionCriteria.Latest))!.Snapshot);
    }

    [Theory]
    [InlineData(PersistenceSystem.InMemory, false)]
    [InlineData("akka.persistence.snapshot-store.plugin = \"akka.persistence.snapshot-store.local\"", true)]
    public async Task What_cannot_be_written_is_told(string config, bool writes)
    {
        await Saved(config);
        _store!.Tell(new SaveSnapshot(new SnapshotMetadata("a/b", 1), new Unwritable("?")), _probe!.Ref);
        if (writes)
            Assert.Contains("cannot be written", (await _probe.Expect<SaveSnapshotFailure>()).Cause.Message);
        else
            await _probe.Expect<SaveSnapshotSuccess>();
    }

    [Fact]
    public async Task An_unreadable_file_is_passed_over_for_an_older_one()
    {
        var saved = await Saved("akka.persistence.snapshot-store.plugin = \"akka.persistence.snapshot-store.local\"", 11, 12);
        var directory = Path.Combine(Path.GetDirectoryName(_system!.DatabaseFile)!, "snapshots");
        var newest = Directory.GetFiles(directory).Single(file => file.Contains("-12-", StringComparison.Ordinal));
        await File.WriteAllTextAsync(newest, "rubbish");

        Assert.Equal(saved[0], await Load(SnapshotSelectionCriteria.Latest));
        File.Delete(Directory.GetFiles(directory).Single(file => file.Contains("-11-", StringComparison.Ordinal)));
        _store!.Tell(new LoadSnapshot("a/b", SnapshotSelectionCriteria.Latest, long.MaxValue), _probe!.Ref);
        await _probe.Expect<LoadSnapshotFailed>();
    }

    [Fact]
    public async Task Without_a_store_there_is_no_snapshot_and_none_is_taken()
    {
        await Saved("akka.persistence.snapshot-store.plugin = \"\"");
        Assert.Null(await Load(SnapshotSelectionCriteria.Latest));
        _store!.Tell(new SaveSnapshot(new SnapshotMetadata("a/b", 1), new Note("lost")), _probe!.Ref);
        await _probe.Expect<SaveSnapshotFailure>();
    }

    private async Task<List<SelectedSnapshot?>> Saved(string config, params long[] sequenceNrs)
    {
        _system = new PersistenceSystem(config);
        _probe = _system.Probe();
        _store = Akka.Persistence.Persistence.Instance.Apply(_system.System).SnapshotStoreFor(string.Empty);
        var saved = new List<SelectedSnapshot?>();
        foreach (var sequenceNr in sequenceNrs)
        {
            var snapshot = new Note($"at {sequenceNr}");
            _store!.Tell(new SaveSnapshot(new SnapshotMetadata("a/b", sequenceNr), snapshot), _probe.Ref);
            saved.Add(new SelectedSnapshot((await _probe.Expect<SaveSnapshotSuccess>()).Metadata, snapshot));
        }

        return saved;
    }

    private async Task<SelectedSnapshot?> Load(
        SnapshotSelectionCriteria criteria, long toSequenceNr = long.MaxValue, string id = "a/b")
    {
        _store!.Tell(new LoadSnapshot(id, criteria, toSequenceNr), _probe!.Ref);
        return (await _probe.Expect<LoadSnapshotResult>()).Snapshot;
    }
}
