using AkkaRaft.Core.Tests.Harness;

namespace AkkaRaft.Core.Tests.Scripts;

/// <summary>Effects in the words of <see cref="EffectText"/>, and what those leave out: members, the reason of a refusal, the state.</summary>
internal static class ScriptText
{
    /// <summary>The line for an effect, or null for one that is not told: timers are the script's, and their times are drawn.</summary>
    public static string? Of(RaftEffect effect, ScriptServer server)
    {
        if (effect is SetTimer)
        {
            return null;
        }

        var text = EffectText.Of(effect);
        return effect switch
        {
            Persist persist => text + MembersIn(persist) + (server.DiskIsStalled ? " (not durable yet)" : ""),
            Reply { Failure: Rejected { Detail: { } detail } } => $"{text} ({detail})",
            Serve => $"{text}: {(server.State.Length == 0 ? "nothing" : server.State)}",
            _ => text,
        };
    }

    /// <summary>Whether an effect is told in quiet too: another role, or an answer to a client.</summary>
    public static bool Matters(RaftEffect effect, RaftRole former) =>
        effect is Serve or Reply or Done or Forward || (effect is RoleChanged changed && changed.Role != former);

    public static string Of(LogEntry entry) => $"{entry.Index}/{entry.Term} {PayloadOf(entry)}";

    private static string PayloadOf(LogEntry entry) => entry.Payload switch
    {
        NoOp => "no-op",
        Command command => ScriptServer.TextOf(command),
        ConfigurationChange change => change.Configuration.ToString(),
        _ => throw new ArgumentException(entry.ToString()),
    };

    private static string MembersIn(Persist persist) => string.Concat(
        persist.Events.OfType<EntriesAppended>()
            .SelectMany(appended => appended.Entries)
            .Where(entry => entry.Payload is ConfigurationChange)
            .Select(entry => $"; {Of(entry)}"));
}
