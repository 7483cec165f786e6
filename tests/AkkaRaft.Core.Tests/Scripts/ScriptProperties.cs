namespace AkkaRaft.Core.Tests.Scripts;

/// <summary>The five properties of the paper's figure 3, checked on all servers after each step, whatever a script records.</summary>
internal sealed class ScriptProperties
{
    private readonly Dictionary<Term, ServerId> _leaders = [];

    /// <summary>What the leader of a term had in its log at the last step.</summary>
    private readonly Dictionary<Term, List<LogEntry>> _leadersLogs = [];

    /// <summary>What is committed, and the term in which that was seen first.</summary>
    private readonly Dictionary<LogIndex, (LogEntry Entry, Term Since)> _committed = [];

    public void Check(IEnumerable<ScriptServer> running)
    {
        var servers = running.ToList();
        foreach (var server in servers)
        {
            CheckStateMachineSafety(server);
        }

        foreach (var server in servers.Where(server => server.Server!.Role == RaftRole.Leader))
        {
            CheckElectionSafety(server);
            CheckLeaderAppendOnly(server);
            CheckLeaderCompleteness(server);
        }

        for (var i = 0; i < servers.Count; i++)
        {
            servers.Skip(i + 1).ToList().ForEach(other => CheckLogMatching(servers[i], other));
        }
    }

    private static void CheckLogMatching(ScriptServer one, ScriptServer other)
    {
        var pairs = one.Log().Join(other.Log(), entry => entry.Index, entry => entry.Index, (left, right) => (left, right)).ToList();
        var lastMatch = pairs.FindLastIndex(pair => pair.left.Term == pair.right.Term);
        foreach (var (left, right) in pairs.Take(lastMatch + 1))
        {
            Require("Log Matching", left == right, $"{one.Id} has {ScriptText.Of(left)}, {other.Id} has {ScriptText.Of(right)}");
        }
    }

    private static void Require(string property, bool holds, string facts)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"{property} does not hold: {facts}");
        }
    }

    private void CheckElectionSafety(ScriptServer leader)
    {
        var term = leader.Server!.CurrentTerm;
        var first = _leaders.TryAdd(term, leader.Id) ? leader.Id : _leaders[term];
        Require("Election Safety", first == leader.Id, $"{first} and {leader.Id} lead in term {term}");
    }

    private void CheckLeaderAppendOnly(ScriptServer leader)
    {
        var term = leader.Server!.CurrentTerm;
        var log = leader.Log().ToDictionary(entry => entry.Index);
        var gone = leader.Server.Status().LastIncludedIndex;
        foreach (var entry in _leadersLogs.GetValueOrDefault(term, []).Where(entry => entry.Index > gone))
        {
            Require("Leader Append-Only", log.GetValueOrDefault(entry.Index) == entry, $"{leader.Id} has lost {ScriptText.Of(entry)}");
        }

        _leadersLogs[term] = [.. log.Values];
    }

    /// <summary>A leader that was elected by votes that came late may be of an earlier term than what was committed since.</summary>
    private void CheckLeaderCompleteness(ScriptServer leader)
    {
        var (term, gone) = (leader.Server!.CurrentTerm, leader.Server.Status().LastIncludedIndex);
        foreach (var (entry, since) in _committed.Values.Where(committed => committed.Since < term && committed.Entry.Index > gone))
        {
            Require("Leader Completeness", leader.Server.EntryAt(entry.Index) == entry, $"{leader.Id} lacks {ScriptText.Of(entry)} of term {since}");
        }
    }

    private void CheckStateMachineSafety(ScriptServer server)
    {
        var commit = server.Server!.CommitIndex;
        foreach (var entry in server.Log().Where(entry => entry.Index <= commit))
        {
            _committed.TryAdd(entry.Index, (entry, server.Server.CurrentTerm));
            var first = _committed[entry.Index].Entry;
            Require("State Machine Safety", first == entry, $"{server.Id} has committed {ScriptText.Of(entry)}, others {ScriptText.Of(first)}");
        }
    }
}
