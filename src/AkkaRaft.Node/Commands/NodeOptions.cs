using System.CommandLine;
using System.CommandLine.Parsing;
using AkkaRaft.Node.Configuration;

namespace AkkaRaft.Node.Commands;

/// <summary>The options that say what a node is: its file, and what differs from it.</summary>
internal sealed class NodeOptions
{
    private const string IdKey = "akka-raft.server-id";
    private const string PortKey = "akka.remote.dot-netty.tcp.port";

    private readonly Option<string> _config = new Option<string>("--config", "-c")
    {
        Description = "The node's HOCON file, for example hocon/node1.conf.",
        Required = true,
    }.NotEmpty();

    private readonly Option<string?> _id = new Option<string?>("--id")
    {
        Description = $"The server's id; stands for --set {IdKey}=ID.",
    }.NotEmpty();

    private readonly Option<int?> _port = Numbers.Option(
        "--port", $"Where the node listens; stands for --set {PortKey}=PORT.", 1, 65535);

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "A setting, as key=value, that wins over the file's; may be given more than once.",
        DefaultValueFactory = _ => [],
    };

    public NodeOptions AddTo(Command command)
    {
        command.Add(_config);
        command.Add(_id);
        command.Add(_port);
        command.Add(_set);
        command.Validators.Add(result =>
        {
            foreach (var (option, key) in new (Option Option, string Key)[] { (_id, IdKey), (_port, PortKey) })
            {
                if (result.IsGiven(option) && SettingsIn(result).Contains(key))
                {
                    result.AddError($"{option.Name} and --set {key}=... exclude each other: they say the same.");
                }
            }

            if (SettingsIn(result).FirstOrDefault(key => key.Length == 0) is not null)
            {
                result.AddError("--set expects key=value, like --set akka-raft.cluster-id=shop.");
            }
        });
        return this;
    }

    /// <summary>Reads the file.</summary>
    /// <exception cref="NodeConfigurationException">It is wrong.</exception>
    public NodeConfiguration Read(ParseResult parsed)
    {
        List<string> overrides = [];
        if (parsed.GetValue(_id) is { } id)
        {
            overrides.Add($"{IdKey}={id}");
        }

        if (parsed.GetValue(_port) is { } port)
        {
            overrides.Add($"{PortKey}={port}");
        }

        return NodeConfiguration.Load(parsed.GetRequiredValue(_config), [.. overrides, .. parsed.GetRequiredValue(_set)]);
    }

    /// <summary>The keys of the settings on the command line; empty where a text is no setting.</summary>
    private IEnumerable<string> SettingsIn(CommandResult result) => (result.GetResult(_set)?.Tokens ?? [])
        .Select(token => token.Value.Split('=', 2, StringSplitOptions.TrimEntries) is [{ Length: > 0 } key, _] ? key : "");
}
