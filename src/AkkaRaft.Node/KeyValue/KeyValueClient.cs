using System.Runtime.CompilerServices;
using System.Runtime.Serialization;

namespace AkkaRaft.Node.KeyValue;

/// <summary>
/// The key-value store for applications: what <c>akkaraft</c> does on the command line, and what locks and elections are made of. Any
/// thread may use it; requests fail as those of the <see cref="RaftClient"/> do. Keys are text, and values are bytes
/// (<see cref="ValueBytes"/>); a key with half a surrogate pair, which has no UTF-8, is refused with a
/// <see cref="SerializationException"/>.
/// </summary>
/// <param name="client">
/// Carries the requests. Its system's configuration needs <see cref="Configuration"/>, which binds the store's messages to their
/// serializer.
/// </param>
public sealed class KeyValueClient(RaftClient client)
{
    private const int PageItems = 1_000;
    private static readonly TimeSpan WatchRetryAfter = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// What stands behind the configuration of a client's actor system: the store's serializer, and <see cref="Raft.DefaultConfig"/>.
    /// </summary>
    public static Akka.Configuration.Config Configuration =>
        Hosting.KeyValueConfiguration.Serialization.WithFallback(Raft.DefaultConfig);

    /// <summary>Gives a key a value.</summary>
    /// <param name="key">The key; not empty.</param>
    /// <param name="value">The value: text, a byte array or a <see cref="ReadOnlyMemory{T}"/> of bytes.</param>
    /// <param name="lease">The lease that the key goes with from here on, or 0.</param>
    /// <param name="cancellationToken">Stops the waiting; the write may then happen or not.</param>
    /// <exception cref="LeaseLostException">There is no such lease, and nothing was written.</exception>
    public async Task<KeyWritten> SetAsync(string key, ValueBytes value, long lease = 0, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(value);
        var written = await ProposeAsync<KeyWritten>(new SetKey(key, value, lease), cancellationToken).ConfigureAwait(false);
        return written.LeaseMissing ? throw new LeaseLostException(lease) : written;
    }

    /// <summary>Reads a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="consistency">What the answer must know of; without it, everything that was committed before.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>What the key has, or null if it is not there.</returns>
    public async Task<KeyEntry?> GetAsync(string key, Consistency consistency = default, CancellationToken cancellationToken = default)
    {
        var read = await client.QueryAsync<KeyRead>(new GetKey(key), consistency, cancellationToken: cancellationToken)
            .ConfigureAwait(false);
        return read.Found ? new KeyEntry(key, read.Value, read.Revision, read.CreateRevision, read.Version, read.Lease) : null;
    }

    /// <summary>Removes a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Stops the waiting; the removal may then happen or not.</param>
    /// <returns>Whether it was there.</returns>
    public async Task<bool> DeleteAsync(string key, CancellationToken cancellationToken = default) =>
        (await ProposeAsync<KeyWritten>(new DeleteKey(key), cancellationToken).ConfigureAwait(false)).Existed;

    /// <summary>Gives a key a value, or removes it, if it has the value that is expected.</summary>
    /// <param name="key">The key; not empty.</param>
    /// <param name="expected">The value that the key must have, compared by its bytes, or null if it must not be there.</param>
    /// <param name="value">The value that it is to have, or null to remove it.</param>
    /// <param name="lease">The lease that the key goes with from here on, or 0.</param>
    /// <param name="cancellationToken">Stops the waiting; the write may then happen or not.</param>
    /// <exception cref="LeaseLostException">There is no such lease, and nothing was written.</exception>
    public Task<KeyCompared> CompareAndSetAsync(
        string key, ValueBytes? expected, ValueBytes? value, long lease = 0, CancellationToken cancellationToken = default) =>
        CompareAsync(new CompareAndSetKey(key, expected, value, null, lease), cancellationToken);

    /// <summary>Gives a key a value, or removes it, if nobody has set it since it was read.</summary>
    /// <param name="key">The key; not empty.</param>
    /// <param name="expectedRevision">The revision that the key was read with, or 0 if it must not be there.</param>
    /// <param name="value">The value that it is to have, or null to remove it.</param>
    /// <param name="lease">The lease that the key goes with from here on, or 0.</param>
    /// <param name="cancellationToken">Stops the waiting; the write may then happen or not.</param>
    /// <exception cref="LeaseLostException">There is no such lease, and nothing was written.</exception>
    public Task<KeyCompared> CompareRevisionAndSetAsync(
        string key, long expectedRevision, ValueBytes? value, long lease = 0, CancellationToken cancellationToken = default) =>
        CompareAsync(new CompareAndSetKey(key, null, value, expectedRevision, lease), cancellationToken);

    /// <summary>Reads all keys with a prefix, in order, page by page; each page is of its own moment.</summary>
    /// <param name="prefix">How the keys begin; empty for all.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async IAsyncEnumerable<KeyEntry> ListAsync(
        string prefix = "", [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var after = "";
        while (true)
        {
            var page = await ListPageAsync(prefix, after, PageItems, cancellationToken).ConfigureAwait(false);
            foreach (var entry in page.Items)
            {
                yield return entry;
            }

            if (!page.More)
            {
                yield break;
            }

            after = page.Items[^1].Key;
        }
    }

