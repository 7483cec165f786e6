namespace AkkaRaft.Server;

/// <summary>Whose the journal is: the server's name, and the incarnation that names its data directory.</summary>
internal sealed class JournalIdentity(RaftSettings settings)
{
    /// <summary>Whether the journal begins with its owner, or the owner is on its way to it.</summary>
    public bool HasOwner { get; set; }

    /// <summary>Whether the journal that names the data directory is on disk.</summary>
    public bool IsNamed { get; private set; }

    /// <summary>Names the data directory: drawn when a journal is begun, and part of all messages of this server.</summary>
    public long Incarnation { get; private set; } = Random.Shared.NextInt64(1, long.MaxValue / 2);

    /// <summary>The incarnation that other servers may be told; 0 as long as a crash could change it.</summary>
    public long DurableIncarnation => IsNamed ? Incarnation : 0;

    /// <summary>Takes the incarnation over that the journal holds.</summary>
    public void Recover(long incarnation)
    {
        Incarnation = incarnation;
        IsNamed = true;
    }

    public void NoteDurable() => IsNamed = true;

    /// <summary>The record that names the owner.</summary>
    /// <param name="trimmedUpTo">Records up to here may be missing.</param>
    public JournalOwner Record(long trimmedUpTo = 0) =>
        new(settings.ClusterId, settings.ServerId) { Incarnation = Incarnation, TrimmedUpTo = trimmedUpTo };
}
