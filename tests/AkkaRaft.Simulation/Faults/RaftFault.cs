namespace AkkaRaft.Core;

/// <summary>Faults that a simulation puts into a server on purpose, to prove that it would find them. A real server has none.</summary>
/// <remarks>With any fault on, the server's own assertions are off: the simulation's invariants have to notice.</remarks>
[Flags]
internal enum RaftFault
{
    /// <summary>The protocol as it should be.</summary>
    None = 0,

    /// <summary>An entry of an earlier term commits by counting (against section 5.4.2).</summary>
    CommitEarlierTerm = 1,

    /// <summary>A vote that arrives twice counts twice.</summary>
    CountVoteTwice = 1 << 1,

    /// <summary>A restarted server does not know its vote any more; the simulation takes it away.</summary>
    ForgetVoteAtRestart = 1 << 2,

    /// <summary>Votes and append replies go out before what they promise is durable.</summary>
    AnswerBeforeWrite = 1 << 3,

    /// <summary>A follower appends behind an entry of another term than the leader's.</summary>
    SkipLogCheck = 1 << 4,

    /// <summary>A voter does not compare logs (against section 5.4.1).</summary>
    SkipUpToDateCheck = 1 << 5,

    /// <summary>A late answer lowers a follower's match index. It shows in the server's status and in nothing else.</summary>
    LetMatchFall = 1 << 6,

    /// <summary>An old request whose entries are a prefix of the log cuts off what is behind them.</summary>
    CutOnPrefix = 1 << 7,

    /// <summary>A leader serves reads without asking a quorum.</summary>
    ReadWithoutQuorum = 1 << 8,

    /// <summary>The last applied entry is handed to the state machine again.</summary>
    ApplyTwice = 1 << 9,

    /// <summary>A leader counts its own entries before they are durable.</summary>
    LeaderCountsUnwrittenEntries = 1 << 10,

    /// <summary>A follower acknowledges all that it holds instead of what the request covered.</summary>
    AcknowledgeBeyondRequest = 1 << 11,

    /// <summary>A leader that nobody answers does not give up.</summary>
    KeepLeadingWithoutQuorum = 1 << 12,

    /// <summary>A leader takes answers that a follower gave before it was removed and added again.</summary>
    AcceptOldMembership = 1 << 13,

    /// <summary>A snapshot is installed over a log that has committed more.</summary>
    InstallOverNewerCommit = 1 << 14,

    /// <summary>A joint configuration decides by the majority of its new voters alone (against dissertation, section 4.3).</summary>
    DecideByOneMajority = 1 << 15,

    /// <summary>Learners count as voters.</summary>
    CountLearners = 1 << 16,

    /// <summary>A leader's lease has no end.</summary>
    LeaseWithoutBound = 1 << 17,

    /// <summary>A lease goes on after the leader has told another server to campaign.</summary>
    LeaseOutlivesTransfer = 1 << 18,

    /// <summary>A configuration comes into force when it is committed, not when it is in the log (against section 4.1).</summary>
    ChangeAtCommit = 1 << 19,

    /// <summary>Nobody looks at incarnations: a server that has lost its memory votes and counts.</summary>
    IgnoreIncarnations = 1 << 20,

    /// <summary>A snapshot leaves the clients' sessions out; the simulation's shell does that.</summary>
    SnapshotWithoutSessions = 1 << 21,

    /// <summary>A follower tells a leader how far a snapshot has come in answer to a round of the leader before.</summary>
    AnswerFormerLeadersRound = 1 << 22,
}
