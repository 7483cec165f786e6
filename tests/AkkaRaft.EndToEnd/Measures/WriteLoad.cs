using System.Diagnostics;
using AkkaRaft.EndToEnd.Harness;
using AkkaRaft.KeyValue;
using AkkaRaft.Node.Hosting;

namespace AkkaRaft.EndToEnd.Measures;

/// <summary>Writes through one client, with so many at a time on their way.</summary>
internal sealed class WriteLoad(TestCluster cluster, int keys, int size) : IAsyncDisposable
{
    private readonly ClientSession _session = ClientSession.Start(cluster.Contacts, TimeSpan.FromMinutes(2));
    private readonly string _filling = new('v', Math.Max(0, size - 16));
    private long _done;
    private long _unknown;
    private long _slowest;

    /// <summary>How many writes were acknowledged.</summary>
    public long Done => Interlocked.Read(ref _done);

    /// <summary>How many failed and may or may not have happened.</summary>
    public long Unknown => Interlocked.Read(ref _unknown);

    /// <summary>The longest time that a write took.</summary>
    public TimeSpan Slowest => Stopwatch.GetElapsedTime(0, Interlocked.Read(ref _slowest));

    /// <summary>Writes until so many have been written, or until it is told to stop.</summary>
    public async Task RunAsync(long count, int atOnce, CancellationToken stop = default)
    {
        var next = 0L;
        await Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => Task.Run(WriteAsync, CancellationToken.None)));

        async Task WriteAsync()
        {
            while (!stop.IsCancellationRequested)
            {
                var number = Interlocked.Increment(ref next) - 1;
                if (number >= count)
                {
                    return;
                }

                await SetAsync(number);
            }
        }
    }

    public ValueTask DisposeAsync() => _session.DisposeAsync();

    private async Task SetAsync(long number)
    {
        var begun = Stopwatch.GetTimestamp();
        try
        {
            await _session.Client.ProposeAsync<KeyWritten>(new SetKey($"key-{number % keys:d9}", $"{number:d16}{_filling}"));
            Interlocked.Increment(ref _done);
        }
        catch (ProposalIndeterminateException)
        {
            Interlocked.Increment(ref _unknown);
        }

        var took = Stopwatch.GetTimestamp() - begun;
        for (var slowest = Interlocked.Read(ref _slowest); took > slowest; slowest = Interlocked.Read(ref _slowest))
        {
            Interlocked.CompareExchange(ref _slowest, took, slowest);
        }
    }
}
