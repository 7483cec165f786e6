using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using static AkkaRaft.Core.Tests.Harness.Story;

namespace AkkaRaft.Core.Tests.Scripts;

/// <summary>The commands that set the stage: settings, servers and what is on their disks.</summary>
internal static class ScriptSettings
{
    /// <summary>The properties of <see cref="RaftOptions"/>, as scripts write them: PreVote is pre-vote.</summary>
    private static readonly Dictionary<string, PropertyInfo> Options = typeof(RaftOptions)
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.CanWrite)
        .ToDictionary(property => Regex.Replace(property.Name, "(?<!^)([A-Z])", "-$1").ToLowerInvariant());

    public static void SetOptions(ScriptLine line, ScriptCluster cluster)
    {
        var server = line.OptionalServer();
        var options = server is { } one ? cluster.OptionsOf(one) : cluster.Options;
        do
        {
            options = With(line, options);
        }
        while (line.HasMore);
        if (server is { } id)
        {
            cluster.SetOptionsOf(id, options);
        }
        else
        {
            cluster.Options = options;
        }
    }

    public static void Servers(ScriptLine line, ScriptCluster cluster)
    {
        var count = (int)line.Number(line.Word("a number of servers"));
        if (count is < 1 or > 9 || cluster.Servers.Any())
        {
            throw line.Error(cluster.Servers.Any() ? "there are servers already; 'join' adds one" : "there are 1 to 9 servers");
        }

        var logs = Members(count).Voters.ToDictionary(id => id.Value, _ => Array.Empty<long>());
        long? term = line.Value("term") is { } given ? line.Number(given) : null;
        var hasLogs = line.HasMore;
        while (line.HasMore)
        {
            var (key, value) = line.Setting();
            if (!logs.ContainsKey(key))
            {
                throw line.Error($"there is no {key} among {count} servers");
            }

            logs[key] = line.Terms(value);
        }

        foreach (var id in Members(count).Voters)
        {
            var log = logs[id.Value];
            cluster.Add(id, Disk(Members(count), term ?? log.LastOrDefault(), vote: null, log));
        }

        cluster.Output.IsQuiet = true;
        Members(count).Voters.ToList().ForEach(cluster.Start);
        if (hasLogs)
        {
            ScriptReports.Logs(cluster, [.. cluster.Servers]);
        }
    }

    /// <summary>A server with an empty disk, which waits to be added.</summary>
    public static void Join(ScriptLine line, ScriptCluster cluster)
    {
        var id = line.Server();
        if (cluster.Has(id))
        {
            throw line.Error($"there is an {id} already; 'restart {id}' starts it again");
        }

        cluster.Add(id, new PersistentState());
        cluster.Start(id);
    }

    /// <summary>A server loses its disk, and comes back with an empty one.</summary>
    public static void Wipe(ScriptLine line, ScriptCluster cluster)
    {
        var id = line.Server();
        if (!cluster.Has(id))
        {
            throw line.Error($"there is no {id} that could lose its disk");
        }

        cluster.Crash(id);
        cluster.Remove(id);
        cluster.Add(id, new PersistentState());
        cluster.Start(id);
    }

    private static RaftOptions With(ScriptLine line, RaftOptions options)
    {
        var (key, value) = line.Setting();
        if (!Options.TryGetValue(key, out var property))
        {
            throw line.Error($"there is no option '{key}'; the options are {string.Join(", ", Options.Keys)}");
        }

        var changed = options with { };
        property.SetValue(changed, ValueOf(line, value, property.PropertyType));
        return changed;
    }

    private static object ValueOf(ScriptLine line, string value, Type type)
    {
        if (type == typeof(bool))
        {
            return value is "on" or "off" ? value == "on" : throw line.Error($"'{value}' is neither on nor off");
        }

        if (type == typeof(TimeSpan))
        {
            return line.Time(value);
        }

        return double.TryParse(value, CultureInfo.InvariantCulture, out var number)
            ? Convert.ChangeType(number, type, CultureInfo.InvariantCulture)
            : throw line.Error($"'{value}' is no number");
    }
}
