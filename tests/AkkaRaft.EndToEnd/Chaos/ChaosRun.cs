using System.Diagnostics;
using AkkaRaft.EndToEnd.Harness;
using AkkaRaft.TestKit.Linearizability;

namespace AkkaRaft.EndToEnd.Chaos;

/// <summary>
/// Node processes behind a network that breaks, clients that note all they are told, and faults from a seed. While it runs and when it is
/// over, the clients' history is judged: it must be linearizable; and in the end all nodes must have the same state at the same index,
/// with every acknowledged write in it.
/// </summary>
internal sealed class ChaosRun : IAsyncDisposable
{
    /// <summary>How long a healed cluster may take to answer again. Far above what it takes: machines that run this may be busy.</summary>
    private static readonly TimeSpan RecoveryPatience = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(10);
    private readonly ChaosOptions _options;
    private readonly Action<string> _tell;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly NodeWatch _watch;
    private readonly TestCluster _cluster;
    private readonly Nemesis _nemesis;
    private Workload? _workload;

    public ChaosRun(ChaosOptions options, Action<string> tell)
    {
        Directory.CreateDirectory(options.Folder);
        _options = options;
        _tell = tell;
        _watch = new NodeWatch(options.Folder);
        Faults = new FaultLog(() => _clock.Elapsed);
        Availability = new Availability(Faults);
        DataFolder = Path.Combine(Path.GetFullPath(options.Folder), "cluster");
        _cluster = TestCluster.Start(new TestClusterOptions
        {
            Nodes = options.Nodes,
            WithNetwork = true,
            Folder = DataFolder,
            Output = _watch.Take,
        });
        _nemesis = new Nemesis(_cluster, options.Seed, Faults);
    }

    public FaultLog Faults { get; }

    public Availability Availability { get; }

    public Workload Workload => _workload ?? throw new InvalidOperationException("The clients have not started yet.");

    /// <summary>The nodes' configuration and data.</summary>
    public string DataFolder { get; }

    /// <summary>How many times faults were put in.</summary>
    public int Episodes { get; private set; }

    /// <summary>How many registers were read and judged in the end.</summary>
    public int RegistersJudged { get; private set; }

    public IReadOnlyList<string> ServerStops => _watch.Stops;

    public TimeSpan Elapsed => _clock.Elapsed;

    /// <summary>Whether the faults ended before their time, because the run was told to stop.</summary>
    public bool EndedEarly { get; private set; }

    /// <summary>Runs to the end.</summary>
    /// <param name="cancellationToken">Ends the faults early; the judgement takes place all the same.</param>
    /// <exception cref="ChaosFailure">Something happened that must not.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await ClusterChecks.LeaderAsync(_cluster);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _workload = new Workload(_cluster.Contacts, _options.Clients, _options.Seed, () => _clock.Elapsed, Availability);
        await AwaitAnswerAsync(_clock.Elapsed);
        end.CancelAfter(_options.Time);
        var progress = ShowProgressAsync(end.Token);
        while (!end.IsCancellationRequested)
        {
            await _nemesis.EpisodeAsync(end.Token);
            Episodes++;
            await AwaitAnswerAsync(_clock.Elapsed);
            Check();
            JudgeFinishedChapters();
            await Draws.WaitAsync(_nemesis.Peace(), end.Token);
        }

        EndedEarly = cancellationToken.IsCancellationRequested;
        await progress;
        await FinishAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_workload is not null)
        {
            await _workload.DisposeAsync();
        }

        await _cluster.DisposeAsync();
        _watch.Dispose();
    }

    private async Task FinishAsync()
    {
        _tell("All is healed; the clients stop, and what they were told is judged.");
        await Workload.StopAsync();
        await ClusterChecks.AssertNodesAgreeAsync(_cluster);
        var asked = _clock.Elapsed;
        var found = await ClusterChecks.ReadAllAsync(_cluster);
        var answered = _clock.Elapsed;
        var known = Workload.Chapters.SelectMany(chapter => chapter.Keys).ToHashSet();
        if (found.Keys.FirstOrDefault(key => !known.Contains(key)) is { } invented)
        {
            throw new ChaosFailure($"The key '{invented}' is there, and nobody has written it.");
        }

        foreach (var chapter in Workload.Chapters)
        {
            chapter.AddFinalReads(found, asked, answered);
            Judge(chapter);
            RegistersJudged += chapter.Keys.Count;
        }

        Check();
    }

    /// <summary>Waits for an answer to any client.</summary>
    private async Task AwaitAnswerAsync(TimeSpan since)
    {
        var waited = Stopwatch.StartNew();
        while (Availability.LastAnswer <= since)
        {
            Check();
            if (waited.Elapsed > RecoveryPatience)
            {
                throw new ChaosFailure(
                    $"No client got an answer for {RecoveryPatience.TotalSeconds:0} s although all is healed. {await StateAsync()}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }
    }

    /// <summary>What must hold at any time between episodes.</summary>
    private void Check()
    {
        if (Workload.Work.Exception is { } failure)
        {
            throw new ChaosFailure($"A client failed: {failure.InnerException}");
        }

        if (_watch.Broken is { } broken)
        {
            throw new ChaosFailure($"A server has found an invariant broken: {broken}");
        }

        for (var node = 0; node < _cluster.Nodes.Count; node++)
        {
            if (!_cluster.IsRunning(node))
            {
                throw new ChaosFailure($"{_cluster.Nodes[node].Name} has ended by itself. Its last words: {_cluster.LastLines(node)}");
            }
        }
    }

    private void JudgeFinishedChapters()
    {
        foreach (var chapter in Workload.Chapters.SkipLast(1).Where(chapter => !chapter.IsJudged && chapter.IsQuiet))
        {
            Judge(chapter);
        }
    }

    private static void Judge(Chapter chapter)
    {
        var result = chapter.Judge();
        if (!result.IsLinearizable)
        {
            throw new ChaosFailure(result.Explain(), result.Verdict == Verdict.NotLinearizable ? result.ToHtml() : null);
        }

        chapter.IsJudged = true;
    }

    private async Task ShowProgressAsync(CancellationToken ended)
    {
        var before = 0L;
        while (!ended.IsCancellationRequested)
        {
            await Draws.WaitAsync(ProgressInterval, ended);
            var succeeded = Workload.Succeeded;
            _tell($"{_clock.Elapsed:hh\\:mm\\:ss}  {Episodes} episodes, {Faults.Total} faults; {succeeded} operations answered"
                + $" ({(succeeded - before) / ProgressInterval.TotalSeconds:0} a second), {Workload.Indeterminate} indeterminate,"
                + $" {Workload.Refused} refused; {Availability.Outages.Count} outages above 1 s");
            before = succeeded;
        }
    }

    private async Task<string> StateAsync()
    {
        var statuses = await Task.WhenAll(_cluster.Nodes.Select(node => ClusterChecks.TryStatusAsync(_cluster, node.Contact)));
        return string.Join("; ", statuses.Select((status, node) => status is null
            ? $"{_cluster.Nodes[node].Name} does not answer"
            : $"{status.Server} is {status.Role} in term {status.Term}, leader {status.Leader?.Value ?? "unknown"},"
                + $" last {status.LastLogIndex}, committed {status.CommitIndex}, applied {status.LastApplied},"
                + $" {status.PendingWrites} writes pending, down: {status.Down ?? "no"}"));
    }
}
