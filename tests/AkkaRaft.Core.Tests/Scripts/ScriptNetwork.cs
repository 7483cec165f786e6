using AkkaRaft.Core.Tests.Harness;

namespace AkkaRaft.Core.Tests.Scripts;

/// <summary>Messages between servers. None moves unless the script says so.</summary>
internal sealed class ScriptNetwork
{
    /// <summary>What messages are, as scripts call it.</summary>
    public static readonly string[] Kinds =
    [
        "pre-vote", "pre-vote-reply", "vote", "vote-reply", "heartbeat", "append", "append-reply", "snapshot", "snapshot-reply",
        "timeout-now", "read-index", "read-index-reply",
    ];

    private readonly HashSet<(ServerId From, ServerId To)> _cut = [];

    /// <summary>Messages on their way, in the order in which they were sent.</summary>
    public List<RaftMessage> Flight { get; } = [];

    /// <summary>Messages that are late: they are on their way once they are released.</summary>
    public List<RaftMessage> Late { get; } = [];

    public static string Of(RaftMessage message) => $"{message.From} to {message.To}: {TextOf(message)}";

    /// <summary>One of <see cref="Kinds"/>.</summary>
    public static string KindOf(RaftMessage message) => message switch
    {
        PreVote => "pre-vote",
        PreVoteReply => "pre-vote-reply",
        RequestVote => "vote",
        RequestVoteReply => "vote-reply",
        AppendEntries { Entries.Count: 0 } => "heartbeat",
        AppendEntries => "append",
        AppendEntriesReply => "append-reply",
        InstallSnapshot => "snapshot",
        InstallSnapshotReply => "snapshot-reply",
        TimeoutNow => "timeout-now",
        ReadIndexRequest => "read-index",
        ReadIndexReply => "read-index-reply",
        _ => throw new ArgumentException(message.ToString()),
    };

    public bool IsCut(RaftMessage message) => _cut.Contains((message.From, message.To));

    public void Cut(ServerId from, ServerId to) => _cut.Add((from, to));

    public void Heal(ServerId one, ServerId other)
    {
        _cut.Remove((one, other));
        _cut.Remove((other, one));
    }

    public void HealAll() => _cut.Clear();

    private static string TextOf(RaftMessage message)
    {
        if (message is InstallSnapshot install)
        {
            return $"bytes {install.Offset} to {install.Offset + install.Data.Length} of snapshot "
                + $"{install.Snapshot.LastIncludedIndex}/{install.Snapshot.LastIncludedTerm}, term {install.Term}";
        }

        var text = EffectText.Of(new Send(message));
        return text[(text.IndexOf(':') + 2)..];
    }
}
