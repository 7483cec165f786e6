using System.Runtime.Serialization;
using Akka.Actor;
using AkkaRaft.Backups;
using AkkaRaft.Client;
using AkkaRaft.Core;
using AkkaRaft.Links;
using AkkaRaft.Serialization;

namespace AkkaRaft;

/// <summary>
/// Proposes commands to a cluster and asks it, from any actor system. It finds the leader by itself and tries until its time is up.
/// Commands are proposed in a session, so that each applies exactly once, through lost answers and failovers; without a session, a
/// command that may have entered a log is never sent again. Many requests may be under way at once, from any thread.
/// </summary>
public sealed class RaftClient : IDisposable
{
    private static readonly TimeSpan SnapshotLookInterval = TimeSpan.FromMilliseconds(50);

    private static long _clients;

    private readonly ActorSystem _system;
    private readonly RaftClientSettings _settings;
    private readonly PayloadCodec _codec;
    private readonly IActorRef _actor;
    private readonly HeardHistory _history = new();

    private RaftClient(ActorSystem system, RaftClientSettings settings, IReadOnlyList<string> contactPoints)
    {
        _system = system;
        _settings = settings;
        _codec = new PayloadCodec(system, settings.AllowJsonPayloads);
        var history = _history;
        _actor = system.ActorOf(
            Props.Create(() => new ClientActor(settings, contactPoints, history)), $"raft-client-{Interlocked.Increment(ref _clients)}");
    }

    /// <summary>
    /// The name of the cluster's history, as last heard, or 0. When it changes, the cluster was restored, recovered or begun anew: indexes
    /// that were learned before mean nothing any more.
    /// </summary>
    public long History => _history.Name;

    /// <summary>What carries the requests; a test waits until it has come to rest.</summary>
    internal IActorRef Actor => _actor;

    /// <summary>Makes a client with the settings of the system's configuration, <c>akka-raft.client</c>.</summary>
    /// <param name="system">The client's own system; it needs remoting unless the servers are in it.</param>
    /// <param name="contactPoints">
    /// Some of the servers: <c>akka.tcp://system@host:port/user/raft</c>, or the address without the path.
    /// </param>
    /// <exception cref="ArgumentException">There is no contact point, one is no address, or two are names of one node.</exception>
    /// <exception cref="RaftConfigurationException">A setting is wrong.</exception>
    public static RaftClient Create(ActorSystem system, params IEnumerable<string> contactPoints) =>
        Create(system, RaftClientSettings.From(system.Settings.Config), contactPoints);

    /// <summary>Makes a client with settings of the caller's.</summary>
    /// <param name="system">The client's own system; it needs remoting unless the servers are in it.</param>
    /// <param name="settings">The client's settings.</param>
    /// <param name="contactPoints">
    /// Some of the servers: <c>akka.tcp://system@host:port/user/raft</c>, or the address without the path.
    /// </param>
    /// <exception cref="ArgumentException">There is no contact point, one is no address, or two are names of one node.</exception>
    public static RaftClient Create(ActorSystem system, RaftClientSettings settings, IEnumerable<string> contactPoints)
    {
        string[] paths = [.. contactPoints.Select(PathOf).Distinct()];
        if (paths.Length == 0)
        {
            throw new ArgumentException("At least one contact point is needed.", nameof(contactPoints));
        }

        var addresses = paths.Select(path => ActorPath.Parse(path).Address).Append(((ExtendedActorSystem)system).Provider.DefaultAddress);
        foreach (var path in paths)
        {
            if (addresses.FirstOrDefault(other => NodeAddress.IsAlias(other, ActorPath.Parse(path).Address)) is { } alias)
            {
                throw new ArgumentException(
                    $"'{path}' is another name of the node {alias}; what is sent to a node by two names gets lost.", nameof(contactPoints));
            }
        }

        Raft.Prepare(system);
        return new RaftClient(system, settings, paths);
    }

