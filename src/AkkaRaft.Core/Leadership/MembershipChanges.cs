namespace AkkaRaft.Core;

/// <summary>
/// Decides which configuration a leader appends next (dissertation, chapter 4): joint consensus for any change of voters, one change at a
/// time; learners become voters by themselves; data directories and the cluster's history get names.
/// </summary>
internal sealed class MembershipChanges(ServerState state, ProgressTracker progress, LeadershipTransfers transfers, ProposalTracker proposals)
{
    /// <summary>Who waits for the change of members under way, which is in a joint configuration.</summary>
    private RequestId? _request;

    private bool MayChange =>
        proposals.HasCommittedInItsTerm && !state.IsChangingMembers && transfers.Current is null && !state.Writes.DiskIsFull;

    /// <summary>The configuration by which a client's change begins; null if it was rejected.</summary>
    public ClusterConfiguration? Accept(ChangeMembers change)
    {
        if (!proposals.HasCommittedInItsTerm)
        {
            state.Reject(change.Request, RejectionReason.LeaderNotReady);
        }
        else if (state.Versions.ClusterVersion < ProtocolVersion.Second)
        {
            state.Reject(
                change.Request, RejectionReason.Unsupported, "a member does not know changes of members, or has not been heard yet");
        }
        else if (state.IsChangingMembers || transfers.Current is not null)
        {
            var what = transfers.Current is null ? $"{state.Configuration} is not settled yet" : "a leadership transfer is under way";
            state.Reject(change.Request, RejectionReason.ChangeInProgress, what);
        }
        else if (state.Writes.DiskIsFull)
        {
            state.Reject(change.Request, RejectionReason.DiskFull);
        }
        else if (MembershipArithmetic.Apply(state.Configuration, change.Changes, out var why) is not { } target)
        {
            state.Reject(change.Request, RejectionReason.InvalidChange, why);
        }
        else if (!target.Voters.SequenceEqual(state.Configuration.Voters) && !HasQuorum(target, out why))
        {
            state.Reject(change.Request, RejectionReason.InvalidChange, why);
        }
        else
        {
            return MembershipArithmetic.StepTowards(state.Configuration, target);
        }

        return null;
    }

    /// <summary>
    /// The entry for a configuration, which is in force from the moment it is in the log (section 4.1). Its request is answered with the
    /// last one.
    /// </summary>
    public LogEntry EntryOf(ClusterConfiguration configuration, RequestId? request)
    {
        var entry = new LogEntry(state.Log.LastIndex.Next, state.Term.CurrentTerm, new ConfigurationChange(configuration));
        _request = configuration.IsJoint ? request : null;
        proposals.Track(entry, configuration.IsJoint ? null : request);
        return entry;
    }

    /// <summary>
    /// The entry that ends a joint configuration which is committed, or null. It is appended on a full disk too: it is small, and two
    /// majorities are harder to have than one.
    /// </summary>
    public LogEntry? EntryAfterJoint() =>
        state.Configuration.IsJoint ? EntryOf(MembershipArithmetic.Leave(state.Configuration), _request) : null;

    /// <summary>
    /// Notes how far a learner is that is to vote. It catches up in rounds, each with what the leader had at its beginning; one that takes
    /// less than an election timeout shows that the cluster would not wait for it as a voter (section 4.2.1).
    /// </summary>
    /// <returns>The configuration in which it begins to vote, or null.</returns>
    public ClusterConfiguration? NoteCatchingUp(Progress peer)
    {
        if (!state.Configuration.Promotable.Contains(peer.Id)
            || (peer.CatchUp.UpTo > LogIndex.Zero && peer.MatchIndex < peer.CatchUp.UpTo))
        {
            return null;
        }

        var hasCaughtUp =
            peer.CatchUp.UpTo > LogIndex.Zero && state.Now - peer.CatchUp.Since < state.Options.ElectionTimeoutMin;
        if (hasCaughtUp && MayChange && state.Versions.ClusterVersion >= ProtocolVersion.Second)
        {
            return MembershipArithmetic.StepTowards(state.Configuration, MembershipArithmetic.Promote(state.Configuration, peer.Id));
        }

        peer.CatchUp = (state.Log.LastIndex, state.Now);
        return null;
    }

