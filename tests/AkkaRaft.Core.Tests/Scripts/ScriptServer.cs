using System.Text;

namespace AkkaRaft.Core.Tests.Scripts;

/// <summary>A server's disk, timers and state machine, and while it runs the server itself.</summary>
internal sealed class ScriptServer(ServerId id, PersistentState disk)
{
    private readonly List<RaftEvent> _journal = [.. EventsOf(disk)];

    private readonly ClusterConfiguration _bootstrap = disk.Bootstrap ?? ClusterConfiguration.Empty;

    private readonly HashSet<SnapshotMetadata> _files = [];

    public ServerId Id => id;

    /// <summary>Null while it is down.</summary>
    public RaftServer? Server { get; private set; }

    public Dictionary<RaftTimer, TimeSpan> Timers { get; } = [];

    /// <summary>Writes that are not durable.</summary>
    public Queue<Persist> Unwritten { get; } = new();

    public bool DiskIsStalled { get; set; }

    /// <summary>What the state machine has applied, or whoever made its snapshot.</summary>
    public List<LogEntry> Applied { get; } = [];

    /// <summary>So many bytes of a snapshot from the leader are stored.</summary>
    public long StoredBytes { get; set; }

    /// <summary>The commands in the state machine's state.</summary>
    public string State => string.Join(" ", Applied.Select(entry => entry.Payload).OfType<Command>().Select(TextOf));

    /// <summary>The configuration in force at the last applied entry.</summary>
    public ClusterConfiguration AppliedConfiguration =>
        Applied.Select(entry => entry.Payload).OfType<ConfigurationChange>().LastOrDefault()?.Configuration ?? _bootstrap;

    public static string TextOf(Command command) => Encoding.UTF8.GetString(command.Data.Span);

    /// <summary>Begins a life from what is on disk.</summary>
    public void Begin(RaftOptions options, ProtocolRules rules)
    {
        var state = new PersistentState();
        _journal.ForEach(state.Replay);
        Server = new RaftServer(Id, ClusterConfiguration.Empty, state, options, seed: (ulong)Id.Value[1]) { Rules = rules };
    }

    /// <summary>Ends the life; what is not on disk is lost.</summary>
    public void End()
    {
        Server = null;
        Timers.Clear();
        Unwritten.Clear();
        DiskIsStalled = false;
        Applied.Clear();
    }

    public void Write(Persist persist) => _journal.AddRange(persist.Events);

    public void AddFile(SnapshotMetadata snapshot) => _files.Add(snapshot);

    public void KeepFiles(IReadOnlyList<SnapshotMetadata> keep) => _files.IntersectWith(keep);

    public void Restore(SnapshotMetadata snapshot, IReadOnlyList<LogEntry> content)
    {
        Assert.Contains(snapshot, _files);
        Applied.Clear();
        Applied.AddRange(content);
    }

    /// <summary>The log as the server has it, durable or not.</summary>
    public IEnumerable<LogEntry> Log()
    {
        for (var index = Server!.Status().LastIncludedIndex.Next; index <= Server.LastLogIndex; index = index.Next)
        {
            yield return Server.EntryAt(index)!;
        }
    }

    private static IEnumerable<RaftEvent> EventsOf(PersistentState disk)
    {
        if (disk.Bootstrap is { } members)
        {
            yield return new Bootstrapped(members);
        }

        if (disk.CurrentTerm > Term.Zero)
        {
            yield return new TermAndVote(disk.CurrentTerm, disk.VotedFor);
        }

        if (disk.Entries.Count > 0)
        {
            yield return new EntriesAppended([.. disk.Entries]);
        }
    }
}
