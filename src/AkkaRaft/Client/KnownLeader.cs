using AkkaRaft.Core;

namespace AkkaRaft.Client;

/// <summary>What the servers said of the leader.</summary>
internal sealed class KnownLeader
{
    /// <summary>The latest term that any answer named.</summary>
    public Term Term { get; private set; }

    /// <summary>The leader, or the last one that was named.</summary>
    public ServerId? Id { get; private set; }

    /// <summary>The leader's path, or null while it is looked for.</summary>
    public string? Path { get; private set; }

    /// <summary>Whether the leader itself has said that it leads.</summary>
    public bool HasSpoken { get; private set; }

    /// <summary>The server that answered last.</summary>
    public ServerId? LastAnswer { get; private set; }

    /// <summary>The members that do not answer the server that answered last.</summary>
    public IReadOnlyList<ServerId> UnresponsiveMembers { get; private set; } = [];

    /// <summary>Forgets who leads, so that the servers are asked again.</summary>
    public void Forget() => Path = null;

    /// <summary>The cluster has another history, in which no term is known.</summary>
    public void Reset() => (Term, Id, Path) = (Term.Zero, null, null);

    public void NoteAnswerOf(ServerId server) => LastAnswer = server;

    /// <summary>Takes what a server says, unless it is of an earlier term.</summary>
    /// <param name="server">The server that answers.</param>
    /// <param name="term">Its term.</param>
    /// <param name="leader">The leader of that term, or null.</param>
    /// <param name="address">The leader's address, or null.</param>
    /// <param name="unresponsiveMembers">The members that do not answer the server.</param>
    public void Learn(ServerId server, Term term, ServerId? leader, string? address, IReadOnlyList<ServerId> unresponsiveMembers)
    {
        LastAnswer = server;
        UnresponsiveMembers = unresponsiveMembers;
        if (term < Term)
        {
            return;
        }

        if (term > Term)
        {
            (Term, Id, Path) = (term, null, null);
        }

        if (leader is { } id && address is not null)
        {
            var path = new RaftMember(id, address).ContactPath;
            HasSpoken = id == server || (HasSpoken && path == Path);
            (Id, Path) = (id, path);
        }
    }
}
