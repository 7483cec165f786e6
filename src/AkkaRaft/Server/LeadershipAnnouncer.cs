using AkkaRaft.Core;

namespace AkkaRaft.Server;

/// <summary>
/// Announces this server's leadership to the program around it. It is announced when the first entry of the term is applied, and not at the
/// election: only then a majority is known to follow, and the state here is that of the former leader.
/// </summary>
internal sealed class LeadershipAnnouncer(IServerPort server, LeadershipFeed feed, RaftServerLogger log)
{
    /// <summary>The leadership that is announced once this entry is applied, or null.</summary>
    private (Term Term, LogIndex From)? _unannounced;

    /// <summary>The term that the server leads, or null.</summary>
    private Term? _leads;

    public void OnRoleChanged(RoleChanged changed)
    {
        log.RoleChanged(changed.Role, changed.Term, changed.Leader);
        Term? leads = changed.Role == RaftRole.Leader ? changed.Term : null;
        if (leads == _leads)
        {
            return;
        }

        _leads = leads;
        _unannounced = null;
        feed.Lost();
        if (leads is { } term)
        {
            // The step that made it leader has appended the entries that begin its term.
            _unannounced = (term, server.LastLogIndex);
        }
    }

    public void OnApplied()
    {
        if (_unannounced is { } leadership && server.Role == RaftRole.Leader && server.LastApplied >= leadership.From)
        {
            _unannounced = null;
            feed.Gained(leadership.Term);
        }
    }

    /// <summary>The server stops.</summary>
    public void Stop() => feed.Lost();
}
