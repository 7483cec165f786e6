using Akka.Actor;
using Akka.Event;
using AkkaRaft.Core;
using AkkaRaft.Links;

namespace AkkaRaft.Client;

/// <summary>The servers that a client knows: its contact points, and the members that they told of.</summary>
internal sealed class Contacts
{
    /// <summary>The most members that are remembered besides the contact points.</summary>
    private const int MaxContacts = 64;

    /// <summary>Contact points that are no member's address are left alone for so long after a member has answered.</summary>
    private static readonly TimeSpan MembersSuffice = TimeSpan.FromSeconds(2);

    private readonly IActorContext _context;
    private readonly ILoggingAdapter _log;
    private readonly HeardHistory _history;
    private readonly TimeSpan _reconnectAfter;
    private readonly Associations _associations;
    private readonly KnownLeader _leader = new();
    private readonly Dictionary<string, Contact> _byPath = [];

    private TimeSpan? _memberAnsweredAt;
    private int _nextToRead;
    private LogIndex _membersAsOf;

    public Contacts(IActorContext context, IEnumerable<string> contactPaths, RaftClientSettings settings, HeardHistory history)
    {
        _context = context;
        _log = context.GetLogger();
        _reconnectAfter = settings.ReconnectAfter;
        ClusterId = settings.ClusterId;
        _history = history;
        _associations = Associations.Of(context.System);
        foreach (var path in contactPaths)
        {
            Add(path).IsGiven = true;
        }
    }

    /// <summary>The cluster that the client belongs to; empty until it is known.</summary>
    public string ClusterId { get; private set; }

    /// <summary>
    /// The name of the cluster's history, or 0. Where the cluster was restored or begun anew, what was known of its former history is void.
    /// </summary>
    public long History
    {
        get => _history.Name;
        private set => _history.Name = value;
    }

    /// <summary>Whether each contact point has answered, and is of another cluster.</summary>
    public bool AreAllForeign => _byPath.Values.All(contact => contact.OtherCluster is not null);

    /// <summary>The leader's path, or null while it is looked for.</summary>
    public string? LeaderPath => _leader.Path;

    /// <summary>Whether the leader itself has said that it leads.</summary>
    public bool LeaderHasSpoken => _leader.HasSpoken;

    /// <summary>The leader, or who was last said to be.</summary>
    public ServerId? Leader => _leader.Id;

    /// <summary>The latest term that any answer named.</summary>
    public Term Term => _leader.Term;

    public void TellLeader(object message, IActorRef? sender) => Add(LeaderPath!).Target.Tell(message, sender);

    /// <summary>
    /// Asks the servers that are known. A contact point that is no member's address may be another name of a member's node, and what is sent
    /// there would cut the association with that: it is asked only while no member answers.
    /// </summary>
    public void TellAll(GetStatus message, TimeSpan now, IActorRef sender, int most = int.MaxValue)
    {
        var membersSuffice = now - _memberAnsweredAt < MembersSuffice;
        foreach (var contact in _byPath.Values.Where(
            contact => contact.IsMember || !(membersSuffice || _associations.HasAliasOf(contact.Address))).Take(most))
        {
            contact.AskedAt ??= now;
            var gap = contact.Watch.Asked(now);
            if (contact.IsMember || _memberAnsweredAt is null)
            {
                _associations.Renew(contact.Address, gap);
            }

            contact.Target.Tell(message with { IsUnheard = contact.Watch.IsUnheard }, sender);
        }
    }

