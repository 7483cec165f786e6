using System.Diagnostics.CodeAnalysis;

namespace AkkaRaft.Core.Sessions;

/// <summary>
/// The clients' sessions, a part of the replicated state: each command of a session applies once, however often it is in the log, and its
/// answer is kept until the client says that it has it (dissertation, section 6.3). All that happens here comes from log entries, so the
/// table is the same on each server at the same place in the log.
/// </summary>
/// <typeparam name="TAnswer">What a command was answered with.</typeparam>
public sealed class SessionTable<TAnswer>
{
    private readonly Dictionary<SessionId, Session> _sessions = [];

    /// <summary>An empty table at the beginning of time.</summary>
    public SessionTable()
    {
    }

    /// <summary>A table as it was captured.</summary>
    /// <param name="sessions">What <see cref="Capture"/> gave.</param>
    public SessionTable(SessionsCapture<TAnswer> sessions)
    {
        ReplicatedTime = sessions.ReplicatedTime;
        foreach (var session in sessions.Sessions)
        {
            _sessions.Add(session.Id, new Session(session));
        }
    }

    /// <summary>Replicated time since the cluster's beginning: the sum of all time entries.</summary>
    public TimeSpan ReplicatedTime { get; private set; }

    /// <summary>How many sessions are open.</summary>
    public int Count => _sessions.Count;

    /// <summary>Whether a session is open.</summary>
    public bool IsOpen(SessionId sessionId) => _sessions.ContainsKey(sessionId);

    /// <summary>Opens a session. Beyond <see cref="SessionLimits.MaxSessions"/> the one that was idle for longest ends.</summary>
    /// <param name="sessionId">Its id. A session that has it already, which chance alone could give it, ends.</param>
    /// <param name="timeout">After how much replicated time without a command it expires.</param>
    public void Open(SessionId sessionId, TimeSpan timeout)
    {
        if (_sessions.Count >= SessionLimits.MaxSessions)
        {
            _sessions.Remove(_sessions.Values.MinBy(session => (session.IdleSince ?? TimeSpan.MaxValue, session.Id))!.Id);
        }

        _sessions[sessionId] = new Session(sessionId, timeout);
    }

    /// <summary>Closes a session, if it is open.</summary>
    public void Close(SessionId sessionId) => _sessions.Remove(sessionId);

    /// <summary>
    /// Lets replicated time pass; sessions that were idle for longer than their timeout end. A command came at some moment between two
    /// time entries: it counts from the later one, so that no session is cut short.
    /// </summary>
    /// <param name="elapsed">How much time; never negative.</param>
    public void AdvanceTime(TimeSpan elapsed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(elapsed, TimeSpan.Zero);
        ReplicatedTime += elapsed;
        foreach (var session in _sessions.Values)
        {
            session.IdleSince ??= ReplicatedTime;
            if (ReplicatedTime - session.IdleSince > session.Timeout)
            {
                _sessions.Remove(session.Id);
            }
        }
    }

    /// <summary>
    /// Decides what becomes of a command. One that is <see cref="SessionVerdict.New"/> must be applied now, and its answer kept by
    /// <see cref="Keep"/>.
    /// </summary>
    /// <param name="command">The command, from the log.</param>
    /// <param name="answer">The first answer, where it was applied before.</param>
    public SessionVerdict Judge(SessionCommand command, [MaybeNull] out TAnswer answer)
    {
        answer = default;
        if (!_sessions.TryGetValue(command.SessionId, out var session))
        {
            return SessionVerdict.Expired;
        }

        session.IdleSince = null;
        session.Acknowledge(Math.Min(command.Acknowledged, command.Sequence - 1));
        if (command.Sequence <= session.Acknowledged)
        {
            return SessionVerdict.Forgotten;
        }

        if (session.Answers.TryGetValue(command.Sequence, out answer))
        {
            return SessionVerdict.Answered;
        }

        return command.Sequence - session.Acknowledged > SessionLimits.MaxUnacknowledged ? SessionVerdict.TooFarAhead : SessionVerdict.New;
    }

    /// <summary>Keeps the answer of a command that was just applied.</summary>
    /// <param name="command">The command.</param>
    /// <param name="answer">What it is answered with, now and whenever it comes again.</param>
    public void Keep(SessionCommand command, TAnswer answer) => _sessions[command.SessionId].Keep(command.Sequence, answer);

    /// <summary>The table as it is now; what comes later does not change it. It is cheap: answers are shared until they change.</summary>
    public SessionsCapture<TAnswer> Capture() =>
        new(ReplicatedTime, [.. _sessions.Values.Select(session => session.Capture()).OrderBy(session => session.Id)]);

    private sealed class Session
    {
        private Dictionary<long, TAnswer> _answers;

        // A capture holds the answers too: they are copied before they change.
        private bool _areShared;

        public Session(SessionId id, TimeSpan timeout)
        {
            Id = id;
            Timeout = timeout;
            _answers = [];
        }

        public Session(SessionCapture<TAnswer> capture)
        {
            Id = capture.Id;
            Timeout = capture.Timeout;
            IdleSince = capture.IdleSince;
            Acknowledged = capture.Acknowledged;
            _answers = new(capture.Answers);
        }

        public SessionId Id { get; }

        public TimeSpan Timeout { get; }

        /// <summary>Null when it has been active since the last time entry.</summary>
        public TimeSpan? IdleSince { get; set; }

        public long Acknowledged { get; private set; }

        public IReadOnlyDictionary<long, TAnswer> Answers => _answers;

        public void Acknowledge(long upTo)
        {
            if (upTo <= Acknowledged)
            {
                return;
            }

            if (_answers.Count > 0)
            {
                Unshare();

                // A client may have acknowledged far more than is kept: no more steps than answers.
                var last = Math.Min(upTo, Acknowledged + SessionLimits.MaxUnacknowledged);
                for (var sequence = Acknowledged + 1; sequence <= last; sequence++)
                {
                    _answers.Remove(sequence);
                }
            }

            Acknowledged = upTo;
        }

        public void Keep(long sequence, TAnswer answer)
        {
            Unshare();
            _answers.Add(sequence, answer);
        }

        public SessionCapture<TAnswer> Capture()
        {
            _areShared = true;
            return new(Id, Timeout, IdleSince, Acknowledged, _answers);
        }

        private void Unshare()
        {
            if (_areShared)
            {
                _answers = new(_answers);
                _areShared = false;
            }
        }
    }
}

/// <summary>What becomes of a command in a session.</summary>
public enum SessionVerdict
{
    /// <summary>It has not been applied and is to be now.</summary>
    New,

    /// <summary>It was applied before: it is answered with its first answer.</summary>
    Answered,

    /// <summary>The client has acknowledged it: nobody waits for an answer, and it must not apply.</summary>
    Forgotten,

    /// <summary>The session has expired, was closed, or never was. The command must not apply.</summary>
    Expired,

    /// <summary>Too many commands before it are not acknowledged. The command must not apply.</summary>
    TooFarAhead,
}

/// <summary>The bounds of all session tables; they are part of the protocol, as all servers must decide alike.</summary>
public static class SessionLimits
{
    /// <summary>How far a session's sequence may run ahead of what the client has acknowledged.</summary>
    public const int MaxUnacknowledged = 8192;

    /// <summary>Ids of sessions are below it, so that they pass for any other number of a message.</summary>
    public const long HighestId = long.MaxValue / 2;

    /// <summary>The most sessions at a time.</summary>
    public const int MaxSessions = 64 * 1024;
}
