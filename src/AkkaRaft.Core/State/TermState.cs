namespace AkkaRaft.Core;

/// <summary>The term, the vote in it, and what the server knows of its leader (Raft paper, figure 2).</summary>
internal sealed class TermState(Term currentTerm, ServerId? votedFor)
{
    /// <summary>The latest term that the server has seen. It never falls.</summary>
    public Term CurrentTerm { get; private set; } = currentTerm;

    /// <summary>Who got the server's vote in the current term.</summary>
    public ServerId? VotedFor { get; private set; } = votedFor;

    /// <summary>The server's role in the current term.</summary>
    public RaftRole Role { get; set; }

    /// <summary>The leader of the current term, as far as the server knows.</summary>
    public ServerId? Leader { get; set; }

    /// <summary>When the leader was heard last.</summary>
    public TimeSpan LastLeaderContact { get; private set; }

    /// <summary>When the server was started.</summary>
    public TimeSpan StartedAt { get; private set; }

    /// <summary>Notes the time of the start.</summary>
    public void Start(TimeSpan now) => StartedAt = now;

    /// <summary>Notes that a leader was heard.</summary>
    public void HearLeader(ServerId leader, TimeSpan now)
    {
        Leader = leader;
        LastLeaderContact = now;
    }

    /// <summary>Sets term and vote. Only <see cref="ServerState.SetTermAndVote"/> calls it, which has both written.</summary>
    public void Set(Term term, ServerId? vote)
    {
        CurrentTerm = term;
        VotedFor = vote;
    }
}