    /// <summary>Reads a page of keys with a prefix, in order.</summary>
    /// <param name="prefix">How the keys begin; empty for all.</param>
    /// <param name="after">Only keys behind this one; empty for the first page.</param>
    /// <param name="limit">The most keys in the answer, which may have fewer and then says that there are more.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public Task<KeysListed> ListPageAsync(string prefix, string after, int limit, CancellationToken cancellationToken = default) =>
        client.QueryAsync<KeysListed>(new ListKeys(after, limit, prefix), cancellationToken);

    /// <summary>
    /// Tells what happens to the keys with a prefix: every event, once and in order, across failures of servers and of the network. It
    /// never ends by itself.
    /// </summary>
    /// <param name="prefix">How the keys begin; empty for all.</param>
    /// <param name="fromRevision">The first revision that matters, in the past or to come; 0 for what happens from now on.</param>
    /// <param name="cancellationToken">Stops the watch.</param>
    /// <exception cref="WatchCompactedException">Events from that revision on are no longer kept.</exception>
    public async IAsyncEnumerable<KeyEvent> WatchAsync(
        string prefix, long fromRevision = 0, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var question = new WatchKeys(prefix, fromRevision, 0, PageItems);
        var history = 0L;
        while (true)
        {
            var watched = await AskAgainAsync(question, history, cancellationToken).ConfigureAwait(false);
            history = history == 0 ? client.History : history;
            if (watched.CompactedRevision != 0)
            {
                throw new WatchCompactedException(prefix, question.FromRevision, watched.CompactedRevision);
            }

            foreach (var happened in watched.Events)
            {
                yield return happened;
            }

            question = question with { FromRevision = watched.NextRevision, Skip = watched.NextSkip };
        }
    }

    /// <summary>Makes a lease, and keeps it alive until it is disposed of.</summary>
    /// <param name="timeToLive">
    /// How long it lives without this process, within a second and a year: the shorter, the sooner others may go on when this process dies,
    /// and the longer, the longer a cluster without a leader may last.
    /// </param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public async Task<KeyValueLease> LeaseAsync(TimeSpan timeToLive, CancellationToken cancellationToken = default)
    {
        var askedAt = Environment.TickCount64;
        var granted = await GrantLeaseAsync(timeToLive, cancellationToken).ConfigureAwait(false);
        return new KeyValueLease(this, granted, askedAt);
    }

    /// <summary>Makes a lease, which ends by itself unless <see cref="KeepLeaseAliveAsync"/> renews it.</summary>
    /// <param name="timeToLive">For how long, within a second and a year.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public async Task<LeaseGranted> GrantLeaseAsync(TimeSpan timeToLive, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var grant = new GrantLease(timeToLive, Random.Shared.NextInt64(1, long.MaxValue));
            var granted = await ProposeAsync<LeaseGranted>(grant, cancellationToken).ConfigureAwait(false);
            if (granted.Id != 0)
            {
                return granted;
            }
        }
    }

    /// <summary>Lets a lease live for its time from now on.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>The lease's time to live.</returns>
    /// <exception cref="LeaseLostException">There is no such lease.</exception>
    public async Task<TimeSpan> KeepLeaseAliveAsync(long lease, CancellationToken cancellationToken = default)
    {
        var renewed = await ProposeAsync<LeaseRenewed>(new KeepLeaseAlive(lease), cancellationToken).ConfigureAwait(false);
        return renewed.Found ? renewed.TimeToLive : throw new LeaseLostException(lease);
    }

    /// <summary>Ends a lease and removes its keys.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>Whether there was such a lease, and how many keys went with it.</returns>
    public Task<LeaseRevoked> RevokeLeaseAsync(long lease, CancellationToken cancellationToken = default) =>
        ProposeAsync<LeaseRevoked>(new RevokeLease(lease), cancellationToken);

    /// <summary>Reads a lease.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="LeaseLostException">There is no such lease.</exception>
    public async Task<LeaseRead> GetLeaseAsync(long lease, CancellationToken cancellationToken = default)
    {
        var read = await client.QueryAsync<LeaseRead>(new GetLease(lease), cancellationToken).ConfigureAwait(false);
        return read.Found ? read : throw new LeaseLostException(lease);
    }

    private async Task<KeyCompared> CompareAsync(CompareAndSetKey set, CancellationToken cancellationToken)
    {
        var compared = await ProposeAsync<KeyCompared>(set, cancellationToken).ConfigureAwait(false);
        return compared.LeaseMissing ? throw new LeaseLostException(set.Lease) : compared;
    }

    private async Task<T> ProposeAsync<T>(IKeyValueMessage command, CancellationToken cancellationToken) =>
        (await client.ProposeAsync<T>(command, cancellationToken).ConfigureAwait(false)).Result;

    // A watch outlives failovers and quiet times: a question that was not answered is put again, from where the last answer ended.
    private async Task<KeysWatched> AskAgainAsync(WatchKeys question, long history, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (history != 0 && history != client.History)
            {
                // The revisions that this watch goes by are of a history that the cluster no longer has.
                throw new WatchCompactedException(question.Prefix, question.FromRevision, question.FromRevision);
            }

            try
            {
                return await client.QueryAsync<KeysWatched>(question, cancellationToken).ConfigureAwait(false);
            }
            catch (QueryFailedException failure) when (!failure.IsFinal)
            {
                await Task.Delay(WatchRetryAfter, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
