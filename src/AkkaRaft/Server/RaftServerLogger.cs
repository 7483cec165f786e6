using Akka.Event;
using AkkaRaft.Core;

namespace AkkaRaft.Server;

/// <summary>Every line that a server logs: one vocabulary, always with the server's name and its term.</summary>
internal sealed class RaftServerLogger(ILoggingAdapter log, ServerId server)
{
    public void Starting(Term term, LogIndex last, ServerId? votedFor, SnapshotMetadata? snapshot) =>
        log.Info(
            "{0} term {1}: starts from its journal with last index {2}, its vote for {3} and {4}",
            server,
            term,
            last,
            NameOf(votedFor),
            snapshot?.ToString() ?? "no snapshot");

    public void FellBack(Term term, string fault, SnapshotMetadata snapshot) =>
        log.Warning("{0} term {1}: takes {2} and the entries behind it, as {3}", server, term, snapshot, fault);

    public void SnapshotTaken(Term term, SnapshotMetadata snapshot, TimeSpan took) =>
        log.Info("{0} term {1}: took {2} in {3} ms", server, term, snapshot, (long)took.TotalMilliseconds);

    public void SnapshotFailed(Term term, string why) => log.Warning("{0} term {1}: no snapshot was taken: {2}", server, term, why);

    public void CannotSnapshot(Term term) =>
        log.Info("{0} term {1}: keeps its whole log, as its state machine has no snapshots", server, term);

    public void SnapshotReceived(Term term, SnapshotMetadata snapshot, ServerId? leader) =>
        log.Info("{0} term {1}: received {2} from {3}", server, term, snapshot, NameOf(leader));

    public void ChunkFailed(Term term, string why, long count) =>
        log.Warning("{0} term {1}: {2} ({3} such failures so far)", server, term, why, count);

    public void SnapshotsNotDeleted(Term term, string why) =>
        log.Warning("{0} term {1}: could not delete snapshots that are needed no more: {2}", server, term, why);

    public void NotTrimmed(Term term, long upTo, Exception cause) =>
        log.Warning("{0} term {1}: could not trim the journal up to record {2}: {3}", server, term, upTo, cause.Message);

    public void RoleChanged(RaftRole role, Term term, ServerId? leader) =>
        log.Info("{0} term {1}: is {2}, leader {3}", server, term, role, NameOf(leader));

    public void WaitsToBeAdded(Term term) =>
        log.Info("{0} term {1}: belongs to no cluster yet and waits until it is added to one", server, term);

    public void RefusedMemberChange(Term term, string why) =>
        log.Warning("{0} term {1}: refused a change of members: {2}", server, term, why);

    public void DiskSpaceChanged(Term term, bool isFull, string details) =>
        log.Warning(
            isFull ? "{0} term {1}: takes no entries, as its disk is full: {2}" : "{0} term {1}: takes entries again: {2}",
            server,
            term,
            details);

    public void DiskStaysFull(string details) =>
        log.Warning("{0} term unknown: is not started again before its disk has room: {1}", server, details);

    public void StopsOnPurpose(Term term) => log.Info("{0} term {1}: is told to stop, and transfers leadership first if it leads", server, term);

    public void StopsUnfinished(Term term, int writes, TimeSpan waited) =>
        log.Warning(
            "{0} term {1}: stops with {2} writes that its journal has not confirmed within {3} ms; nothing was promised about them",
            server,
            term,
            writes,
            (long)waited.TotalMilliseconds);

    public void HeartbeatsLate(Term term, int count, TimeSpan longest, TimeSpan collecting) =>
        log.Warning(
            "{0} term {1}: sent {2} heartbeats late, by up to {3} ms, as its own process stood still ({4} ms of that to collect garbage):"
                + " give it more of a processor, or raise akka-raft.election-timeout-min and -max on all servers",
            server,
            term,
            count,
            (long)longest.TotalMilliseconds,
            (long)collecting.TotalMilliseconds);

    public void Reconnects(Term term, ServerId peer, TimeSpan unresponsive) =>
        log.Warning(
            "{0} term {1}: connects anew to {2}, which has not answered for {3} ms",
            server,
            term,
            peer,
            (long)unresponsive.TotalMilliseconds);

    public void Dropped(Term term, string why, long count) =>
        log.Warning("{0} term {1}: dropped a message {2} ({3} so far)", server, term, why, count);

    public void UnreadableProposal(Term term, string why) => log.Warning("{0} term {1}: rejected a proposal: {2}", server, term, why);

    public void Stops(Term term, string why, Exception? cause) =>
        log.Error(cause ?? new InvalidOperationException(why), "{0} term {1}: stops: {2}", server, term, why);

    public void RestartsIn(TimeSpan backoff, string why) =>
        log.Warning(
            "{0} term unknown: is down ({1}) and starts again from its journal in {2} ms", server, why, (long)backoff.TotalMilliseconds);

    public void Refused(Exception cause) =>
        log.Error(cause, "{0} term unknown: cannot run and is not started again: {1}", server, cause.Message);

    private static string NameOf(ServerId? id) => id?.Value ?? "nobody";
}
