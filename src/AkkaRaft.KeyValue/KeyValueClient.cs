using System.Runtime.CompilerServices;
using System.Runtime.Serialization;
using Akka.Actor;

namespace AkkaRaft.KeyValue;

/// <summary>
/// A client of the key-value store. <c>akkaraft</c>'s commands use it, and leases, locks and elections are built on it. It can be used from
/// any thread, and requests fail as those of the <see cref="RaftClient"/> do. Keys are text, and values are bytes
/// (<see cref="ValueBytes"/>). A key that has no UTF-8, as it has half a surrogate pair, is refused with a
/// <see cref="SerializationException"/>.
/// </summary>
public sealed class KeyValueClient : IDisposable
{
    private const int PageItems = 1_000;
    private static readonly TimeSpan WatchRetryAfter = TimeSpan.FromMilliseconds(100);
    private readonly bool _ownsRaftClient;

    /// <summary>Creates a client of the store that sends its requests through a client of the cluster.</summary>
    /// <param name="raftClient">
    /// The client of the cluster, which the caller disposes of. The configuration of its system needs
    /// <see cref="KeyValueConfiguration.DefaultConfig"/> behind it.
    /// </param>
    public KeyValueClient(RaftClient raftClient)
        : this(raftClient, ownsRaftClient: false)
    {
    }

    private KeyValueClient(RaftClient raftClient, bool ownsRaftClient)
    {
        ArgumentNullException.ThrowIfNull(raftClient);
        RaftClient = raftClient;
        _ownsRaftClient = ownsRaftClient;
    }

    /// <summary>The client of the cluster that sends the requests.</summary>
    public RaftClient RaftClient { get; }

    /// <summary>Creates a client with the settings of the system's configuration, <c>akka-raft.client</c>.</summary>
    /// <param name="system">
    /// The client's system. Its configuration has remoting, and <see cref="KeyValueConfiguration.DefaultConfig"/> behind it.
    /// </param>
    /// <param name="contactPoints">
    /// Some of the servers: <c>akka.tcp://system@host:port/user/raft</c>, or the address without the path.
    /// </param>
    /// <exception cref="ArgumentException">There is no contact point, one is no address, or two are names of one node.</exception>
    /// <exception cref="RaftConfigurationException">A setting is wrong.</exception>
    public static KeyValueClient Create(ActorSystem system, params IEnumerable<string> contactPoints) =>
        new(RaftClient.Create(system, contactPoints), ownsRaftClient: true);

    /// <summary>Creates a client with the caller's settings.</summary>
    /// <param name="system">
    /// The client's system. Its configuration has remoting, and <see cref="KeyValueConfiguration.DefaultConfig"/> behind it.
    /// </param>
    /// <param name="settings">The client's settings.</param>
    /// <param name="contactPoints">
    /// Some of the servers: <c>akka.tcp://system@host:port/user/raft</c>, or the address without the path.
    /// </param>
    /// <exception cref="ArgumentException">There is no contact point, one is no address, or two are names of one node.</exception>
    public static KeyValueClient Create(ActorSystem system, RaftClientSettings settings, IEnumerable<string> contactPoints) =>
        new(RaftClient.Create(system, settings, contactPoints), ownsRaftClient: true);

    /// <summary>Sets a key.</summary>
    /// <param name="key">The key; not empty.</param>
    /// <param name="value">The value: text, a byte array or a <see cref="ReadOnlyMemory{T}"/> of bytes.</param>
    /// <param name="lease">The lease that the key is attached to from now on, or 0.</param>
    /// <param name="cancellationToken">Ends the wait; the write may then happen or not.</param>
    /// <exception cref="LeaseLostException">The lease does not exist, and nothing was written.</exception>
    public async Task<KeyWritten> SetAsync(string key, ValueBytes value, long lease = 0, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(value);
        var written = await ProposeAsync<KeyWritten>(new SetKey(key, value, lease), cancellationToken).ConfigureAwait(false);
        return written.LeaseMissing ? throw new LeaseLostException(lease) : written;
    }

