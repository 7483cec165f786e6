using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>
/// A snapshot stands for what is committed and for nothing else; it is whole on disk before the journal names it and before anyone is told
/// of it; it never takes a state machine back; and what is still needed is not deleted (Raft paper, section 7).
/// </summary>
internal sealed class SnapshotSafety : Invariant
{
    public void OnTake(SimulatedServer server, TakeSnapshot asked) => Require(
        asked.AtLeast.Value <= server.StateMachine.LastIndex,
        server,
        $"it asks for a snapshot of entry {asked.AtLeast}, and has applied up to {server.StateMachine.LastIndex}");

    public void OnTaken(SimulatedServer server, SnapshotMetadata snapshot) => RequireCommitted(server, snapshot);

    public void OnRecord(SimulatedServer server, SnapshotRecorded recorded)
    {
        Require(
            server.Disk.Find(recorded.Snapshot) is not null,
            server,
            $"its journal names {recorded.Snapshot}, which is not on its disk");
        RequireCommitted(server, recorded.Snapshot);
    }

    /// <summary>The file that a chunk is to be read from.</summary>
    public SnapshotFile FileOf(SimulatedServer server, SendSnapshotChunk chunk)
    {
        var file = server.Disk.Find(chunk.Snapshot) ?? throw Broken(server, $"it sends {chunk.Snapshot}, which is not on its disk");
        Require(
            chunk.Length > 0 && chunk.Offset >= 0 && chunk.Offset + chunk.Length <= chunk.Snapshot.SizeBytes,
            server,
            $"it sends {chunk.Length} bytes at {chunk.Offset} of {chunk.Snapshot}");
        return file;
    }

    public void OnStore(SimulatedServer server, StoreSnapshotChunk chunk) => Require(
        chunk.Offset == 0 || chunk.Offset == server.Disk.PartLength,
        server,
        $"it stores a part at {chunk.Offset} of {chunk.Snapshot}, and {server.Disk.PartLength} bytes are stored");

    public void OnUnreadable(SimulatedServer server, SnapshotMetadata snapshot) => Require(
        server.Disk.Find(snapshot) is { IsWhole: false } || server.Disk.WasDamaged,
        server,
        $"it needs {snapshot}, which is not on its disk");

    public void BeforeRestore(SimulatedServer server, SnapshotMetadata snapshot)
    {
        RequireCommitted(server, snapshot);
        Require(
            snapshot.LastIncludedIndex.Value > server.StateMachine.LastIndex,
            server,
            $"it restores {snapshot} over the state behind entry {server.StateMachine.LastIndex}");
    }

    public void AfterRestore(SimulatedServer server, SnapshotMetadata snapshot)
    {
        var index = snapshot.LastIncludedIndex.Value;
        Require(
            server.StateMachine.LastIndex == index && server.StateMachine.Hash == World.Ledger.StateHashAt(index, server.StateMachine.Hash),
            server,
            $"its state from {snapshot} is not that behind entry {index}");
    }

    public void OnCompact(SimulatedServer server, Compact compact)
    {
        Require(compact.UpTo <= server.Core!.CommitIndex, server, $"it lets go entries up to {compact.UpTo}, which are not committed");
        var gone = LogIndex.Max(compact.UpTo, new LogIndex(server.Log.LastIncludedIndex));
        var covering = compact.Keep.Where(snapshot => snapshot.LastIncludedIndex >= gone).ToList();
        Require(
            gone == LogIndex.Zero || (covering.Count > 0 && covering.TrueForAll(snapshot => server.Disk.Find(snapshot) is not null)),
            server,
            $"it lets go entries up to {gone}, which no snapshot that it keeps stands for");
    }

    private void RequireCommitted(SimulatedServer server, SnapshotMetadata snapshot)
    {
        var index = snapshot.LastIncludedIndex.Value;
        Require(index <= World.Ledger.LastIndex, server, $"{snapshot} stands for entries that nobody has committed");
        var committed = World.Ledger.EntryAt(index);
        Require(
            committed.Term == snapshot.LastIncludedTerm,
            server,
            $"{snapshot} stands for an entry of term {snapshot.LastIncludedTerm}; committed was one of term {committed.Term}");
        Require(
            World.Ledger.ConfigurationAt(index).Equals(snapshot.Configuration),
            server,
            $"{snapshot} has {snapshot.Configuration}; at its index it is {World.Ledger.ConfigurationAt(index)}");
    }
}
