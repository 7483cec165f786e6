namespace AkkaRaft.Node.KeyValue;

/// <summary>
/// A lease that is kept alive in the background. Keys that were set with it vanish some time after this process died; while it lives,
/// <see cref="Lost"/> tells it before anybody else may go on.
/// </summary>
/// <remarks>
/// The cluster counts a lease's time by replicated time, which never runs ahead of real time and stands still while nobody leads. The lease
/// itself counts from before it asks. So <see cref="Lost"/> comes first, as long as this machine's clock does not run slow and the process
/// is not stopped just then: what must not happen twice even so is to be guarded by a fencing token.
/// </remarks>
public sealed class KeyValueLease : IAsyncDisposable
{
    private const int RenewalsPerLife = 3;
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

    /// <summary>For how long it is granted and renewed.</summary>
    public TimeSpan TimeToLive { get; }

    /// <summary>Is cancelled when the lease is gone, or may be as it could not be renewed for its time to live.</summary>
    public CancellationToken Lost { get; }

    /// <summary>Ends the lease and removes its keys; where the cluster cannot be reached they go when its time is over.</summary>
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
                await Task.Delay(TimeToLive / RenewalsPerLife, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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

    /// <summary>Tries until the lease may be over.</summary>
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
                // A renewal may be repeated: it only ever lengthens the life of the lease.
                await Task.Delay(TimeToLive / (10 * RenewalsPerLife), over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
            // Nobody renews the lease any more: the cluster ends it by itself.
        }
    }
}
