using static AkkaRaft.Core.Tests.Harness.Story;

namespace AkkaRaft.Core.Tests.Harness;

// What a shell does around a server: a journal that can be trimmed, files with snapshots, a state machine.
internal sealed partial class ScriptedCluster
{
    /// <summary>What the state machine of a snapshot's maker had applied, by the snapshot.</summary>
    private readonly Dictionary<SnapshotMetadata, LogEntry[]> _contents = [];

    /// <summary>The size of the snapshots that are taken from here on.</summary>
    public long SnapshotSize { get; set; } = 100;

    /// <summary>The snapshots on a server's disk, the oldest first.</summary>
    public IReadOnlyList<SnapshotMetadata> SnapshotsOf(ServerId id) => _nodes[id].Files;

    /// <summary>How many records a server's journal has lost at its head.</summary>
    public int TrimmedOf(ServerId id) => _nodes[id].Trimmed;

    /// <summary>Has a server's disk hold other bytes than were written for a snapshot.</summary>
    public void DamageSnapshot(ServerId id, SnapshotMetadata snapshot) => _nodes[id].Files.Remove(snapshot);

    /// <summary>The directory is lost, and what comes back under the name begins anew with the members that it is told of.</summary>
    public void Wipe(ServerId id, ClusterConfiguration members, long incarnation)
    {
        Crash(id);
        _nodes[id] = new Node(Disk(members)) { Incarnation = incarnation };
        Start(id);
    }

    /// <summary>A server that waits to be added.</summary>
    public void Join(ServerId id, long incarnation = 0)
    {
        _nodes[id] = new Node(Disk(ClusterConfiguration.Empty)) { Incarnation = incarnation };
        Start(id);
    }

    private void Interpret(Node node, RaftEffect effect)
    {
        switch (effect)
        {
            case Apply apply:
                node.Applied.AddRange(apply.Entries.Select(committed => committed.Entry));
                node.Inputs.Enqueue(new Applied(Now, apply.Entries[^1].Entry.Index));
                break;
            case TakeSnapshot:
                var last = node.Applied[^1];
                var name = $"{node.Server!.Id} at {last.Index}";
                var taken = new SnapshotMetadata(last.Index, last.Term, node.AppliedConfiguration, SnapshotSize, name);
                _contents[taken] = [.. node.Applied];
                node.Files.Add(taken);
                node.Inputs.Enqueue(new SnapshotTaken(Now, taken));
                break;
            case SendSnapshotChunk chunk:
                var data = new byte[chunk.Length];
                var from = node.Server!.Id;
                Send(node, new InstallSnapshot(from, chunk.To, chunk.Term, chunk.Snapshot, chunk.Offset, data, chunk.HeartbeatSequence));
                break;
            case StoreSnapshotChunk chunk:
                node.PartLength = chunk.Offset == 0 ? 0 : node.PartLength;
                Assert.Equal(node.PartLength, chunk.Offset);
                node.PartLength += chunk.Data.Length;
                if (chunk.IsLast)
                {
                    node.Files.Add(chunk.Snapshot);
                }

                node.Inputs.Enqueue(
                    chunk.IsLast
                        ? new SnapshotReceived(Now, chunk.Snapshot)
                        : new SnapshotChunkStored(Now, chunk.Snapshot, node.PartLength));
                break;
            case RestoreSnapshot restore:
                Assert.Contains(restore.Snapshot, node.Files);
                node.Applied.Clear();
                node.Applied.AddRange(_contents[restore.Snapshot]);
                node.Inputs.Enqueue(new Applied(Now, restore.Snapshot.LastIncludedIndex));
                break;
            case Compact compact:
                node.Files.RemoveAll(file => !compact.Keep.Contains(file));
                node.Trim(compact);
                break;
        }
    }

    private sealed class Node
    {
        private readonly ClusterConfiguration _bootstrap;

        public Node(PersistentState disk)
        {
            _bootstrap = disk.Bootstrap!;
            Journal.Add([new Bootstrapped(disk.Bootstrap!)]);
            if (disk.CurrentTerm > Term.Zero)
            {
                Journal.Add([new TermAndVote(disk.CurrentTerm, disk.VotedFor)]);
            }

            if (disk.Entries.Count > 0)
            {
                Journal.Add([new EntriesAppended([.. disk.Entries])]);
            }
        }

        public RaftServer? Server { get; set; }

        public long Incarnation { get; init; }

        public SortedDictionary<RaftTimer, TimeSpan> Timers { get; } = [];

        /// <summary>Each write's events.</summary>
        public List<IReadOnlyList<RaftEvent>> Journal { get; } = [];

        public int Trimmed { get; private set; }

        public Queue<Persist> Unwritten { get; } = new();

        /// <summary>What the shell has to say once the effects of a step are carried out.</summary>
        public Queue<RaftInput> Inputs { get; } = new();

        /// <summary>All that the state machine has applied, or that whoever made its snapshot had.</summary>
        public List<LogEntry> Applied { get; } = [];

        public ClusterConfiguration AppliedConfiguration =>
            Applied.Select(entry => entry.Payload).OfType<ConfigurationChange>().LastOrDefault()?.Configuration ?? _bootstrap;

        public List<RaftEffect> Answers { get; } = [];

        public List<SnapshotMetadata> Files { get; } = [];

        public long PartLength { get; set; }

        public bool DiskIsStalled { get; set; }

        public PersistentState Replay()
        {
            var state = new PersistentState();
            foreach (var raftEvent in Journal.SelectMany(events => events))
            {
                state.Replay(raftEvent);
            }

            state.Complete();
            while (state.Snapshot is { } snapshot && !Files.Contains(snapshot))
            {
                Assert.True(state.FallBack(), $"{snapshot} is gone, and nothing to fall back to");
            }

            return state;
        }

        public void Trim(Compact compact)
        {
            var needed = Journal.FindIndex(
                events => events.OfType<SnapshotRecorded>().Any(recorded => recorded.Snapshot == compact.OldestBase));
            var gone = 0;
            while (gone < needed && Journal[gone].OfType<EntriesAppended>().All(appended => appended.Entries[^1].Index <= compact.UpTo))
            {
                gone++;
            }

            Journal.RemoveRange(0, gone);
            Trimmed += gone;
        }
    }
}
