namespace AkkaRaft.Core;

// The cluster's members and their changes (dissertation, chapter 4): joint consensus for any change of voters, one at a time; learners,
// who become voters by themselves; and who may speak under a member's name.
public sealed partial class RaftServer
{
    /// <summary>A minute, at the usual settings.</summary>
    private const int ElectionTimeoutsUntilUnheardIsUnheeded = 200;

    /// <summary>The configuration that <see cref="_peers"/> was made for.</summary>
    private ClusterConfiguration? _peersConfiguration;

    /// <summary>Who waits for the change of members under way, which is in a joint configuration.</summary>
    private RequestId? _changeRequest;

    /// <summary>
    /// The version that each member is known to speak, from what it said in any role and from what leaders said of all. So a leader that
    /// dies before its successor has led is not taken for a member of the first version until the unheard are unheeded.
    /// </summary>
    private readonly Dictionary<ServerId, int> _spoken = [];

    /// <summary>The version that all members are known to speak.</summary>
    private int _clusterVersion = ProtocolVersion.First;

    private bool HeedsTheUnheard => _now - _leadBegan < ElectionTimeoutsUntilUnheardIsUnheeded * Options.ElectionTimeoutMax;

    /// <summary>A change is under way until its last configuration is committed.</summary>
    private bool IsChangingMembers => _configurations.Latest.IsJoint || _configurations.LatestIndex > CommitIndex;

    private bool MayChangeMembers => HasCommittedInItsTerm && !IsChangingMembers && _transfer is null && !_diskIsFull;

    /// <summary>Another data directory was admitted under this server's name: this one has lost its memory and its say.</summary>
    private bool IsDisowned =>
        Incarnation != 0
        && Configuration.Incarnations.TryGetValue(Id, out var admitted)
        && admitted != Incarnation
        && !Has(RaftFault.IgnoreIncarnations);

    /// <summary>
    /// Whether this server is the one that a candidate means to ask. One that waits to be added is none: whoever counts on it would have
    /// sent it entries first, and a candidate that takes it for one that it knew has lost its memory too.
    /// </summary>
    private bool MayVoteAs(long incarnation) =>
        Has(RaftFault.IgnoreIncarnations)
        || (!IsDisowned && !Configuration.Voters.IsEmpty && (incarnation == 0 || Incarnation == 0 || incarnation == Incarnation));

    private long IncarnationOf(ServerId id) => Configuration.Incarnations.GetValueOrDefault(id);

    /// <summary>
    /// Takes note of who speaks, and drops the answers of a member that has lost its memory. What leaders and candidates ask is answered
    /// whatever their incarnation: this server's configuration may be old, and an election settles the rest.
    /// </summary>
    private bool MayBeHeard(MessageReceived received)
    {
        var message = received.Message;
        if (Configuration.IsMember(message.From))
        {
            _spoken[message.From] = received.Version;
        }

        var peer = PeerOf(message.From);
        if (peer is not null)
        {
            peer.Version = received.Version;
        }

        if (received.Incarnation == 0 || Has(RaftFault.IgnoreIncarnations))
        {
            return true;
        }

        var admitted = IncarnationOf(message.From);
        var isAnswer = message is RequestVoteReply or PreVoteReply or AppendEntriesReply or InstallSnapshotReply or ReadIndexRequest;
        if (admitted != 0)
        {
            var isForeign = admitted != received.Incarnation;
            if (peer is not null && isAnswer)
            {
                peer.HasStaleIncarnation = isForeign;
            }

            return !isForeign || !isAnswer;
        }

        if (peer is null || peer.Incarnation == received.Incarnation || !AnswersThisMembership(peer, message))
        {
            return true;
        }

        var isFirst = peer.Incarnation == 0;
        if (!isFirst)
        {
            // Before any was admitted the directory was lost: nothing that the former one acknowledged is there.
            peer = Replace(peer);
        }

        peer.Incarnation = received.Incarnation;
        peer.Version = received.Version;
        return isFirst;
    }

    /// <summary>One that was removed, made anew and added again is not known by what its former self has said.</summary>
    private bool AnswersThisMembership(Progress peer, RaftMessage message) => message switch
    {
        AppendEntriesReply reply => !IsFromEarlierConfiguration(peer, reply.HeartbeatSequence),
        InstallSnapshotReply reply => !IsFromEarlierConfiguration(peer, reply.HeartbeatSequence),
        _ => false,
    };

