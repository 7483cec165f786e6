using AkkaRaft.Client;
using AkkaRaft.Core;
using AkkaRaft.Core.Sessions;

namespace AkkaRaft.Snapshots;

/// <summary>Answers a request of the server's actor for work on snapshots; each request has one such answer.</summary>
internal interface ISnapshotOutcome;

/// <summary>Takes the folder and looks at the snapshots that the journal tells of.</summary>
/// <param name="Known">The snapshots, the last one at the end.</param>
/// <param name="JournalIsEmpty">Whether the journal tells of nothing at all.</param>
internal sealed record OpenSnapshots(IReadOnlyList<SnapshotMetadata> Known, bool JournalIsEmpty);

/// <summary>Answers <see cref="OpenSnapshots"/>.</summary>
/// <param name="Refusal">Why the folder cannot be used, or null.</param>
/// <param name="Faults">What is wrong with each, from the last to the first; those ahead of a good one were not looked at.</param>
internal sealed record SnapshotsOpened(string? Refusal, IReadOnlyList<string> Faults);

/// <summary>The state at one place in the log, to be written out; its receiver disposes of the capture.</summary>
/// <param name="Header">What it stands for.</param>
/// <param name="Sessions">The clients' sessions.</param>
/// <param name="Capture">The state machine's state.</param>
internal sealed record WriteSnapshot(SnapshotHeader Header, SessionsCapture<Answer> Sessions, IStateCapture Capture);

/// <summary>A snapshot of this server's is on its disk.</summary>
internal sealed record SnapshotWritten(SnapshotMetadata Snapshot, TimeSpan Took) : ISnapshotOutcome;

/// <summary>No snapshot came of the state that was to be written, as something is wrong with the disk or with the state.</summary>
internal sealed record SnapshotNotWritten(string Why) : ISnapshotOutcome;

/// <summary>Reads a part of a snapshot, for a follower.</summary>
internal sealed record ReadChunk(SendSnapshotChunk Chunk);

/// <summary>Answers <see cref="ReadChunk"/>.</summary>
internal sealed record ChunkRead(SendSnapshotChunk Chunk, byte[] Data) : ISnapshotOutcome;

/// <summary>A part of a snapshot could not be read; the follower does not get it.</summary>
internal sealed record ChunkNotRead(SendSnapshotChunk Chunk, string Why) : ISnapshotOutcome;

/// <summary>Stores a part of a snapshot that the leader has sent.</summary>
internal sealed record StoreChunk(StoreSnapshotChunk Chunk);

/// <summary>Answers <see cref="StoreChunk"/>.</summary>
internal sealed record ChunkStored(SnapshotMetadata Snapshot, long UpTo) : ISnapshotOutcome;

/// <summary>All of a snapshot has come from the leader, and it is on the disk.</summary>
internal sealed record SnapshotStored(SnapshotMetadata Snapshot) : ISnapshotOutcome;

/// <summary>What has come of a snapshot is of no use.</summary>
internal sealed record SnapshotNotStored(SnapshotMetadata Snapshot, string Why) : ISnapshotOutcome;

/// <summary>Answers <see cref="DeleteUnneeded"/>.</summary>
/// <param name="Failure">Why snapshots that are needed no more are still on the disk, or null when they are not.</param>
internal sealed record UnneededDeleted(string? Failure) : ISnapshotOutcome;

/// <summary>Deletes the snapshots that are needed no more.</summary>
internal sealed record DeleteUnneeded(IReadOnlyList<SnapshotMetadata> Needed);
