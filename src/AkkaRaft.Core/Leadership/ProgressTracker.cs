namespace AkkaRaft.Core;

/// <summary>What a leader knows of the other members (Raft paper, figure 2, "volatile state on leaders"), and what a quorum has reached.</summary>
internal sealed class ProgressTracker
{
    /// <summary>A minute, at the usual settings.</summary>
    private const int ElectionTimeoutsForUnheardMembers = 200;

    private readonly ServerState _state;
    private readonly HeartbeatSequence _sequence;
    private readonly TimeSpan _since;

    /// <summary>The configuration that <see cref="Peers"/> was made for.</summary>
    private ClusterConfiguration _configuration;

    /// <summary>Begins a leadership: nothing is known of any member yet.</summary>
    public ProgressTracker(ServerState state, HeartbeatSequence sequence)
    {
        _state = state;
        _sequence = sequence;
        _since = state.Now;
        sequence.Next();
        Peers = [.. state.OtherMembers.Select(ProgressOf)];
        _configuration = state.Configuration;
    }

    /// <summary>The other members, by name. Those who leave stay until the change is committed.</summary>
    public Progress[] Peers { get; private set; }

    /// <summary>
    /// Whether a member that was never heard still counts as of the first version. Not for ever: a cluster one of whose members never came
    /// must be able to remove it.
    /// </summary>
    public bool WaitsForUnheard => _state.Now - _since < ElectionTimeoutsForUnheardMembers * _state.Options.ElectionTimeoutMax;

    /// <summary>The latest time by which a quorum had been heard.</summary>
    public TimeSpan LastQuorumContact => TimeSpan.FromTicks(
        Quorum.Reached(_state.QuorumConfiguration, this, static (tracker, id) => tracker.LastContactOf(id).Ticks));

    /// <summary>The last entry that a quorum has on disk. The leader itself counts only up to what it has on disk.</summary>
    public LogIndex QuorumMatch =>
        new(Quorum.Reached(_state.QuorumConfiguration, this, static (tracker, id) => tracker.MatchOf(id).Value));

    /// <summary>The latest heartbeat sequence that a quorum has answered.</summary>
    public long QuorumSequence => Quorum.Reached(
        _state.QuorumConfiguration,
        this,
        static (tracker, id) => id == tracker._state.Id ? tracker._sequence.Current : tracker.Of(id)?.Contact.AnsweredSequence ?? 0);

    /// <summary>The progress of a member, or null.</summary>
    public Progress? Of(ServerId id)
    {
        foreach (var peer in Peers)
        {
            if (peer.Id == id)
            {
                return peer;
            }
        }

        return null;
    }

    /// <summary>Whether a member was heard lately, from the data directory that was admitted.</summary>
    public bool IsHeard(Progress peer) => peer.Contact.HasAnswered
        && !peer.Contact.HasStaleIncarnation
        && _state.Now - peer.Contact.Last < 2 * _state.Options.ElectionTimeoutMax;

    /// <summary>
    /// Whether a reply was meant for an earlier configuration: the follower was removed and added again within the term, and what it
    /// acknowledged then may be lost.
    /// </summary>
    public bool IsFromEarlierConfiguration(Progress peer, long sequence) =>
        _state.Rules.IsFromEarlierConfiguration(sequence, peer.SinceSequence);

    /// <summary>Has a progress for each member of the configuration in force.</summary>
    public void Update()
    {
        if (ReferenceEquals(_configuration, _state.Configuration))
        {
            return;
        }

        _configuration = _state.Configuration;
        var added = _state.OtherMembers.Where(member => Of(member) is null).ToList();
        if (added.Count > 0)
        {
            _sequence.Next();
            Peers = [.. Peers.Concat(added.Select(ProgressOf)).OrderBy(peer => peer.Id)];
        }
    }

    /// <summary>Begins anew with a member: nothing that it acknowledged before counts.</summary>
    public Progress Replace(Progress peer)
    {
        _sequence.Next();
        var fresh = ProgressOf(peer.Id);
        Peers[Array.IndexOf(Peers, peer)] = fresh;
        return fresh;
    }

    /// <summary>Forgets those who are no members any more.</summary>
    public void RemoveFormerMembers() => Peers = [.. Peers.Where(peer => _state.Configuration.IsMember(peer.Id))];

    /// <summary>Forgets all.</summary>
    public void Clear() => Peers = [];

    /// <summary>The lowest version of the members. One that was never heard counts as of the first for a while.</summary>
    public int LowestVersion() =>
        Peers.Where(peer => WaitsForUnheard || peer.Contact.HasAnswered)
            .Aggregate(_state.Options.Version, (version, peer) => Math.Min(version, peer.Contact.Version));

    /// <summary>What people are told of the members.</summary>
    public IReadOnlyList<MemberStatus> Statuses() =>
    [
        .. Peers.Select(peer => new MemberStatus(peer.Id, peer.MatchIndex, peer.NextIndex, _state.Now - peer.Contact.Last)
        {
            Installing = peer.Installing, InstalledBytes = peer.Install?.StoredBytes ?? 0, HasStaleIncarnation = peer.Contact.HasStaleIncarnation,
        }),
    ];

    private Progress ProgressOf(ServerId member) =>
        new(member, _state.Log.LastIndex.Next, _sequence.Current, _state.Now) { Contact = { Version = VersionOf(member) } };

    /// <summary>
    /// A member whose incarnation is known speaks at least the version that brought incarnations, and so do all where the history has a
    /// name or had one.
    /// </summary>
    private int VersionOf(ServerId member) => Math.Max(
        _state.Versions.Of(member),
        _state.IncarnationOf(member) == 0 && _state.Configuration.History == 0 ? ProtocolVersion.First : ProtocolVersion.Second);

    private TimeSpan LastContactOf(ServerId id) => id == _state.Id ? _state.Now : Of(id)?.Contact.Last ?? TimeSpan.Zero;

    private LogIndex MatchOf(ServerId id) => id == _state.Id
        ? _state.Rules.OwnMatch(_state.Writes.DurableIndex, _state.Log.LastIndex)
        : Of(id)?.MatchIndex ?? LogIndex.Zero;
}