    /// <summary>Reads a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="consistency">The read's consistency; linearizable by default.</param>
    /// <param name="contactPoint">
    /// The server that answers; null for any. A linearizable read is answered by the leader in any case.
    /// </param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The key's entry, or null if the key does not exist.</returns>
    public async Task<KeyEntry?> GetAsync(
        string key, Consistency consistency = default, string? contactPoint = null, CancellationToken cancellationToken = default)
    {
        var read = await RaftClient.QueryAsync<KeyRead>(new GetKey(key), consistency, contactPoint, cancellationToken)
            .ConfigureAwait(false);
        return read.Found ? new KeyEntry(key, read.Value, read.Revision, read.CreateRevision, read.Version, read.Lease) : null;
    }

    /// <summary>Deletes a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Ends the wait; the deletion may then happen or not.</param>
    /// <returns>The command's revision, and whether the key existed.</returns>
    public Task<KeyWritten> DeleteAsync(string key, CancellationToken cancellationToken = default) =>
        ProposeAsync<KeyWritten>(new DeleteKey(key), cancellationToken);

    /// <summary>Sets or deletes a key if it has the expected value.</summary>
    /// <param name="key">The key; not empty.</param>
    /// <param name="expected">The expected value, compared byte by byte, or null if the key must not exist.</param>
    /// <param name="value">The new value, or null to delete the key.</param>
    /// <param name="lease">The lease that the key is attached to from now on, or 0.</param>
    /// <param name="cancellationToken">Ends the wait; the write may then happen or not.</param>
    /// <exception cref="LeaseLostException">The lease does not exist, and nothing was written.</exception>
    public Task<KeyCompared> CompareAndSetAsync(
        string key, ValueBytes? expected, ValueBytes? value, long lease = 0, CancellationToken cancellationToken = default) =>
        CompareAsync(new CompareAndSetKey(key, expected, value, null, lease), cancellationToken);

    /// <summary>Sets or deletes a key if it has the expected revision: no write has set it since it was read.</summary>
    /// <param name="key">The key; not empty.</param>
    /// <param name="expectedRevision">The revision that the key was read with, or 0 if it must not exist.</param>
    /// <param name="value">The new value, or null to delete the key.</param>
    /// <param name="lease">The lease that the key is attached to from now on, or 0.</param>
    /// <param name="cancellationToken">Ends the wait; the write may then happen or not.</param>
    /// <exception cref="LeaseLostException">The lease does not exist, and nothing was written.</exception>
    public Task<KeyCompared> CompareRevisionAndSetAsync(
        string key, long expectedRevision, ValueBytes? value, long lease = 0, CancellationToken cancellationToken = default) =>
        CompareAsync(new CompareAndSetKey(key, null, value, expectedRevision, lease), cancellationToken);

    /// <summary>Reads all keys with a prefix, in order. They are read page by page, and each page has its own revision.</summary>
    /// <param name="prefix">The prefix; empty for all keys.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
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
    /// <param name="prefix">The prefix; empty for all keys.</param>
    /// <param name="after">Only keys after this one; empty for the first page.</param>
    /// <param name="limit">The most keys in the page. The page may have fewer, and then says that there are more.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<KeysListed> ListPageAsync(string prefix, string after, int limit, CancellationToken cancellationToken = default) =>
        RaftClient.QueryAsync<KeysListed>(new ListKeys(after, limit, prefix), cancellationToken);

    /// <summary>
    /// Watches keys: it reports every event once and in order, across failures of servers and of the network. It ends only by cancellation
    /// or with an exception.
    /// </summary>
    /// <param name="prefix">The prefix of the keys; empty for all keys.</param>
    /// <param name="fromRevision">The first revision to report, in the past or in the future; 0 for the next one.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <exception cref="WatchCompactedException">Events from that revision on are compacted.</exception>
    public async IAsyncEnumerable<KeyEvent> WatchAsync(
        string prefix, long fromRevision = 0, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var query = new WatchKeys(prefix, fromRevision, 0, PageItems);
        var history = 0L;
        while (true)
        {
            var watched = await WatchOnceAsync(query, history, cancellationToken).ConfigureAwait(false);
            history = history == 0 ? RaftClient.History : history;
            if (watched.CompactedRevision != 0)
            {
                throw new WatchCompactedException(prefix, query.FromRevision, watched.CompactedRevision);
            }

            foreach (var happened in watched.Events)
            {
                yield return happened;
            }

            query = query with { FromRevision = watched.NextRevision, Skip = watched.NextSkip };
        }
    }

