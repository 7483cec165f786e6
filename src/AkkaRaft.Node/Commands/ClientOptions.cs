using System.CommandLine;
using AkkaRaft.Node.Hosting;

namespace AkkaRaft.Node.Commands;

/// <summary>The options that the commands of a client share.</summary>
internal sealed class ClientOptions
{
    private readonly Option<string[]> _contact = new("--contact")
    {
        Description = "A node to start from: host:port, or akka.tcp://system@host:port/user/raft; more than one may be given.",
        DefaultValueFactory = _ => [.. ContactPoint.Defaults],
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<bool> _json = new("--json") { Description = "Print one JSON object instead of text." };

    private readonly Option<double> _timeout = new("--timeout")
    {
        Description = "How many seconds to try.",
        DefaultValueFactory = _ => 10,
    };

    public ClientOptions AddTo(Command command)
    {
        _timeout.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (> 0 and <= 3600))
            {
                result.AddError("--timeout must be more than 0 and at most 3600 seconds.");
            }
        });
        command.Add(_contact);
        command.Add(_json);
        command.Add(_timeout);
        return this;
    }

    /// <summary>Where the nodes are reached.</summary>
    /// <exception cref="NodeException">A contact is no address.</exception>
    public IReadOnlyList<string> Contacts(ParseResult parsed) => [.. parsed.GetRequiredValue(_contact).Select(ContactPoint.Parse)];

    public bool Json(ParseResult parsed) => parsed.GetValue(_json);

    public TimeSpan Timeout(ParseResult parsed) => TimeSpan.FromSeconds(parsed.GetValue(_timeout));
}
