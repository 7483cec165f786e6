namespace AkkaRaft.Core;

/// <summary>What is to be done with a message that has come.</summary>
/// <param name="IsInput">Whether it goes to the <see cref="RaftServer"/>.</param>
/// <param name="Reply">What is to be sent, or null.</param>
/// <param name="Proof">
/// Null, or what proves that this server's disk is an older one than it had: it must stop, and neither vote nor acknowledge again.
/// </param>
public readonly record struct Reception(bool IsInput, RaftMessage? Reply = null, string? Proof = null);

/// <summary>
/// Finds out, at each start, whether the disk went back to an earlier state: a copy of a data directory, a machine's snapshot. Each server
/// remembers, in memory, what the others have promised. One that starts asks all others, and hears nobody who has not answered. It sits
/// between the network and <see cref="RaftServer"/>; like that, it has no clock and no I/O.
/// </summary>
/// <remarks>
/// It judges itself, by answers to this very start: so no late message, of whatever incarnation of the process, can make a server out to be an older copy.
/// What nobody who answers has heard, or has forgotten in a restart of its own, is not found.
/// </remarks>
public sealed class StartCheck
{
    /// <summary>Anybody may claim to be a server of the cluster.</summary>
    private const int MaxRemembered = 256;

    private readonly ServerId _id;
    private readonly Promise _onDisk;
    private readonly bool _isNew;
    private readonly HashSet<ServerId> _answered = [];
    private readonly Dictionary<ServerId, Remembered> _remembered = [];

    /// <summary>Begins the check of a start.</summary>
    /// <param name="id">The server.</param>
    /// <param name="start">
    /// Names the start, above 0; larger than those before, or it is raised when another server knows of a larger one. The time will do.
    /// </param>
    /// <param name="onDisk">The term and the last index that the disk gave back.</param>
    /// <param name="isNew">Whether the disk was empty, so that its incarnation has promised nothing.</param>
    public StartCheck(ServerId id, long start, Promise onDisk, bool isNew)
    {
        _id = id;
        Start = start;
        _onDisk = onDisk;
        _isNew = isNew;
    }

    /// <summary>Names the start: part of all that this server says to others.</summary>
    public long Start { get; private set; }

    /// <summary>Whether all of some servers have answered.</summary>
    public bool IsAnsweredBy(IEnumerable<ServerId> servers) => servers.All(IsAnsweredBy);

    /// <summary>What to say to those of some servers that have not answered.</summary>
    public IEnumerable<StartAnnounced> AnnouncementsTo(IEnumerable<ServerId> servers) =>
        servers.Where(server => !IsAnsweredBy(server)).Select(AnnouncementTo);

    /// <summary>Takes a message from another server, and notes what it promises.</summary>
    /// <param name="message">The message; it is addressed to this server.</param>
    /// <param name="incarnation">The sender's incarnation; 0 if it tells none.</param>
    /// <param name="start">
    /// The sender's start; 0 if it tells none, as it speaks a version that knows of no starts. It has nothing to say then.
    /// </param>
    public Reception Receive(RaftMessage message, long incarnation, long start)
    {
        if (incarnation == 0 || start == 0)
        {
            NoteAnswerOf(message.From);
            return new Reception(message is not (StartAnnounced or StartAcknowledged));
        }

        var sender = Remember(message.From, incarnation, start);
        if (sender is not null && start < sender.Start)
        {
            return new Reception(false, AcknowledgementTo(message.From, start, sender));
        }

        sender?.Note(Promise.Of(message));
        return message switch
        {
            StartAnnounced => new Reception(false, sender is null ? null : AcknowledgementTo(message.From, start, sender)),
            StartAcknowledged answer => OnAcknowledged(answer),
            _ when !IsAnsweredBy(message.From) => new Reception(false, AnnouncementTo(message.From)),
            _ => new Reception(true),
        };
    }

    private Reception OnAcknowledged(StartAcknowledged answer)
    {
        if (answer.Start != Start)
        {
            return new Reception(false);
        }

        if (answer.LatestStart > Start)
        {
            // The clock went back. Under a name below that one nobody would hear this server.
            Start = answer.LatestStart + 1;
            _answered.Clear();
            return new Reception(false, AnnouncementTo(answer.From));
        }

        if (answer.Promised.CompareTo(_onDisk) > 0 && !_isNew)
        {
            return new Reception(false, Proof: WhatIsMissing(answer));
        }

        NoteAnswerOf(answer.From);
        return new Reception(false);
    }

    private void NoteAnswerOf(ServerId server)
    {
        if (_answered.Count < MaxRemembered)
        {
            _answered.Add(server);
        }
    }

    private string WhatIsMissing(StartAcknowledged answer) =>
        $"{answer.From} has heard {_id} promise what is not on its disk: "
        + (answer.Promised.Index > LogIndex.Zero ? $"entry {answer.Promised.Index} in term {answer.Promised.Term}" : $"term {answer.Promised.Term}")
        + $", and its journal ends with entry {_onDisk.Index} in term {_onDisk.Term}";

    private StartAnnounced AnnouncementTo(ServerId server) => new(_id, server, _onDisk.Term, Start);

    private bool IsAnsweredBy(ServerId server) => _isNew || server == _id || _answered.Contains(server);

    private StartAcknowledged AcknowledgementTo(ServerId server, long start, Remembered sender) =>
        new(_id, server, _onDisk.Term, start, sender.Start, sender.Before);

    private Remembered? Remember(ServerId server, long incarnation, long start)
    {
        if (!_remembered.TryGetValue(server, out var known))
        {
            if (_remembered.Count == MaxRemembered)
            {
                return null;
            }

            _remembered.Add(server, known = new Remembered(incarnation, start));
        }
        else if (known.Incarnation != incarnation)
        {
            _remembered[server] = known = new Remembered(incarnation, start);
        }

        known.Begin(start);
        return known;
    }

    /// <summary>What is known of another server.</summary>
    private sealed class Remembered(long incarnation, long start)
    {
        private Promise _now;

        public long Incarnation => incarnation;

        /// <summary>Its latest start.</summary>
        public long Start { get; private set; } = start;

        /// <summary>The largest promise of all starts before the latest.</summary>
        public Promise Before { get; private set; }

        public void Begin(long later)
        {
            if (later > Start)
            {
                (Start, Before, _now) = (later, Promise.Max(Before, _now), default);
            }
        }

        public void Note(Promise promise) => _now = Promise.Max(_now, promise);
    }
}
