namespace AkkaRaft.Core;

/// <summary>What a member has said of itself, and when.</summary>
/// <param name="now">When it was added.</param>
internal sealed class MemberContact(TimeSpan now)
{
    /// <summary>The latest heartbeat sequence that the member has answered.</summary>
    public long AnsweredSequence { get; private set; }

    /// <summary>When the member was heard last, or was added if it has not been.</summary>
    public TimeSpan Last { get; private set; } = now;

    /// <summary>Whether the member has answered since it was added or since the leadership began.</summary>
    public bool HasAnswered { get; private set; }

    /// <summary>The member's <see cref="RaftOptions.Priority"/>, as it said last.</summary>
    public int Priority { get; set; }

    /// <summary>The version that the member speaks; the first until it is heard.</summary>
    public int Version { get; set; } = ProtocolVersion.First;

    /// <summary>The incarnation that the member speaks as; 0 until it is heard.</summary>
    public long Incarnation { get; set; }

    /// <summary>It speaks as another incarnation than the one that was admitted under its name.</summary>
    public bool HasStaleIncarnation { get; set; }

    /// <summary>Notes a reply, whatever it says.</summary>
    public void Heard(long sequence, TimeSpan time)
    {
        AnsweredSequence = Math.Max(AnsweredSequence, sequence);
        Last = time;
        HasAnswered = true;
    }
}