    /// <summary>Grants a lease, and renews it until it is disposed of.</summary>
    /// <param name="timeToLive">
    /// How long the lease exists without renewal, from a second to a year. A short time lets others continue soon after this process ends.
    /// A long time lets the lease survive a long time without a leader.
    /// </param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<KeyValueLease> LeaseAsync(TimeSpan timeToLive, CancellationToken cancellationToken = default)
    {
        var askedAt = Environment.TickCount64;
        var granted = await GrantLeaseAsync(timeToLive, cancellationToken).ConfigureAwait(false);
        return new KeyValueLease(this, granted, askedAt);
    }

    /// <summary>Grants a lease, which expires unless <see cref="KeepLeaseAliveAsync"/> renews it.</summary>
    /// <param name="timeToLive">The time to live, from a second to a year.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
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

    /// <summary>Renews a lease for its time to live.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The lease's time to live.</returns>
    /// <exception cref="LeaseLostException">The lease does not exist.</exception>
    public async Task<TimeSpan> KeepLeaseAliveAsync(long lease, CancellationToken cancellationToken = default)
    {
        var renewed = await ProposeAsync<LeaseRenewed>(new KeepLeaseAlive(lease), cancellationToken).ConfigureAwait(false);
        return renewed.Found ? renewed.TimeToLive : throw new LeaseLostException(lease);
    }

    /// <summary>Ends a lease and removes its keys.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether the lease existed, and how many keys were removed with it.</returns>
    public Task<LeaseRevoked> RevokeLeaseAsync(long lease, CancellationToken cancellationToken = default) =>
        ProposeAsync<LeaseRevoked>(new RevokeLease(lease), cancellationToken);

    /// <summary>Reads a lease.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="LeaseLostException">The lease does not exist.</exception>
    public async Task<LeaseRead> GetLeaseAsync(long lease, CancellationToken cancellationToken = default)
    {
        var read = await RaftClient.QueryAsync<LeaseRead>(new GetLease(lease), cancellationToken).ConfigureAwait(false);
        return read.Found ? read : throw new LeaseLostException(lease);
    }

    /// <summary>Disposes of the client of the cluster if <c>Create</c> has created it.</summary>
    public void Dispose()
    {
        if (_ownsRaftClient)
        {
            RaftClient.Dispose();
        }
    }

    private async Task<KeyCompared> CompareAsync(CompareAndSetKey set, CancellationToken cancellationToken)
    {
        var compared = await ProposeAsync<KeyCompared>(set, cancellationToken).ConfigureAwait(false);
        return compared.LeaseMissing ? throw new LeaseLostException(set.Lease) : compared;
    }

    private async Task<T> ProposeAsync<T>(IKeyValueMessage command, CancellationToken cancellationToken) =>
        (await RaftClient.ProposeAsync<T>(command, cancellationToken).ConfigureAwait(false)).Result;

    /// <summary>Asks until there is an answer: a failover, or a time without events, does not end a watch.</summary>
    private async Task<KeysWatched> WatchOnceAsync(WatchKeys query, long history, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (history != 0 && history != RaftClient.History)
            {
                // The revision of this watch belongs to a history that the cluster no longer has.
                throw new WatchCompactedException(query.Prefix, query.FromRevision, query.FromRevision);
            }

            try
            {
                return await RaftClient.QueryAsync<KeysWatched>(query, cancellationToken).ConfigureAwait(false);
            }
            catch (QueryFailedException failure) when (!failure.IsFinal)
            {
                await Task.Delay(WatchRetryAfter, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
