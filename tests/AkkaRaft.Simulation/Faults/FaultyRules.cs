namespace AkkaRaft.Core;

/// <summary>The protocol's rules, some of them broken on purpose: a mutation that the simulation must find.</summary>
internal sealed class FaultyRules(RaftFault faults) : ProtocolRules
{
    /// <inheritdoc />
    public override bool AreAsserted => false;

    /// <inheritdoc />
    public override bool ChecksIncarnations => !Has(RaftFault.IgnoreIncarnations);

    /// <inheritdoc />
    public override bool CommitsAheadOfDisk => Has(RaftFault.LeaderCountsUnwrittenEntries);

    /// <inheritdoc />
    public override bool LeaseEndsWithTransfer => !Has(RaftFault.LeaseOutlivesTransfer);

    /// <summary>The rules for faults: the correct ones where there are none.</summary>
    public static ProtocolRules Of(RaftFault faults) => faults == RaftFault.None ? Correct : new FaultyRules(faults);

    /// <inheritdoc />
    public override bool MayCommit(Term entryTerm, Term currentTerm) =>
        Has(RaftFault.CommitEarlierTerm) || base.MayCommit(entryTerm, currentTerm);

    /// <inheritdoc />
    public override ServerId Voter(
        ServerId from, bool granted, IReadOnlyDictionary<ServerId, bool> votes, ClusterConfiguration configuration) =>
        Has(RaftFault.CountVoteTwice) && granted && votes.ContainsKey(from)
            ? configuration.Voters.FirstOrDefault(other => !votes.ContainsKey(other), from)
            : from;

    /// <inheritdoc />
    public override bool MustWait(long neededSequence, long durableSequence) =>
        !Has(RaftFault.AnswerBeforeWrite) && base.MustWait(neededSequence, durableSequence);

    /// <inheritdoc />
    public override bool HoldsPrevious(RaftLog log, LogIndex prevLogIndex, Term prevLogTerm) =>
        base.HoldsPrevious(log, prevLogIndex, prevLogTerm) || (Has(RaftFault.SkipLogCheck) && prevLogIndex <= log.LastIndex);

    /// <inheritdoc />
    public override bool Keeps(RaftLog log, LogEntry entry) =>
        Has(RaftFault.CutOnPrefix) ? entry.Index <= log.LastIncludedIndex : base.Keeps(log, entry);

    /// <inheritdoc />
    public override bool IsUpToDate(RaftLog log, LogIndex lastLogIndex, Term lastLogTerm) =>
        Has(RaftFault.SkipUpToDateCheck) || base.IsUpToDate(log, lastLogIndex, lastLogTerm);

    /// <inheritdoc />
    public override LogIndex Acknowledged(LogIndex covered, LogIndex durableIndex) =>
        Has(RaftFault.AcknowledgeBeyondRequest) ? durableIndex : covered;

    /// <inheritdoc />
    public override void AfterMatch(Progress peer, LogIndex matchIndex)
    {
        if (Has(RaftFault.LetMatchFall))
        {
            peer.LetMatchFall(matchIndex);
        }
    }

    /// <inheritdoc />
    public override bool MayAnswerAtOnce(bool hasLease) => hasLease || Has(RaftFault.ReadWithoutQuorum);

    /// <inheritdoc />
    public override LogIndex NextToApply(LogIndex lastIssued) =>
        Has(RaftFault.ApplyTwice) && lastIssued > LogIndex.Zero ? lastIssued : lastIssued.Next;

    /// <inheritdoc />
    public override LogIndex OwnMatch(LogIndex durableIndex, LogIndex lastIndex) =>
        Has(RaftFault.LeaderCountsUnwrittenEntries) ? lastIndex : durableIndex;

    /// <inheritdoc />
    public override bool StepsDownWithoutQuorum(RaftOptions options) =>
        options.CheckQuorum && !Has(RaftFault.KeepLeadingWithoutQuorum);

    /// <inheritdoc />
    public override bool IsFromEarlierConfiguration(long sequence, long sinceSequence) =>
        !Has(RaftFault.AcceptOldMembership) && base.IsFromEarlierConfiguration(sequence, sinceSequence);

    /// <inheritdoc />
    public override bool IsSuperseded(LogIndex snapshotIndex, LogIndex commitIndex) =>
        !Has(RaftFault.InstallOverNewerCommit) && base.IsSuperseded(snapshotIndex, commitIndex);

    /// <inheritdoc />
    public override ClusterConfiguration QuorumConfiguration(ClusterConfiguration configuration) =>
        (faults & (RaftFault.DecideByOneMajority | RaftFault.CountLearners)) == 0
            ? configuration
            : new ClusterConfiguration(
                Has(RaftFault.CountLearners) ? configuration.Voters.Concat(configuration.Learners) : configuration.Voters,
                Has(RaftFault.DecideByOneMajority) ? [] : configuration.OutgoingVoters,
                [],
                []);

    /// <inheritdoc />
    public override ClusterConfiguration ConfigurationInForce(ServerState state) => Has(RaftFault.ChangeAtCommit)
        ? state.Configurations.At(state.SettledIndex)
        : base.ConfigurationInForce(state);

    /// <inheritdoc />
    public override bool LeaseRuns(TimeSpan now, TimeSpan until) =>
        now < until || (Has(RaftFault.LeaseWithoutBound) && until > TimeSpan.Zero);

    /// <inheritdoc />
    public override bool MayReportSnapshot(Term askedTerm, Term currentTerm) =>
        askedTerm == currentTerm || Has(RaftFault.AnswerFormerLeadersRound);

    private bool Has(RaftFault fault) => (faults & fault) != 0;
}