    /// <summary>
    /// Proposes a command and waits until it is committed and applied: exactly once, unless sessions are off or the cluster has none.
    /// </summary>
    /// <typeparam name="T">The type of the state machine's answer; nullable where it may answer null.</typeparam>
    /// <param name="command">The command; its type needs a serializer that the servers have too.</param>
    /// <param name="cancellationToken">Stops the waiting; the command may then be committed or not.</param>
    /// <exception cref="ProposalRejectedException">The command entered no log.</exception>
    /// <exception cref="ProposalIndeterminateException">
    /// The command may or may not be committed, once: time ran out, or the session expired between two tries. Without a session: the leader
    /// was lost, too.
    /// </exception>
    /// <exception cref="ResultUnavailableException">The command is committed; its result cannot be told.</exception>
    /// <exception cref="SerializationException">The command's type has no serializer of its own.</exception>
    public async Task<Committed<T>> ProposeAsync<T>(object command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        var payload = _codec.Encode(command);
        if (WhyTooLarge(payload) is { } why)
        {
            throw new ProposalRejectedException(RejectionReason.TooLarge, why, NothingAsked);
        }

        var outcome = await Ask(new Request(RequestKind.Proposal, payload), cancellationToken).ConfigureAwait(false);
        try
        {
            return new Committed<T>(outcome.Index, Decode<T>(outcome.Result));
        }
        catch (SerializationException cause)
        {
            throw new ResultUnavailableException(outcome.Index, cause.Message, outcome.Facts, cause);
        }
    }

    /// <summary>
    /// Asks the state machine. The answer is linearizable: it knows every command that was committed before the request.
    /// </summary>
    /// <typeparam name="T">The type of the state machine's answer; nullable where it may answer null.</typeparam>
    /// <param name="query">The query; its type needs a serializer that the servers have too.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="QueryFailedException">There was no answer in time, or the state machine threw an exception.</exception>
    /// <exception cref="SerializationException">The query's type has no serializer of its own.</exception>
    public Task<T> QueryAsync<T>(object query, CancellationToken cancellationToken = default) =>
        QueryAsync<T>(query, Consistency.Linearizable, cancellationToken: cancellationToken);

    /// <summary>Asks the state machine, and says what the answer must know of.</summary>
    /// <typeparam name="T">The type of the state machine's answer; nullable where it may answer null.</typeparam>
    /// <param name="query">The query; its type needs a serializer that the servers have too.</param>
    /// <param name="consistency">What the answer must know of.</param>
    /// <param name="contactPoint">
    /// The server that is to answer; null for any. <see cref="Consistency.Linearizable"/> is answered by the leader in any case.
    /// </param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="QueryFailedException">There was no answer in time, or the state machine threw an exception.</exception>
    /// <exception cref="SerializationException">The query's type has no serializer of its own.</exception>
    public async Task<T> QueryAsync<T>(
        object query, Consistency consistency, string? contactPoint = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        var payload = _codec.Encode(query);
        if (WhyTooLarge(payload) is { } why)
        {
            throw new QueryFailedException(why, NothingAsked, RejectionReason.TooLarge) { IsFinal = true };
        }

        var request = new Request(RequestKind.Query, payload)
        {
            Consistency = consistency,
            ContactPath = contactPoint is null ? null : PathOf(contactPoint),
        };
        var outcome = await Ask(request, cancellationToken).ConfigureAwait(false);
        try
        {
            return Decode<T>(outcome.Result);
        }
        catch (SerializationException cause)
        {
            throw new QueryFailedException($"as its result cannot be read: {cause.Message}", outcome.Facts, cause: cause)
            {
                IsFinal = true,
            };
        }
    }

    /// <summary>Asks one server how it is.</summary>
    /// <param name="contactPoint">The server: <c>akka.tcp://system@host:port/user/raft</c>, or the address without the path.</param>
    /// <param name="withDigest">
    /// Whether the state machine's digest is wanted; it is taken behind everything that waits to be applied.
    /// </param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="ContactUnreachableException">It did not answer in time.</exception>
    public Task<RaftStatus> StatusAsync(string contactPoint, bool withDigest = false, CancellationToken cancellationToken = default) =>
        AskAsync(new StatusRequest(PathOf(contactPoint), withDigest), cancellationToken);

