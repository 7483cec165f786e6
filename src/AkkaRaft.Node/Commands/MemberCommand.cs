using System.CommandLine;
using System.Text.Json;
using Akka.Actor;
using AkkaRaft.Core;
using AkkaRaft.Node.Hosting;
using Spectre.Console;
using Command = System.CommandLine.Command;

namespace AkkaRaft.Node.Commands;

/// <summary><c>akkaraft member</c>: who belongs to the cluster, and changes of that while it runs.</summary>
internal static class MemberCommand
{
    public static Command Create() => new("member", "Shows and changes who belongs to the cluster, while it runs.")
    {
        CreateList(), CreateAdd(), CreateRemove(), CreatePromote(), CreateMove(),
    };

    private static Command CreateList()
    {
        var command = new Command("list", "Shows the members as the leader knows them.");
        var options = new ClientOptions().AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var session = options.StartSession(parsed);
            var view = new ClusterView(session.Client, options.Contacts(parsed), options.Timeout(parsed));
            Write(await view.LeaderStatusAsync(cancellation), options.Json(parsed));
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command CreateAdd()
    {
        var name = Name("The new server's name, akka-raft.server-id in its file.");
        var address = Address();
        var learner = new Option<bool>("--learner") { Description = "Let it stay a learner, which gets the log and does not vote." };
        var noWait = new Option<bool>("--no-wait") { Description = "Return when it is a learner; it becomes a voter by itself." };
        var command = new Command("add", "Adds a server that runs with akka-raft.join = on, and waits until it votes.")
        {
            name, address, learner, noWait,
        };
        var options = new ClientOptions().AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            var id = new ServerId(parsed.GetRequiredValue(name));
            var change = new AddMember(id, AddressOf(options, parsed, address), Incarnation: 0, parsed.GetValue(learner));
            var waitFor = parsed.GetValue(learner) || parsed.GetValue(noWait) ? default(ServerId?) : id;
            return ChangeAsync(options, parsed, change, waitFor, cancellation);
        });
        return command;
    }

    private static Command CreatePromote()
    {
        var name = Name("The learner's name.");
        var noWait = new Option<bool>("--no-wait") { Description = "Return at once; it becomes a voter when it has caught up." };
        var command = new Command("promote", "Makes a learner a voter as soon as it has caught up, and waits until it is.")
        {
            name, noWait,
        };
        var options = new ClientOptions().AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            var id = new ServerId(parsed.GetRequiredValue(name));
            return ChangeAsync(options, parsed, new PromoteMember(id), parsed.GetValue(noWait) ? null : id, cancellation);
        });
        return command;
    }

    private static Command CreateRemove()
    {
        var name = Name("The member's name; it may be the leader, and need not run.");
        var command = new Command("remove", "Removes a member. Its data directory cannot be used for it again.") { name };
        var options = new ClientOptions().AddTo(command);
        command.SetAction((parsed, cancellation) =>
            ChangeAsync(options, parsed, new RemoveMember(new ServerId(parsed.GetRequiredValue(name))), waitFor: null, cancellation));
        return command;
    }

    private static Command CreateMove()
    {
        var name = Name("The member's name.");
        var address = Address();
        var command = new Command("move", "Says that a member runs at another address, with its data directory.") { name, address };
        var options = new ClientOptions().AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            var change = new MoveMember(new ServerId(parsed.GetRequiredValue(name)), AddressOf(options, parsed, address));
            return ChangeAsync(options, parsed, change, waitFor: null, cancellation);
        });
        return command;
    }

    private static Argument<string> Name(string description) => new Argument<string>("NAME") { Description = description }.NotEmpty();

    private static Argument<string> Address() => new Argument<string>("ADDRESS")
    {
        Description = "Where it is reached: host:port, or akka.tcp://system@host:port, akka.ssl.tcp with TLS.",
    }.NotEmpty();

    /// <summary>An address as members have it: that of the actor system where the server is at the usual path.</summary>
    private static string AddressOf(ClientOptions options, ParseResult parsed, Argument<string> address)
    {
        var path = options.PathOf(parsed, parsed.GetRequiredValue(address));
        return path.EndsWith("/user/raft", StringComparison.Ordinal) ? ActorPath.Parse(path).Address.ToString() : path;
    }

    private static async Task<int> ChangeAsync(
        ClientOptions options, ParseResult parsed, MemberChange change, ServerId? waitFor, CancellationToken cancellation)
    {
        var timeout = options.Timeout(parsed);
        await using var session = options.StartSession(parsed);
        var view = new ClusterView(session.Client, options.Contacts(parsed), timeout);
        await view.ChangeAsync(change, cancellation);
        Action<string> tell = options.Json(parsed) ? _ => { } : Console.Error.WriteLine;
        var status = waitFor is { } id
            ? await view.UntilVoterAsync(id, tell, cancellation)
            : await view.LeaderStatusAsync(cancellation);
        Write(status, options.Json(parsed));
        return ExitCodes.Success;
    }

    private static void Write(RaftStatus status, bool json)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                cluster = status.ClusterId,
                leader = status.Server.Value,
                changing = status.IsChangingMembers,
                members = status.Members.Select(member => new
                {
                    name = member.Id.Value,
                    address = member.Address,
                    role = status.Learners.Contains(member.Id) ? "learner" : "voter",
                    leads = member.Id == status.Server,
                    answers = !status.UnresponsiveMembers.Contains(member.Id),
                    lastIndex = LastIndexOf(member.Id, status).Value,
                    staleIncarnation = ProgressOf(member.Id, status)?.HasStaleIncarnation ?? false,
                }),
            }));
            return;
        }

        var table = new Table().Border(TableBorder.Rounded);
        table.AddColumns("name", "address", "role", "last index", "state");
        foreach (var member in status.Members)
        {
            var role = member.Id == status.Server ? "leader" : status.Learners.Contains(member.Id) ? "learner" : "voter";
            table.AddRow(
                Markup.Escape(member.Id.Value), Markup.Escape(member.Address), role, $"{LastIndexOf(member.Id, status)}",
                Markup.Escape(StateOf(member.Id, status)));
        }

        StatusReport.Write(table);
    }

    private static LogIndex LastIndexOf(ServerId member, RaftStatus status) =>
        member == status.Server ? status.LastLogIndex : ProgressOf(member, status)?.MatchIndex ?? LogIndex.Zero;

    private static RaftMemberProgress? ProgressOf(ServerId member, RaftStatus status) =>
        status.Progress.FirstOrDefault(progress => progress.Id == member);

    private static string StateOf(ServerId member, RaftStatus status) => ProgressOf(member, status) switch
    {
        { HasStaleIncarnation: true } => "data loss: remove it, then add it again",
        _ when status.UnresponsiveMembers.Contains(member) => "does not answer",
        { InstallingIndex.Value: > 0 } installing => StatusReport.InstallInWords(installing),
        { } progress when progress.MatchIndex < status.CommitIndex => "catches up",
        _ => "up to date",
    };
}