    /// <summary>Takes the leader's word that all members speak a version.</summary>
    private void NoteClusterVersion(int version)
    {
        if (version == _clusterVersion)
        {
            return;
        }

        _clusterVersion = version;
        foreach (var member in OtherMembers())
        {
            _spoken[member] = Math.Max(version, _spoken.GetValueOrDefault(member));
        }
    }

    private Progress ProgressOf(ServerId member) => new(member, LastLogIndex.Next, _heartbeatSequence, _now) { Version = VersionOf(member) };

    /// <summary>
    /// A member whose incarnation is known speaks at least the version that brought them, and so do all where the history has a name or had one.
    /// </summary>
    private int VersionOf(ServerId member) => Math.Max(
        _spoken.GetValueOrDefault(member),
        IncarnationOf(member) == 0 && Configuration.History == 0 ? ProtocolVersion.First : ProtocolVersion.Second);

    /// <summary>
    /// The lowest version of the members. One that has never been heard counts as of the first, but not for ever: a cluster one of whose
    /// members never came must be able to remove it.
    /// </summary>
    private int LowestVersion() =>
        _peers.Where(peer => HeedsTheUnheard || peer.HasAnswered)
            .Aggregate(Options.Version, (version, peer) => Math.Min(version, peer.Version));

    private Progress Replace(Progress peer)
    {
        _heartbeatSequence++;
        var fresh = ProgressOf(peer.Id);
        _peers[Array.IndexOf(_peers, peer)] = fresh;
        return fresh;
    }

    private void OnChangeMembers(ChangeMembers change)
    {
        if (!HasCommittedInItsTerm)
        {
            Reject(change.Request, RejectionReason.LeaderNotReady);
        }
        else if (_clusterVersion < ProtocolVersion.Second)
        {
            Reject(change.Request, RejectionReason.Unsupported, "a member does not know changes of members, or has not been heard yet");
        }
        else if (IsChangingMembers || _transfer is not null)
        {
            var what = _transfer is null ? $"{Configuration} is not settled yet" : "the lead is being handed over";
            Reject(change.Request, RejectionReason.ChangeInProgress, what);
        }
        else if (_diskIsFull)
        {
            Reject(change.Request, RejectionReason.DiskFull);
        }
        else if (MembershipArithmetic.Apply(Configuration, change.Changes, out var why) is not { } target)
        {
            Reject(change.Request, RejectionReason.InvalidChange, why);
        }
        else if (!target.Voters.SequenceEqual(Configuration.Voters) && !CouldDecide(target, out why))
        {
            Reject(change.Request, RejectionReason.InvalidChange, why);
        }
        else
        {
            AppendConfiguration(MembershipArithmetic.StepTowards(Configuration, target), change.Request);
        }
    }

    /// <summary>
    /// Whether a majority of the voters is there. If not, the change could neither be committed nor taken back, and nothing behind it.
    /// </summary>
    private bool CouldDecide(ClusterConfiguration target, out string why)
    {
        var silent = target.Voters.Where(id => id != Id && !(PeerOf(id) is { } peer && IsHeard(peer))).ToList();
        why = $"of the voters that it leaves, {string.Join(", ", silent)} cannot be reached: nothing could be committed any more";
        return target.Voters.Length - silent.Count >= Quorum.Majority(target.Voters.Length);
    }

    private bool IsHeard(Progress peer) =>
        peer.HasAnswered && !peer.HasStaleIncarnation && _now - peer.LastContact < 2 * Options.ElectionTimeoutMax;

    /// <summary>A configuration is in force from the moment it is in the log; its request is answered with the last one.</summary>
    private void AppendConfiguration(ClusterConfiguration configuration, RequestId? request)
    {
        var entry = new LogEntry(LastLogIndex.Next, CurrentTerm, new ConfigurationChange(configuration));
        _uncommittedBytes += entry.SizeBytes;
        _changeRequest = configuration.IsJoint ? request : null;
        if (request is { } waiting && !configuration.IsJoint)
        {
            _requests.Enqueue((entry.Index, waiting));
        }

        AppendOwn([entry]);
    }

    /// <summary>Has a progress for each member; those who leave keep theirs until the change is committed.</summary>
    private void UpdatePeers()
    {
        if (ReferenceEquals(_peersConfiguration, Configuration))
        {
            return;
        }

        _peersConfiguration = Configuration;
        var added = OtherMembers().Where(member => PeerOf(member) is null).ToList();
        if (added.Count > 0)
        {
            _heartbeatSequence++;
            _peers =
            [
                .. _peers.Concat(added.Select(ProgressOf)).OrderBy(peer => peer.Id),
            ];
        }
    }

