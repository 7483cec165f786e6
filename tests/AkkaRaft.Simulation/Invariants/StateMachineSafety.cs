using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>
/// If a server has applied an entry at a given index, no other server ever applies a different one there (Raft paper, figure 3). Checked
/// as soon as a server calls an entry committed, again when it applies it, and on the state that comes of it.
/// </summary>
internal sealed class StateMachineSafety : Invariant
{
    public override void OnCommitted(SimulatedServer server, LogEntry entry) => RequireSame(server, entry, "commits");

    public override void BeforeApply(SimulatedServer server, LogEntry entry) => RequireSame(server, entry, "applies");

    public override void AfterApply(SimulatedServer server, LogEntry entry)
    {
        var index = entry.Index.Value;
        var hash = World.Ledger.StateHashAt(index, server.StateMachine.Hash);
        Require(hash == server.StateMachine.Hash, server, $"its state behind entry {index} is not that of others");
    }

    private void RequireSame(SimulatedServer server, LogEntry entry, string does)
    {
        var index = entry.Index.Value;
        Require(index <= World.Ledger.LastIndex, server, $"it {does} {index}, which nobody has committed");
        var committed = World.Ledger.EntryAt(index);
        Require(
            ReferenceEquals(committed, entry) || committed == entry,
            server,
            $"it {does} an entry of term {entry.Term} at {index}; committed was one of term {committed.Term}");
    }
}
