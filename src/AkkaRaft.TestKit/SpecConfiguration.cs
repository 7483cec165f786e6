using System.Text;
using Akka.Configuration;
using AkkaRaft.Core;

namespace AkkaRaft.TestKit;

/// <summary>The configuration of a spec's actor system, in which all servers live.</summary>
internal static class SpecConfiguration
{
    public const string ClusterId = "spec";

    /// <summary>Merges the spec's settings with what every spec needs: virtual time and a journal for each server.</summary>
    /// <param name="servers">How many servers begin the cluster.</param>
    /// <param name="joining">How many more there are.</param>
    /// <param name="config">The spec's own settings.</param>
    /// <param name="storeNames">The name of each server's disk, unique in the process.</param>
    public static Config Of(int servers, int joining, string config, out IReadOnlyDictionary<string, string> storeNames)
    {
        var run = Guid.NewGuid().ToString("N");
        var text = new StringBuilder(
            """
            akka.scheduler.implementation = "AkkaRaft.TestKit.VirtualScheduler, AkkaRaft.TestKit"
            akka.persistence.journal-plugin-fallback.replay-filter.mode = fail

            """);
        var names = new Dictionary<string, string>();
        for (var number = 1; number <= servers + joining; number++)
        {
            var id = $"node{number}";
            names[id] = $"{run}-{id}";
            text.AppendLine(
                $$"""
                akka-raft-testkit.journal.{{id}} {
                  class = "AkkaRaft.TestKit.TestJournal, AkkaRaft.TestKit"
                  plugin-dispatcher = "akka.actor.default-dispatcher"
                  store = "{{names[id]}}"
                  replay-filter.mode = fail
                }
                """);
        }

        storeNames = names;
        var founders = Enumerable.Range(1, servers).Select(number => $"node{number}");
        var members = string.Join(", ", founders.Select(id => $"{{ id = {id}, address = \"{GateAddress(new ServerId(id))}\" }}"));
        text.AppendLine($"akka-raft {{ cluster-id = {ClusterId}, members = [{members}] }}");
        return ConfigurationFactory.ParseString(config)
            .WithFallback(ConfigurationFactory.ParseString(text.ToString()))
            .WithFallback(Raft.DefaultConfig);
    }

    public static string GateName(ServerId server) => $"net-{server.Value}";

    public static string GateAddress(ServerId server) => $"akka://test/user/{GateName(server)}";

    public static RaftSettings SettingsOf(Config config, ServerId server, bool joins)
    {
        var membership = joins ? $"join = on, members = [{{ id = {server}, address = \"{GateAddress(server)}\" }}]" : "";
        var own = ConfigurationFactory.ParseString(
            $"akka-raft {{ server-id = {server}, journal-plugin-id = \"akka-raft-testkit.journal.{server}\", {membership} }}");
        return RaftSettings.From(own.WithFallback(config));
    }
}