    /// <summary>
    /// Whether a server that has spoken is of the client's cluster; the first that speaks decides which that is. What another says is not
    /// heeded: it may lead in a later term, and what is written there is written to the wrong place.
    /// </summary>
    public bool IsOfCluster(string clusterId, IActorRef server)
    {
        if (ClusterId.Length == 0)
        {
            ClusterId = clusterId;
        }

        // A server of an earlier build does not say with each answer whose it is.
        var isForeign = clusterId.Length > 0 && clusterId != ClusterId;
        var from = server.Path.ToStringWithAddress(((ExtendedActorSystem)_context.System).Provider.DefaultAddress);
        foreach (var (path, contact) in _byPath.Where(pair => from == pair.Key || from.StartsWith($"{pair.Key}/", StringComparison.Ordinal)))
        {
            if (isForeign && contact.OtherCluster != clusterId)
            {
                _log.Warning("{0} belongs to the cluster '{1}', and this client to '{2}': it is not used.", path, clusterId, ClusterId);
            }

            contact.OtherCluster = isForeign ? clusterId : null;
            if (isForeign && path == LeaderPath)
            {
                _leader.Forget();
            }
        }

        return !isForeign;
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

        var paths = _byPath.Where(pair => pair.Value is { AskedAt: null, OtherCluster: null }).Select(pair => pair.Key).ToList();
        if (paths.Count == 0)
        {
            paths = [.. _byPath.Keys];
        }

        return paths[_nextToRead % paths.Count];
    }

    public void Tell(string path, object message, IActorRef sender) => Add(path).Target.Tell(message, sender);

    /// <summary>Forgets who leads, so that it is asked for.</summary>
    public void LeaderLost() => _leader.Forget();

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
        if (NoteHistory(status.History) && status.Members.Count > 0 && status.CommitIndex >= _membersAsOf)
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
            _leader.NoteAnswerOf(status.Server);
            return;
        }

        var leader = status.Members.FirstOrDefault(member => member.Id == status.Leader && member.Address.Length > 0);
        if (NoteHistory(status.History))
        {
            _leader.Learn(status.Server, status.Term, status.Leader, leader?.Address, status.UnresponsiveMembers);
        }
    }

    public void OnFailure(Answers answers, FailureAnswer answer)
    {
        if (NoteHistory(answers.History))
        {
            _leader.Learn(
                answers.Server, answer.Failure.Term, answer.Failure.Leader, answer.LeaderAddress, answer.UnresponsiveMembers);
        }
    }

    public RequestFacts Facts(TimeSpan elapsed)
    {
        var unanswered = _byPath.Where(pair => pair.Value.AskedAt is not null).Select(pair => pair.Key);
        var unresponsive = _leader.UnresponsiveMembers.Select(member => member.Value);
        return new RequestFacts(_leader.LastAnswer, Term, Leader, [.. unanswered, .. unresponsive], elapsed)
        {
            OfOtherClusters =
            [
                .. from pair in _byPath
                   where pair.Value.OtherCluster is not null
                   select $"{pair.Key} belongs to the cluster '{pair.Value.OtherCluster}' and not to '{ClusterId}'",
            ],
        };
    }

    /// <summary>A later history makes what is known of terms and members void; what a server of an earlier one says is not heeded.</summary>
    public bool NoteHistory(long history)
    {
        if (history > History)
        {
            if (History != 0)
            {
                _leader.Reset();
                _membersAsOf = LogIndex.Zero;
            }

            History = history;
        }

        // One that has just begun may not know its cluster's history yet.
        return history == History || history == 0;
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
            contact = new Contact(_context.ActorSelection(path), ActorPath.Parse(path).Address, new ContactGapWatch(_reconnectAfter));
            _byPath.Add(path, contact);
        }

        return contact;
    }

    private sealed class Contact(ActorSelection target, Address address, ContactGapWatch watch)
    {
        /// <summary>A selection of the path: a reference by path alone would go on to an actor that is gone.</summary>
        public ActorSelection Target { get; } = target;

        public Address Address { get; } = address;

        public ContactGapWatch Watch { get; } = watch;

        /// <summary>Whether a member is known by this path.</summary>
        public bool IsMember { get; set; }

        /// <summary>Whether it is one of the client's contact points.</summary>
        public bool IsGiven { get; set; }

        /// <summary>Since when it owes an answer, or null.</summary>
        public TimeSpan? AskedAt { get; set; }

        /// <summary>The cluster that it has said it belongs to, where that is not the client's; else null.</summary>
        public string? OtherCluster { get; set; }
    }
}
