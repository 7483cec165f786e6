using System.Collections.Concurrent;
using System.Diagnostics;
using AkkaRaft.KeyValue;
using AkkaRaft.Node.Hosting;

namespace AkkaRaft.EndToEnd.Harness;

/// <summary>Clients that write distinct keys and remember what was acknowledged.</summary>
internal sealed class Writers : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, string> _sent = new();
    private readonly ConcurrentDictionary<string, string> _acknowledged = new();
    private readonly ConcurrentQueue<long> _acknowledgedAt = new();
    private readonly Lock _lock = new();
    private readonly List<ClientSession> _sessions = [];
    private long _lastAcknowledgement = Stopwatch.GetTimestamp();
    private TimeSpan _longestGap;
    private readonly bool _withoutPause;
    private readonly Task _work;

    /// <param name="cluster">The cluster to write to.</param>
    /// <param name="clients">How many write at once.</param>
    /// <param name="withoutPause">
    /// Whether each writes as fast as it is answered. Else it writes some sixty times a second, which leaves the processors to nodes that
    /// start.
    /// </param>
    public Writers(TestCluster cluster, int clients, bool withoutPause = false)
    {
        _withoutPause = withoutPause;
        _sessions.AddRange(Enumerable.Range(0, clients).Select(_ => cluster.StartSession(TimeSpan.FromSeconds(30))));
        _work = Task.WhenAll(_sessions.Select((session, client) => Task.Run(() => WriteAsync(session.Client, client))));
    }

    /// <summary>Every key that was sent and not refused, with its value; the write may or may not have happened.</summary>
    public IReadOnlyDictionary<string, string> Sent => _sent;

    /// <summary>Every key whose write was acknowledged, with its value.</summary>
    public IReadOnlyDictionary<string, string> Acknowledged => _acknowledged;

    /// <summary>Waits for the first write that is acknowledged after a moment.</summary>
    /// <param name="timestamp">The moment, from <see cref="Stopwatch.GetTimestamp"/>.</param>
    /// <returns>How long after the moment that was.</returns>
    public async Task<TimeSpan> NextAcknowledgementAsync(long timestamp)
    {
        var first = 0L;
        await Eventually.IsTrueAsync("a write acknowledged after the kill", () =>
        {
            RethrowFailure();
            while (_acknowledgedAt.TryDequeue(out var at))
            {
                if (at > timestamp)
                {
                    first = at;
                    return Task.FromResult(true);
                }
            }

            return Task.FromResult(false);
        });
        return Stopwatch.GetElapsedTime(timestamp, first);
    }

    /// <summary>The longest time between two acknowledged writes of any of the clients since this was asked last.</summary>
    public TimeSpan TakeLongestGap()
    {
        lock (_lock)
        {
            var longest = _longestGap;
            _longestGap = TimeSpan.Zero;
            return longest;
        }
    }

    /// <summary>Waits for more acknowledged writes.</summary>
    public Task MoreAcknowledgementsAsync(int count)
    {
        var target = _acknowledged.Count + count;
        return Eventually.IsTrueAsync($"{count} more acknowledged writes", () =>
        {
            RethrowFailure();
            return Task.FromResult(_acknowledged.Count >= target);
        });
    }

    /// <summary>Stops writing and waits for the writes under way.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _work;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        foreach (var session in _sessions)
        {
            await session.DisposeAsync();
        }

        _stop.Dispose();
    }

    private void RethrowFailure()
    {
        if (_work.IsFaulted)
        {
            _work.GetAwaiter().GetResult();
        }
    }

    private void NoteAcknowledgement()
    {
        lock (_lock)
        {
            var now = Stopwatch.GetTimestamp();
            var gap = Stopwatch.GetElapsedTime(_lastAcknowledgement, now);
            _longestGap = gap > _longestGap ? gap : _longestGap;
            _lastAcknowledgement = now;
            _acknowledgedAt.Enqueue(now);
        }
    }

    private async Task WriteAsync(RaftClient client, int number)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(15));
        for (var i = 0; !_stop.IsCancellationRequested; i++)
        {
            if (!_withoutPause)
            {
                await pace.WaitForNextTickAsync();
            }

            var (key, value) = ($"{number}-{i:000000}", $"value {i} of client {number}");
            _sent[key] = value;
            try
            {
                var written = await client.ProposeAsync<KeyWritten>(new SetKey(key, value));
                Assert.False(written.Result.Existed, $"{key} was written once and applied before.");
                _acknowledged[key] = value;
                NoteAcknowledgement();
            }
            catch (ProposalIndeterminateException)
            {
                // The write may or may not have happened: it stays among those that were sent.
            }
            catch (ProposalRejectedException)
            {
                _sent.TryRemove(key, out _);
            }
        }
    }
}
