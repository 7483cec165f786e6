using Akka.Actor;
using AkkaRaft.Client;
using AkkaRaft.Core;
using AkkaRaft.Snapshots;

namespace AkkaRaft.Server;

/// <summary>Asks the supervisor to answer when the server is ready, or cannot be. Never on the wire.</summary>
internal sealed class AwaitStarted
{
    public static readonly AwaitStarted Instance = new();
}

/// <summary>The server has read its journal and is ready.</summary>
internal sealed record ServerStarted(Term Term);

/// <summary>The server must not run with this journal or these settings; starting it again would not help.</summary>
internal sealed record ServerRefused(RaftConfigurationException Cause);

/// <summary>The server has failed and stops; it may be started again. Never on the wire.</summary>
/// <param name="Why">What went wrong.</param>
/// <param name="OfJournal">Whether it was a write to the journal, as it is when the disk is full.</param>
internal sealed record ServerFailed(string Why, bool OfJournal);

/// <summary>
/// Asks the supervisor to stop, once the server has transferred leadership and its journal has confirmed what it wrote. Never on the wire.
/// </summary>
internal sealed class StopGracefully
{
    public static readonly StopGracefully Instance = new();
}

/// <summary>Asks the server to transfer leadership if it leads, and to take nothing in behind its last write.</summary>
internal sealed class PrepareToStop
{
    public static readonly PrepareToStop Instance = new();
}

/// <summary>The server has nothing left to write, or has waited for that as long as it may.</summary>
internal sealed class ReadyToStop
{
    public static readonly ReadyToStop Instance = new();
}

/// <summary>Submits, behind all requests that were in the mailbox when the first of them was batched, what is batched.</summary>
internal sealed class SubmitRequests
{
    public static readonly SubmitRequests Instance = new();
}

/// <summary>A scheduled message of a server to itself.</summary>
internal sealed record TimerTick(RaftTimer Timer, long Generation);

/// <summary>A proposal that waits for its outcome on this server.</summary>
/// <param name="Client">Whom to answer.</param>
/// <param name="Request">As it came.</param>
/// <param name="Decoded">The command as its serializer read it, where this server had to look at it.</param>
internal sealed record PendingProposal(IActorRef Client, ClientRequest Request, object? Decoded);

/// <summary>A query that waits to be answered by this server.</summary>
/// <param name="Client">Whom to answer.</param>
/// <param name="Id">The client's number for it.</param>
/// <param name="Payload">What is asked.</param>
/// <param name="MaxAnswerBytes">The most bytes that the client can take as an answer; 0 where it did not say.</param>
internal readonly record struct PendingQuery(IActorRef Client, long Id, Payload Payload, int MaxAnswerBytes);

/// <summary>Committed entries for the state machine.</summary>
internal sealed record ApplyEntries(Term Term, IReadOnlyList<EntryToApply> Entries);

/// <summary>A committed entry and the proposal of this server's that it answers, or null.</summary>
internal readonly record struct EntryToApply(LogEntry Entry, PendingProposal? Proposal);

/// <summary>The state machine has applied all entries up to an index.</summary>
/// <param name="UpTo">The index.</param>
/// <param name="NeedsTime">Whether sessions or the state machine wait for time to pass.</param>
internal sealed record EntriesApplied(LogIndex UpTo, bool NeedsTime);

/// <summary>Queries for the state machine, behind the entries that they must see.</summary>
internal sealed record ServeQueries(Term Term, LogIndex ReadIndex, IReadOnlyList<PendingQuery> Queries);

/// <summary>Asks the state machine to add its digest to a status and to answer the client.</summary>
internal sealed record AddDigest(IActorRef Client, StatusAnswer Answer);

/// <summary>A change of members that waits for its outcome on this server.</summary>
/// <param name="Client">Whom to answer.</param>
/// <param name="Id">The client's number for it.</param>
/// <param name="Changes">What is to change.</param>
/// <param name="Forwarded">Whether another server has forwarded it already.</param>
internal sealed record PendingMemberChange(IActorRef Client, long Id, IReadOnlyList<MemberChange> Changes, bool Forwarded);

/// <summary>Tells the state machine's actor with which members the log begins.</summary>
internal sealed record StateBegins(ClusterConfiguration Configuration);

/// <summary>Asks for the state between two entries to be captured and written out.</summary>
/// <param name="AtLeast">The state must be at least that of this index.</param>
/// <param name="Store">Who writes it.</param>
internal sealed record CaptureState(LogIndex AtLeast, IActorRef Store);

/// <summary>The state machine has no snapshots; it need not be asked again.</summary>
internal sealed class StateNotCaptured : ISnapshotOutcome
{
    public static readonly StateNotCaptured Instance = new();
}

/// <summary>Asks for the state to be replaced by a snapshot's.</summary>
internal sealed record RestoreState(SnapshotMetadata Snapshot);
