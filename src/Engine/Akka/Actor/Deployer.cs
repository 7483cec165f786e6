using System.Collections.Concurrent;
using Akka.Configuration;

namespace Akka.Actor;

/// <summary>Looks up what <c>akka.actor.deployment</c> says for a path; <c>*</c> stands for one name, <c>**</c> for the rest.</summary>
public class Deployer
{
    protected readonly Config Default;

    private readonly ConcurrentDictionary<string, Deploy> _exact = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (string[] Pattern, Deploy Deploy)> _patterns = new(StringComparer.Ordinal);

    public Deployer(Settings settings)
    {
        var deployment = settings.Config.GetConfig("akka.actor.deployment") ?? Config.Empty;
        Default = deployment.GetConfig("default") ?? Config.Empty;
        foreach (var (path, _) in deployment.AsEnumerable())
        {
            var key = path.Trim('"');
            if (key != "default" && ParseConfig(key, deployment.GetConfig("\"" + key + "\"")) is { } deploy)
                SetDeploy(deploy);
        }
    }

    public Deploy? Lookup(ActorPath path) =>
        !(_exact.IsEmpty && _patterns.IsEmpty) && path.Elements is { Count: > 0 } names && names[0] == "user"
            ? Lookup(names.Skip(1))
            : null;

    public Deploy? Lookup(IEnumerable<string> path)
    {
        if (_exact.IsEmpty && _patterns.IsEmpty)
            return null;
        var names = path.ToArray();
        if (_exact.TryGetValue("/" + string.Join('/', names), out var exact))
            return exact;
        foreach (var (pattern, deploy) in _patterns.Values)
        {
            if (Matches(pattern, names))
                return deploy;
        }

        return null;
    }

    public void SetDeploy(Deploy deploy)
    {
        var elements = deploy.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        foreach (var element in elements)
        {
            if (element is not ("*" or "**") && !ActorPath.IsValidPathElement(element))
            {
                throw new IllegalActorNameException(
                    $"Illegal actor name [{element}] in deployment [{deploy.Path}]. Actor paths MUST: not start with `$`, include only"
                    + " ASCII letters and can only contain these special characters: " + ActorPath.ValidSymbols);
            }
        }

        if (elements.Any(e => e is "*" or "**"))
            _patterns[deploy.Path] = (elements, deploy);
        else
            _exact["/" + string.Join('/', elements)] = deploy;
    }

    public virtual Deploy? ParseConfig(string key, Config config)
    {
        var deployment = config.WithFallback(Default);
        return new Deploy(
            key,
            deployment,
            Deploy.NoScopeGiven,
            deployment.GetString("dispatcher", "") ?? "",
            deployment.GetString("mailbox", "") ?? "",
            deployment.GetInt("stash-capacity", Deploy.NoStashSize));
    }

    private static bool Matches(string[] pattern, string[] names)
    {
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] == "**")
                return names.Length > i;
            if (i >= names.Length || (pattern[i] != "*" && pattern[i] != names[i]))
                return false;
        }

        return pattern.Length == names.Length;
    }
}
