using AkkaRaft.KeyValue;
using AkkaRaft.Node.Hosting;
using AkkaRaft.TestKit.Linearizability;

namespace AkkaRaft.EndToEnd.Chaos;

/// <summary>
/// Clients in a closed loop that read, set, remove, and compare and set registers. Whatever they asked and were told is kept for the
/// judgement.
/// </summary>
internal sealed class Workload : IAsyncDisposable
{
    private const int ClientsPerSession = 2;
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ChapterLength = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestThought = TimeSpan.FromMilliseconds(200);

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<ClientSession> _sessions = [];
    private readonly List<Chapter> _chapters = [new Chapter(0)];
    private readonly Availability _availability;
    private readonly Func<TimeSpan> _now;
    private long _succeeded;
    private long _indeterminate;
    private long _refused;

    public Workload(IReadOnlyList<string> contacts, int clients, int seed, Func<TimeSpan> now, Availability availability)
    {
        _now = now;
        _availability = availability;
        var work = new List<Task>();
        for (var client = 0; client < clients; client++)
        {
            if (client % ClientsPerSession == 0)
            {
                _sessions.Add(ClientSession.Start(contacts, RequestTimeout));
            }

            var (session, name, random) = (_sessions[^1], $"client{client + 1}", new Random((seed * 1000) + client));
            work.Add(Task.Run(() => RunAsync(session.Client, name, random)));
        }

        Work = Task.WhenAll(work);
    }

    /// <summary>Ends when the clients were told to stop, or one of them got an answer that it cannot make sense of.</summary>
    public Task Work { get; }

    /// <summary>How many operations were answered.</summary>
    public long Succeeded => Interlocked.Read(ref _succeeded);

    /// <summary>How many operations may or may not have happened.</summary>
    public long Indeterminate => Interlocked.Read(ref _indeterminate);

    /// <summary>How many operations were refused, and did not happen.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>The stretches of the run so far.</summary>
    public IReadOnlyList<Chapter> Chapters
    {
        get
        {
            lock (_lock)
            {
                return [.. _chapters];
            }
        }
    }

    /// <summary>Waits for the operations under way and begins no other.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Work;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Work.ContinueWith(_ => { }, TaskScheduler.Default);
        foreach (var session in _sessions)
        {
            await session.DisposeAsync();
        }

        _stop.Dispose();
    }

    private async Task RunAsync(RaftClient client, string name, Random random)
    {
        var seen = new Dictionary<string, string?>();
        for (var i = 0; !_stop.IsCancellationRequested; i++)
        {
            var chapter = EnterChapter();
            try
            {
                var key = chapter.Keys[random.Next(chapter.Keys.Count)];
                await AskAsync(client, name, chapter, Draw(random, key, $"{name}-{i}", seen), seen);
            }
            finally
            {
                chapter.Leave();
            }

            await Task.Delay(LongestThought * random.NextDouble());
        }
    }

    private Chapter EnterChapter()
    {
        lock (_lock)
        {
            var number = (int)(_now() / ChapterLength);
            if (_chapters[^1].Number < number)
            {
                _chapters.Add(new Chapter(number));
            }

            _chapters[^1].Enter();
            return _chapters[^1];
        }
    }

    private static RegisterInput Draw(Random random, string key, string value, Dictionary<string, string?> seen) => random.Next(100) switch
    {
        < 45 => new ReadRegister(key),
        < 75 => new WriteRegister(key, value),
        < 80 => new WriteRegister(key, null),
        _ => new CompareAndSetRegister(key, seen.GetValueOrDefault(key), value),
    };

    private async Task AskAsync(RaftClient client, string name, Chapter chapter, RegisterInput input, Dictionary<string, string?> seen)
    {
        var operation = chapter.History.Call(name, input, _now());
        try
        {
            var output = await ExecuteAsync(client, input);
            var answered = _now();
            chapter.History.Return(operation, output, answered);
            Interlocked.Increment(ref _succeeded);
            _availability.Answered(answered);
            seen[input.Key] = ValueBehind(input, output, seen.GetValueOrDefault(input.Key));
        }
        catch (ProposalIndeterminateException)
        {
            Interlocked.Increment(ref _indeterminate);
        }
        catch (Exception refusal) when (refusal is ProposalRejectedException or QueryFailedException)
        {
            chapter.History.Discard(operation);
            Interlocked.Increment(ref _refused);
        }
    }

    private static string? ValueBehind(RegisterInput input, RegisterOutput output, string? before) => input switch
    {
        ReadRegister => output.Value,
        WriteRegister write => write.Value,
        CompareAndSetRegister set when output.Succeeded => set.Value,
        _ => before,
    };

    private static async Task<RegisterOutput> ExecuteAsync(RaftClient client, RegisterInput input)
    {
        switch (input)
        {
            case ReadRegister read:
                var found = await client.QueryAsync<KeyRead>(new GetKey(read.Key));
                return RegisterOutput.Of(found.Found ? found.Value.Text : null);
            case WriteRegister { Value: { } value } write:
                await client.ProposeAsync<KeyWritten>(new SetKey(write.Key, value));
                return RegisterOutput.Done;
            case WriteRegister remove:
                await client.ProposeAsync<KeyWritten>(new DeleteKey(remove.Key));
                return RegisterOutput.Done;
            case CompareAndSetRegister set:
                var compared = await client.ProposeAsync<KeyCompared>(new CompareAndSetKey(set.Key, set.Expected, set.Value!));
                return compared.Result.Succeeded ? RegisterOutput.Done : RegisterOutput.Refused;
            default:
                throw new ArgumentException($"The key-value store has nothing for {input}.", nameof(input));
        }
    }
}