    /// <summary>
    /// At a leader, when more was committed: a joint configuration is followed by the new one alone; when that is committed the others
    /// are told and forgotten, and a leader who is none of it hands over and leaves (section 4.2.2).
    /// </summary>
    private void MoveChangeOn()
    {
        if (_configurations.LatestIndex > CommitIndex)
        {
            return;
        }

        if (Configuration.IsJoint)
        {
            // On a full disk too: this entry is small, and two majorities are harder to have than one.
            AppendConfiguration(MembershipArithmetic.Leave(Configuration), _changeRequest);
            return;
        }

        if (Array.Exists(_peers, peer => !Configuration.IsMember(peer.Id)))
        {
            foreach (var leaving in _peers.Where(peer => !Configuration.IsMember(peer.Id)))
            {
                Send(leaving, NoEntries);
            }

            _peers = [.. _peers.Where(peer => Configuration.IsMember(peer.Id))];
        }

        if (!Configuration.IsVoter(Id))
        {
            AskToCampaign(Successor());
            BecomeFollower(CurrentTerm, null);
        }
    }

    /// <summary>
    /// A learner that is to vote catches up in rounds, each with what the leader had at its beginning. One that takes less than an
    /// election timeout shows that the cluster would not wait for it as a voter (section 4.2.1).
    /// </summary>
    private void NoteCatchingUp(Progress peer)
    {
        if (!Configuration.Promotable.Contains(peer.Id) || (peer.CatchUpTo > LogIndex.Zero && peer.MatchIndex < peer.CatchUpTo))
        {
            return;
        }

        var hasCaughtUp = peer.CatchUpTo > LogIndex.Zero && _now - peer.CatchUpSince < Options.ElectionTimeoutMin;
        if (hasCaughtUp && MayChangeMembers && _clusterVersion >= ProtocolVersion.Second)
        {
            var target = MembershipArithmetic.Promote(Configuration, peer.Id);
            AppendConfiguration(MembershipArithmetic.StepTowards(Configuration, target), null);
            return;
        }

        peer.CatchUpTo = LastLogIndex;
        peer.CatchUpSince = _now;
    }

    /// <summary>
    /// What a leader looks after with each heartbeat, apart from the log: versions, incarnations, a transfer that takes too long, and
    /// whether another should lead.
    /// </summary>
    private void Govern()
    {
        _clusterVersion = LowestVersion();
        if (_transfer is { } transfer && _now >= transfer.Deadline)
        {
            EndTransfer();
        }

        RecordNames();
        HandOverIfAnotherShouldLead();
    }

    /// <summary>
    /// Once every member has been heard, the names of their data directories go into the log, and that of the cluster's history where it has
    /// none.
    /// </summary>
    private void RecordNames()
    {
        if (_clusterVersion < ProtocolVersion.Second || !MayChangeMembers)
        {
            return;
        }

        var named = WithIncarnations(Configuration);
        if (Incarnation == 0 || !HeedsTheUnheard || _peers.All(peer => named.Incarnations.ContainsKey(peer.Id)))
        {
            named = WithHistory(named);
        }

        if (!ReferenceEquals(named, Configuration))
        {
            AppendConfiguration(named, null);
        }
    }

    private ClusterConfiguration WithIncarnations(ClusterConfiguration configuration)
    {
        if (Incarnation == 0)
        {
            return configuration;
        }

        var news = _peers
            .Where(peer => peer.Incarnation != 0 && IncarnationOf(peer.Id) == 0)
            .Select(peer => KeyValuePair.Create(peer.Id, peer.Incarnation))
            .ToList();
        if (IncarnationOf(Id) == 0 && Configuration.IsMember(Id))
        {
            news.Add(KeyValuePair.Create(Id, Incarnation));
        }

        return news.Count > 0 && _peers.All(peer => IncarnationOf(peer.Id) != 0 || peer.Incarnation != 0)
            ? MembershipArithmetic.WithIncarnations(configuration, news)
            : configuration;
    }

    private ClusterConfiguration WithHistory(ClusterConfiguration configuration) => _newHistory != 0 && configuration.History <= 0
        ? configuration with { History = Math.Max(_newHistory, 1 - configuration.History) }
        : configuration;
}