    /// <summary>
    /// Has one server take a snapshot of what it has applied, and free what that makes superfluous, whether a snapshot is due or not.
    /// </summary>
    /// <param name="contactPoint">The server: <c>akka.tcp://system@host:port/user/raft</c>, or the address without the path.</param>
    /// <param name="cancellationToken">Stops the waiting; the snapshot may still come.</param>
    /// <returns>The server's status, with a snapshot of all that was applied when it was asked.</returns>
    /// <exception cref="ContactUnreachableException">It did not answer in time.</exception>
    /// <exception cref="InvalidOperationException">The server is down, or has no folder for snapshots.</exception>
    public async Task<RaftStatus> TakeSnapshotAsync(string contactPoint, CancellationToken cancellationToken = default)
    {
        var path = PathOf(contactPoint);
        var first = await AskAsync(new StatusRequest(path, withDigest: false), cancellationToken).ConfigureAwait(false);
        for (var status = first; ; await Task.Delay(SnapshotLookInterval, cancellationToken).ConfigureAwait(false))
        {
            if (status.Down is { } down)
            {
                throw new InvalidOperationException($"{status.Server} is down: {down}.");
            }

            if (!status.TakesSnapshots)
            {
                throw new InvalidOperationException($"{status.Server} takes no snapshots: akka-raft.snapshot-directory is not set there.");
            }

            if (status.SnapshotIndex >= first.LastApplied)
            {
                return status;
            }

            status = await AskAsync(new StatusRequest(path, withDigest: false, wantsSnapshot: true), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Has another server lead, and returns when it does (dissertation, section 3.10). Proposals wait meanwhile.</summary>
    /// <param name="target">Who is to lead; null for the voter that is placed best.</param>
    /// <param name="cancellationToken">Stops the waiting; leadership may then be transferred or not.</param>
    /// <exception cref="AdministrationRejectedException">Leadership was not transferred; the message says why.</exception>
    /// <exception cref="AdministrationIndeterminateException">No answer came.</exception>
    public Task TransferLeadershipAsync(ServerId? target = null, CancellationToken cancellationToken = default)
    {
        var request = new Request(RequestKind.Transfer, Payload.None) { Message = id => new TransferRequest(null, id, target) };
        return Ask(request, cancellationToken);
    }

    /// <summary>
    /// Changes the members, all at once, and returns when the change is committed (dissertation, chapter 4). Before it begins, the leader
    /// makes sure that it reaches a new member, and that it belongs to no other cluster and has no other data.
    /// </summary>
    /// <param name="changes">At least one.</param>
    /// <param name="cancellationToken">Stops the waiting; the change may then come into force or not.</param>
    /// <returns>The index of the configuration in the log.</returns>
    /// <exception cref="AdministrationRejectedException">Nothing has changed; the message says why.</exception>
    /// <exception cref="AdministrationIndeterminateException">The change may or may not come into force; a status tells.</exception>
    public async Task<LogIndex> ChangeMembersAsync(IEnumerable<MemberChange> changes, CancellationToken cancellationToken = default)
    {
        MemberChange[] list = [.. changes];
        if (list.Length == 0)
        {
            throw new ArgumentException("At least one change is needed.", nameof(changes));
        }

        var request = new Request(RequestKind.MemberChange, Payload.None) { Message = id => new ChangeMembersRequest(null, id, list) };
        var outcome = await Ask(request, cancellationToken).ConfigureAwait(false);
        return outcome.Index;
    }

    /// <summary>
    /// Adds a server that was started with <c>akka-raft.join = on</c>. It learns at first and votes as soon as it has caught up, of which
    /// this does not wait. Errors are those of <see cref="ChangeMembersAsync"/>.
    /// </summary>
    /// <param name="id">The new member.</param>
    /// <param name="address">Where it is reached, such as <c>akka.tcp://raft@10.0.0.4:5001</c>.</param>
    /// <param name="asLearner">Whether it stays a learner until it is promoted.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public Task<LogIndex> AddMemberAsync(
        ServerId id, string address, bool asLearner = false, CancellationToken cancellationToken = default) =>
        ChangeMembersAsync([new AddMember(id, address, 0, asLearner)], cancellationToken);

    /// <summary>
    /// Removes a member, be it the leader, a follower or a learner. Errors are those of <see cref="ChangeMembersAsync"/>.
    /// </summary>
    /// <param name="id">The member.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public Task<LogIndex> RemoveMemberAsync(ServerId id, CancellationToken cancellationToken = default) =>
        ChangeMembersAsync([new RemoveMember(id)], cancellationToken);

    /// <summary>
    /// Makes a learner a voter as soon as it has caught up. Errors are those of <see cref="ChangeMembersAsync"/>.
    /// </summary>
    /// <param name="id">The learner.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public Task<LogIndex> PromoteMemberAsync(ServerId id, CancellationToken cancellationToken = default) =>
        ChangeMembersAsync([new PromoteMember(id)], cancellationToken);

    /// <summary>
    /// Says that a member is reached at another address; it was started there with its data. Errors are those of <see
    /// cref="ChangeMembersAsync"/>.
    /// </summary>
    /// <param name="id">The member.</param>
    /// <param name="address">Where it is reached from now on.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public Task<LogIndex> MoveMemberAsync(ServerId id, string address, CancellationToken cancellationToken = default) =>
        ChangeMembersAsync([new MoveMember(id, address)], cancellationToken);

    /// <summary>
    /// Writes out the state machine's state as of one index, which is not ahead of any command that was committed before. One server does
    /// the work, and the cluster goes on.
    /// </summary>
    /// <param name="target">Takes the bytes, which are those of a snapshot's file.</param>
    /// <param name="contactPoint">The server that does the work; best one that does not lead.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="QueryFailedException">The server does not answer, or cannot do it; what was written is of no use.</exception>
    /// <exception cref="InvalidDataException">What came is not what the server wrote.</exception>
    public Task<BackupSummary> BackupAsync(Stream target, string contactPoint, CancellationToken cancellationToken = default) =>
        new BackupDownload(this, contactPoint).WriteToAsync(target, cancellationToken);

    /// <summary>Stops the client; what is under way fails.</summary>
    public void Dispose() => _system.Stop(_actor);

    private async Task<RaftStatus> AskAsync(StatusRequest request, CancellationToken cancellationToken)
    {
        _actor.Tell(request, ActorRefs.NoSender);
        await using var registration = cancellationToken.Register(() => _actor.Tell(new CancelRequest(request), ActorRefs.NoSender));
        return await request.Completion.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private static RequestFacts NothingAsked => new(null, Term.Zero, null, [], TimeSpan.Zero);

    private string? WhyTooLarge(Payload payload) => payload.Data.Length <= _settings.MaxCommandBytes
        ? null
        : $"as it has {payload.Data.Length} bytes and akka-raft.max-command-size is {_settings.MaxCommandBytes}: split it, or raise "
            + "that setting, or akka.remote.dot-netty.tcp.maximum-frame-size where it is auto, on all servers and clients";

    private static string PathOf(string contactPoint)
    {
        var path = NodeAddress.Normal(new RaftMember(default, contactPoint).ContactPath);
        return ActorPath.TryParse(path, out _)
            ? path
            : throw new ArgumentException(
                $"'{contactPoint}' is no contact point such as akka.tcp://raft@127.0.0.1:5001/user/raft.", nameof(contactPoint));
    }

    private async Task<Outcome> Ask(Request request, CancellationToken cancellationToken)
    {
        _actor.Tell(request, ActorRefs.NoSender);
        if (!cancellationToken.CanBeCanceled)
        {
            return await request.Completion.Task.ConfigureAwait(false);
        }

        await using var registration = cancellationToken.Register(() => _actor.Tell(new CancelRequest(request), ActorRefs.NoSender));
        return await request.Completion.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private T Decode<T>(Payload? result)
    {
        var value = result is null ? null : _codec.Decode(result);
        return value switch
        {
            T typed => typed,
            null when default(T) is null => default!,
            _ => throw new SerializationException($"it is {value?.GetType().ToString() ?? "null"} and not {typeof(T)}"),
        };
    }
}
