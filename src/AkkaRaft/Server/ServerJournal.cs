namespace AkkaRaft.Server;

/// <summary>The parts of a server's journal: replay at the start, then writes and trimming.</summary>
internal sealed record ServerJournal(JournalIdentity Identity, JournalReplay Replay, JournalWriter Writer, JournalTrimmer Trimmer);
