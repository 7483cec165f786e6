using System.Security.Cryptography;
using System.Text;
using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>
/// What happens, a line each. The last lines are kept for a person, and all of them go into a hash, by which two runs of a seed are
/// compared byte for byte.
/// </summary>
internal sealed class Trace(int keptLines) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Queue<string> _lines = new();
    private World? _world;

    public long LineCount { get; private set; }

    /// <summary>What happens later is not kept.</summary>
    public long KeepUntil { get; init; } = long.MaxValue;

    public IEnumerable<string> LastLines => _lines;

    public void Attach(World world) => _world = world;

    /// <summary>A line for a step of a server.</summary>
    public void Step(SimulatedServer server, RaftInput input, IReadOnlyList<RaftEffect> effects)
    {
        var core = server.Core!;
        var role = core.Role switch
        {
            RaftRole.Follower => 'F',
            RaftRole.PreCandidate => 'P',
            RaftRole.Candidate => 'C',
            _ => 'L',
        };
        var state = $"{server.Id} {role} t{core.CurrentTerm} {core.LastApplied}/{core.CommitIndex}/{core.LastLogIndex}";
        Write($"{state,-22} {TraceText.Of(input)}{TraceText.Of(effects)}");
    }

    /// <summary>A line for anything else.</summary>
    public void Note(string text) => Write($"{"-",-22} {text}");

    /// <summary>The hash over all lines so far.</summary>
    public string Hash() => Convert.ToHexString(_hash.GetCurrentHash());

    public void Dispose() => _hash.Dispose();

    private void Write(string text)
    {
        var line = $"{Duration.Text(_world!.Now),12} {text}";
        LineCount++;
        _hash.AppendData(Encoding.UTF8.GetBytes(line));
        if (_world.Now > KeepUntil)
        {
            return;
        }

        if (_lines.Count == keptLines)
        {
            _lines.Dequeue();
        }

        _lines.Enqueue(line);
    }
}
