using Akka.Actor;
using AkkaRaft.Core;
using AkkaRaft.Links;

namespace AkkaRaft.Client;

/// <summary>The servers that a client knows: its contact points, the members that they told of, and who leads.</summary>
internal sealed class Contacts
{
    /// <summary>The most members that are remembered besides the contact points.</summary>
    private const int MaxContacts = 64;

    /// <summary>Contact points that are no member's address are left alone for so long after a member has answered.</summary>
    private static readonly TimeSpan MembersSuffice = TimeSpan.FromSeconds(2);

    private readonly IActorContext _context;
    private readonly TimeSpan _reconnectAfter;
    private readonly Associations _associations;
    private readonly Dictionary<string, Contact> _byPath = [];

    private TimeSpan? _memberAnsweredAt;
    private int _nextToRead;
    private LogIndex _membersAsOf;

    public Contacts(IActorContext context, IEnumerable<string> contactPaths, TimeSpan reconnectAfter)
    {
        _context = context;
        _reconnectAfter = reconnectAfter;
        _associations = Associations.Of(context.System);
        foreach (var path in contactPaths)
        {
            Add(path).IsGiven = true;
        }
    }

    /// <summary>The leader's path, or null while it is looked for.</summary>
    public string? LeaderPath { get; private set; }

    /// <summary>The leader, or who was last said to be.</summary>
    public ServerId? Leader { get; private set; }

    /// <summary>The latest term that any answer named.</summary>
    public Term Term { get; private set; }

    /// <summary>Who answered last.</summary>
    public ServerId? LastAnswer { get; private set; }

    /// <summary>What the server that answered last said of the members that do not answer it.</summary>
    private IReadOnlyList<ServerId> SilentMembers { get; set; } = [];

    public void TellLeader(object message, IActorRef? sender) => Add(LeaderPath!).Target.Tell(message, sender);

    /// <summary>
    /// Asks all servers that are known. A contact point that is no member's address may be another name of a member's node, and what is sent
    /// there would silence the association with that: it is asked only while no member answers.
    /// </summary>
    public void TellAll(GetStatus message, TimeSpan now, IActorRef sender)
    {
        var membersSuffice = now - _memberAnsweredAt < MembersSuffice;
        foreach (var contact in _byPath.Values.Where(
            contact => contact.IsMember || !(membersSuffice || _associations.HasAliasOf(contact.Address))))
        {
            contact.AskedAt ??= now;
            if (contact.Watch.Asked(now) is not Silence.None and var silence && (contact.IsMember || _memberAnsweredAt is null)
                && (silence == Silence.VeryLong || _associations.IsEstablished(contact.Address)))
            {
                _associations.Renew(contact.Address);
            }

            contact.Target.Tell(message with { IsUnheard = contact.Watch.IsUnheard }, sender);
        }
    }

    /// <summary>Notes that a server at an address has spoken.</summary>
    public void Heard(Address address, TimeSpan now)
    {
        foreach (var contact in _byPath.Values.Where(contact => contact.Address == address))
        {
            contact.Watch.Heard();
            _memberAnsweredAt = contact.IsMember ? now : _memberAnsweredAt;
        }
    }

    /// <summary>
    /// A server to read from, another with each try: of those that owe no answer, or of all when each does. A client stays with one that
    /// answers.
    /// </summary>
    public string PathToRead(int tries)
    {
        if (tries > 0)
        {
            _nextToRead++;
        }

        var paths = _byPath.Where(pair => pair.Value.AskedAt is null).Select(pair => pair.Key).ToList();
        if (paths.Count == 0)
        {
            paths = [.. _byPath.Keys];
        }

        return paths[_nextToRead % paths.Count];
    }

    public void Tell(string path, object message, IActorRef sender) => Add(path).Target.Tell(message, sender);

    /// <summary>Forgets who leads, so that it is asked for.</summary>
    public void LeaderLost() => LeaderPath = null;

    public void OnStatus(RaftStatus status)
    {
        // A server may know a member's name before it knows its address.
        foreach (var member in status.Members.Where(member => member.Address.Length > 0))
        {
            if (_byPath.Count < MaxContacts)
            {
                Add(member.ContactPath);
            }
        }

        // One that catches up may know only members of long ago, in the term of today.
        if (status.Members.Count > 0 && status.CommitIndex >= _membersAsOf)
        {
            _membersAsOf = status.CommitIndex;
            ForgetFormerMembers(status.Members);
        }

        var self = status.Members.FirstOrDefault(member => member.Id == status.Server);
        if (self is not null && _byPath.TryGetValue(self.ContactPath, out var contact))
        {
            contact.AskedAt = null;
        }

        if (status.Down is not null)
        {
            LastAnswer = status.Server;
            return;
        }

        var leader = status.Members.FirstOrDefault(member => member.Id == status.Leader && member.Address.Length > 0);
        Learn(status.Server, status.Term, status.Leader, leader?.Address, status.SilentMembers);
    }

    public void OnFailure(ServerId server, FailureAnswer answer) =>
        Learn(server, answer.Failure.Term, answer.Failure.Leader, answer.LeaderAddress, answer.SilentMembers);

    public RequestFacts Facts(TimeSpan elapsed)
    {
        var unanswered = _byPath.Where(pair => pair.Value.AskedAt is not null).Select(pair => pair.Key);
        return new RequestFacts(LastAnswer, Term, Leader, [.. unanswered, .. SilentMembers.Select(member => member.Value)], elapsed);
    }

    private void Learn(ServerId server, Term term, ServerId? leader, string? leaderAddress, IReadOnlyList<ServerId> silentMembers)
    {
        LastAnswer = server;
        SilentMembers = silentMembers;
        if (term < Term)
        {
            return;
        }

        if (term > Term)
        {
            Term = term;
            Leader = null;
            LeaderPath = null;
        }

        if (leader is { } id && leaderAddress is not null)
        {
            Leader = id;
            LeaderPath = new RaftMember(id, leaderAddress).ContactPath;
        }
    }

    /// <summary>
    /// Members come and go; who has gone is neither asked nor missed. What the user gave stays, unless it is a member's node by a wrong name.
    /// </summary>
    private void ForgetFormerMembers(IReadOnlyList<RaftMember> members)
    {
        foreach (var (path, contact) in _byPath)
        {
            contact.IsMember = members.Any(member => member.ContactPath == path);
            var isAlias = !contact.IsMember
                && members.Any(member => NodeAddress.IsAlias(contact.Address, ActorPath.Parse(member.ContactPath).Address));
            if (isAlias || (!contact.IsMember && !contact.IsGiven))
            {
                _byPath.Remove(path);
            }
        }
    }

    private Contact Add(string path)
    {
        if (!_byPath.TryGetValue(path, out var contact))
        {
            contact = new Contact(_context.ActorSelection(path), ActorPath.Parse(path).Address, new SilenceWatch(_reconnectAfter));
            _byPath.Add(path, contact);
        }

        return contact;
    }

    private sealed class Contact(ActorSelection target, Address address, SilenceWatch watch)
    {
        /// <summary>Whoever lives at the path: a reference by path alone would go on to an actor that is gone.</summary>
        public ActorSelection Target { get; } = target;

        public Address Address { get; } = address;

        public SilenceWatch Watch { get; } = watch;

        /// <summary>Whether a member is known by this path.</summary>
        public bool IsMember { get; set; }

        /// <summary>Whether it is one of the client's contact points.</summary>
        public bool IsGiven { get; set; }

        /// <summary>Since when it owes an answer, or null.</summary>
        public TimeSpan? AskedAt { get; set; }
    }
}
