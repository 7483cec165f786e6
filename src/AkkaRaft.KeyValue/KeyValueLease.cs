namespace AkkaRaft.KeyValue;

/// <summary>
/// A lease that is renewed in the background. Keys that are attached to it are removed some time after this process ends. While the process
/// runs, <see cref="Lost"/> is cancelled before another process may act on their removal.
/// </summary>
/// <remarks>
/// The cluster measures a lease in replicated time, which is never ahead of real time and stops while there is no leader. This object
/// measures from before it sends a request. So <see cref="Lost"/> is cancelled first, unless this machine's clock is slow or the process is
/// paused at that moment. Guard what must never happen twice with a fencing token.
/// </remarks>
public sealed class KeyValueLease : IAsyncDisposable
{
    private const int RenewalsPerTimeToLive = 3;
    private readonly KeyValueClient _client;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _renewals;

    internal KeyValueLease(KeyValueClient client, LeaseGranted granted, long askedAt)
    {
        _client = client;
        Id = granted.Id;
        TimeToLive = granted.TimeToLive;
        Lost = _lost.Token;
        _renewals = RenewAsync(askedAt);
    }

    /// <summary>The lease's id, for <see cref="KeyValueClient.SetAsync"/>.</summary>
    public long Id { get; }

    /// <summary>The time to live of the grant and of each renewal.</summary>
    public TimeSpan TimeToLive { get; }

    /// <summary>Is cancelled when the lease has expired, or may have, as no renewal succeeded in its time to live.</summary>
    public CancellationToken Lost { get; }

    /// <summary>Ends the lease and removes its keys. Where the cluster cannot be reached, the lease expires instead.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _renewals.ConfigureAwait(false);
        if (!_lost.IsCancellationRequested)
        {
            await _lost.CancelAsync().ConfigureAwait(false);
            await TryRevokeAsync().ConfigureAwait(false);
        }
    }

    private async Task RenewAsync(long askedAt)
    {
        try
        {
            var validUntil = askedAt + (long)TimeToLive.TotalMilliseconds;
            while (!_stop.IsCancellationRequested)
            {
                await Task.Delay(TimeToLive / RenewalsPerTimeToLive, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                askedAt = Environment.TickCount64;
                var left = TimeSpan.FromMilliseconds(validUntil - askedAt);
                if (left <= TimeSpan.Zero || !await TryRenewAsync(left).ConfigureAwait(false))
                {
                    break;
                }

                validUntil = askedAt + (long)TimeToLive.TotalMilliseconds;
            }
        }
        finally
        {
            if (!_stop.IsCancellationRequested)
            {
                await _lost.CancelAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>Tries to renew the lease until it may have expired.</summary>
    private async Task<bool> TryRenewAsync(TimeSpan left)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        over.CancelAfter(left);
        while (!over.IsCancellationRequested)
        {
            try
            {
                await _client.KeepLeaseAliveAsync(Id, over.Token).ConfigureAwait(false);
                return true;
            }
            catch (LeaseLostException)
            {
                return false;
            }
            catch (OperationCanceledException)
            {
                return false;
            }
            catch (RaftRequestException)
            {
                // A renewal is idempotent: it only extends the lease.
                await Task.Delay(TimeToLive / (10 * RenewalsPerTimeToLive), over.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        return false;
    }

    private async Task TryRevokeAsync()
    {
        using var over = new CancellationTokenSource(TimeToLive);
        try
        {
            await _client.RevokeLeaseAsync(Id, over.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is RaftRequestException or OperationCanceledException)
        {
            // Nothing renews the lease any more, so it expires.
        }
    }
}