    /// <summary>
    /// The configuration that names what has no name yet, or null. Once every member has been heard, the names of their data directories go
    /// into the log, and that of the cluster's history where it has none.
    /// </summary>
    public ClusterConfiguration? WithNames()
    {
        if (state.Versions.ClusterVersion < ProtocolVersion.Second || !MayChange)
        {
            return null;
        }

        var named = WithIncarnations(state.Configuration);
        if (state.Identity.Incarnation == 0
            || !progress.WaitsForUnheard
            || progress.Peers.All(peer => named.Incarnations.ContainsKey(peer.Id)))
        {
            named = WithHistory(named);
        }

        return ReferenceEquals(named, state.Configuration) ? null : named;
    }

    /// <summary>
    /// The configuration that begins another history, or null. Data that were restored or recovered are of a history that has ended. The new
    /// one gets its name behind the first leader's first entry, and ahead of what clients ask for. The members stay the same, so it need
    /// not wait for what is committed.
    /// </summary>
    public ClusterConfiguration? BeginningHistory() =>
        state.Identity.NewHistory != 0 && state.Configuration is { History: < 0, IsJoint: false } && !state.Writes.DiskIsFull
            ? WithHistory(state.Configuration)
            : null;

    /// <summary>
    /// Takes note of who speaks for a member, and drops the replies of one that has lost its data (see <see cref="RoleState.AcceptsFrom"/>).
    /// </summary>
    public bool AcceptsFrom(MessageReceived received, bool isReply)
    {
        var message = received.Message;
        if (progress.Of(message.From) is not { } peer)
        {
            return true;
        }

        if (state.IncarnationOf(message.From) is not 0 and var admitted)
        {
            if (isReply)
            {
                peer.Contact.HasStaleIncarnation = admitted != received.Incarnation;
            }

            return true;
        }

        if (peer.Contact.Incarnation == received.Incarnation || !AnswersThisConfiguration(peer, message))
        {
            return true;
        }

        var isFirst = peer.Contact.Incarnation == 0;
        if (!isFirst)
        {
            // Before any was admitted the directory was lost: nothing that the former one acknowledged is there.
            CoverageMark.Hit("IncarnationTests.Before_any_was_admitted_another_directory_has_nothing_of_what_the_former_one_acknowledged");
            peer = progress.Replace(peer);
        }

        peer.Contact.Incarnation = received.Incarnation;
        peer.Contact.Version = received.Version;
        return isFirst;
    }

    /// <summary>The leadership is over: a change under way may still be committed.</summary>
    public void Abandon()
    {
        if (_request is { } change)
        {
            _request = null;
            state.ReportIndeterminate(change);
        }
    }

    /// <summary>A server that was removed, made anew and added again is not known by what its former self has said.</summary>
    private bool AnswersThisConfiguration(Progress peer, RaftMessage message) => message switch
    {
        AppendEntriesReply reply => !progress.IsFromEarlierConfiguration(peer, reply.HeartbeatSequence),
        InstallSnapshotReply reply => !progress.IsFromEarlierConfiguration(peer, reply.HeartbeatSequence),
        _ => false,
    };

    /// <summary>
    /// Whether a majority of the voters is there. If not, the change could neither be committed nor taken back, and nothing behind it.
    /// </summary>
    private bool HasQuorum(ClusterConfiguration target, out string why)
    {
        var unresponsive = target.Voters
            .Where(id => id != state.Id && !(progress.Of(id) is { } peer && progress.IsHeard(peer)))
            .ToList();
        why = $"of the voters that it leaves, {string.Join(", ", unresponsive)} cannot be reached: nothing could be committed any more";
        return target.Voters.Length - unresponsive.Count >= Quorum.Majority(target.Voters.Length);
    }

    private ClusterConfiguration WithIncarnations(ClusterConfiguration configuration)
    {
        if (state.Identity.Incarnation == 0)
        {
            return configuration;
        }

        var news = progress.Peers
            .Where(peer => peer.Contact.Incarnation != 0 && state.IncarnationOf(peer.Id) == 0)
            .Select(peer => KeyValuePair.Create(peer.Id, peer.Contact.Incarnation))
            .ToList();
        if (state.IncarnationOf(state.Id) == 0 && state.Configuration.IsMember(state.Id))
        {
            news.Add(KeyValuePair.Create(state.Id, state.Identity.Incarnation));
        }

        return news.Count > 0 && progress.Peers.All(peer => state.IncarnationOf(peer.Id) != 0 || peer.Contact.Incarnation != 0)
            ? MembershipArithmetic.WithIncarnations(configuration, news)
            : configuration;
    }

    private ClusterConfiguration WithHistory(ClusterConfiguration configuration) =>
        state.Identity.NewHistory != 0 && configuration.History <= 0
            ? configuration with { History = Math.Max(state.Identity.NewHistory, 1 - configuration.History) }
            : configuration;
}
