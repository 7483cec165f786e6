using System.CommandLine;
using AkkaRaft.Node.Configuration;

namespace AkkaRaft.Node.Commands;

/// <summary>The options that say what a node is: its file, and what differs from it.</summary>
internal sealed class NodeOptions
{
    private readonly Option<string> _config = new("--config", "-c")
    {
        Description = "The node's HOCON file, for example hocon/node1.conf.",
        Required = true,
    };

    private readonly Option<string?> _id = new("--id") { Description = "The server's id; stands for --set akka-raft.server-id=ID." };

    private readonly Option<int?> _port = new("--port")
    {
        Description = "Where the node listens; stands for --set akka.remote.dot-netty.tcp.port=PORT.",
    };

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
        return this;
    }

    /// <summary>Reads the file.</summary>
    /// <exception cref="NodeConfigurationException">It is wrong.</exception>
    public NodeConfiguration Read(ParseResult parsed)
    {
        List<string> overrides = [];
        if (parsed.GetValue(_id) is { } id)
        {
            overrides.Add($"akka-raft.server-id={id}");
        }

        if (parsed.GetValue(_port) is { } port)
        {
            overrides.Add($"akka.remote.dot-netty.tcp.port={port}");
        }

        return NodeConfiguration.Load(parsed.GetRequiredValue(_config), [.. overrides, .. parsed.GetRequiredValue(_set)]);
    }
}
