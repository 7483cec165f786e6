using AkkaRaft.Core;

namespace AkkaRaft.Server;

/// <summary>
/// How long a follower went without a word from its leader: the nearer to an election timeout, the nearer was an election.
/// </summary>
internal sealed class LeaderContact
{
    private (ServerId Leader, Term Term)? _heard;
    private TimeSpan _heardAt;

    /// <summary>The longest time between two messages of the leader of the present term.</summary>
    public TimeSpan LongestGap { get; private set; }

    public void Heard(RaftMessage message, TimeSpan now)
    {
        if (message is not (AppendEntries or InstallSnapshot))
        {
            return;
        }

        if (_heard == (message.From, message.Term))
        {
            LongestGap = now - _heardAt > LongestGap ? now - _heardAt : LongestGap;
        }
        else
        {
            (_heard, LongestGap) = ((message.From, message.Term), TimeSpan.Zero);
        }

        _heardAt = now;
    }
}
