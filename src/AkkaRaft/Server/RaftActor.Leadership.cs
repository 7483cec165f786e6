using AkkaRaft.Core;

namespace AkkaRaft.Server;

// Tells the program around the server of its lead. It is told when the first entry of the term is applied, and not at the election: only
// then it is known that a majority follows, and that the state here is that of the former leader.
internal sealed partial class RaftActor
{
    private readonly LeadershipFeed _leadership;

    /// <summary>The lead that is to be told once this entry is applied, or null.</summary>
    private (Term Term, LogIndex From)? _untold;

    /// <summary>The term that the server leads, or null.</summary>
    private Term? _leads;

    private void NoteRole(RoleChanged changed)
    {
        Term? leads = changed.Role == RaftRole.Leader ? changed.Term : null;
        if (leads == _leads)
        {
            return;
        }

        _leads = leads;
        _untold = null;
        _leadership.Lost();
        if (leads is { } term)
        {
            // The step that made it leader has appended the entries that begin its term.
            _untold = (term, Server.LastLogIndex);
        }
    }

    private void NoteAppliedAsLeader()
    {
        if (_untold is { } lead && Server.Role == RaftRole.Leader && Server.LastApplied >= lead.From)
        {
            _untold = null;
            _leadership.Gained(lead.Term);
        }
    }
}
