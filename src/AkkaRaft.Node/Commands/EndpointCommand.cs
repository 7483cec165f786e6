using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using AkkaRaft.KeyValue;
using AkkaRaft.Node.Hosting;

namespace AkkaRaft.Node.Commands;

/// <summary><c>akkaraft endpoint</c>: the health of each node, for people and for monitoring.</summary>
internal static class EndpointCommand
{
    public static Command Create() => new("endpoint", "Looks at each node by itself.") { CreateHealth() };

    private static Command CreateHealth()
    {
        var command = new Command(
            "health",
            "Has each contact answer a linearizable read from its own state, and says how long that took; exit code 1 if one cannot.");
        var options = new ClientOptions().AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var contacts = options.Contacts(parsed);
            await using var session = options.StartSession(parsed);
            var found = await Task.WhenAll(contacts.Select(async contact =>
            {
                var health = await AskAsync(session.KeyValue, contact, cancellation);
                var reasons = health.Answered ? [] : await ClientOptions.WhyUnresponsiveAsync(parsed, [contact]);
                return health with { Why = string.Join(' ', reasons.Prepend(health.Why).OfType<string>()) };
            }));
            Print(found, options.Json(parsed));
            return found.All(health => health.IsHealthy) ? ExitCodes.Success : ExitCodes.Failure;
        });
        return command;
    }

    private static async Task<Health> AskAsync(KeyValueClient store, string contact, CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        if (await StatusReport.AskAsync(store.RaftClient, contact, cancellation) is not { } status)
        {
            return new Health(contact, null, Answered: false, watch.Elapsed, "It does not answer.");
        }

        string? why;
        watch.Restart();
        try
        {
            await store.GetAsync("health", Consistency.LinearizableLocal, contact, cancellation);
            why = status.IsDiskFull ? "Its disk is full: it takes no entries." : null;
        }
        catch (QueryFailedException failure)
        {
            why = status switch
            {
                { Down: { } down } => $"It is down: {down}.",
                { IsWaiting: true } => "It waits to be added to a cluster.",
                _ => failure.Message,
            };
        }

        return new Health(contact, status.Server.Value, Answered: true, watch.Elapsed, why);
    }

    private static void Print(IReadOnlyList<Health> found, bool json)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                endpoints = found.Select(health => new
                {
                    contact = ContactPoint.ShortName(health.Contact),
                    node = health.Node,
                    healthy = health.IsHealthy,
                    tookMilliseconds = Math.Round(health.Took.TotalMilliseconds, 1),
                    why = health.IsHealthy ? null : health.Why,
                }),
            }));
            return;
        }

        foreach (var health in found)
        {
            var name = ContactPoint.ShortName(health.Contact) + (health.Node is null ? "" : $" ({health.Node})");
            Console.WriteLine(health.IsHealthy
                ? $"{name} is healthy: answered in {health.Took.TotalMilliseconds:0.0} ms."
                : $"{name} is not healthy, after {health.Took.TotalMilliseconds:0.0} ms: {health.Why}");
        }
    }

    /// <param name="Contact">The path of the server.</param>
    /// <param name="Node">The node's name, or null when it did not answer.</param>
    /// <param name="Answered">Whether it answered.</param>
    /// <param name="Took">How long the answer, or the wait for it, took.</param>
    /// <param name="Why">Why it is not healthy; null or empty when it is.</param>
    private sealed record Health(string Contact, string? Node, bool Answered, TimeSpan Took, string? Why)
    {
        public bool IsHealthy => string.IsNullOrEmpty(Why);
    }
}
