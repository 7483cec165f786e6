using System.CommandLine;
using AkkaRaft.Node.Hosting;

namespace AkkaRaft.Node.Commands;

/// <summary>
/// <c>akkaraft restore</c> and <c>recover</c>: a new cluster from a backup, or from what one survivor of a lost cluster has.
/// </summary>
internal static class RecoveryCommands
{
    private const string Confirmation = "--i-accept-data-loss";

    public static Command CreateRestore()
    {
        var file = new Argument<string>("FILE") { Description = "The backup." };
        var config = Config();
        var command = new Command(
            "restore",
            "Makes the data directory of a node of a new cluster from a backup. Run it for each member before any of them is started.")
        {
            file, config,
        };
        command.SetAction(async (parsed, _) =>
        {
            var (node, settings) = NodeHost.Load(parsed.GetRequiredValue(config));
            var backup = DataRecovery.CheckBackup(parsed.GetRequiredValue(file), settings);
            using var directory = NodeHost.OpenDirectory(node, settings, parsed.GetRequiredValue(config));
            await DataRecovery.RestoreAsync(backup, node, settings, directory);
            Console.WriteLine(
                $"{directory.Path}: {settings.ServerId} of the new cluster '{settings.ClusterId}' with the members"
                + $" {string.Join(", ", settings.Bootstrap.Members)}, at index {backup.Header!.LastIncludedIndex}"
                + $" of '{backup.Header.ClusterId}'."
                + " Restore the backup on all of them before you start one. Clients' sessions have ended; leases go on.");
            return ExitCodes.Success;
        });
        return command;
    }

    public static Command CreateRecover()
    {
        var data = new Argument<string>("DATA_DIR") { Description = "The survivor's data directory; nothing in it is changed." };
        var config = Config();
        var accepted = new Option<bool>(Confirmation) { Description = "Do it. Without this it is only told what would be lost." };
        var command = new Command(
            "recover",
            "Makes a new cluster of one node from the data of one survivor, when a majority of the former cluster is gone for good.")
        {
            data, config, accepted,
        };
        command.SetAction((parsed, _) =>
            RecoverAsync(parsed.GetRequiredValue(data), parsed.GetRequiredValue(config), parsed.GetValue(accepted)));
        return command;
    }

    private static async Task<int> RecoverAsync(string data, string configFile, bool accepted)
    {
        var (node, settings) = NodeHost.Load(configFile);
        using var held = DataDirectory.Hold(data);
        var survivor = Survey.Of(data);
        DataRecovery.CheckSurvivor(survivor, settings);
        Console.WriteLine(
            $"{survivor.Path} holds the log of '{survivor.Identity.Server}' up to entry {survivor.State.LastIndex} in term"
            + $" {survivor.State.CurrentTerm}. What other servers have behind that entry will be lost, though clients may have been told"
            + " that it is committed; what stands in this log will be part of the new cluster, though clients may have been told nothing"
            + " of its end. No server of the former cluster may be started again.");
        if (!accepted)
        {
            throw new NodeException($"Nothing was done. Say {Confirmation} to do it.", ExitCodes.WrongUse);
        }

        using var directory = NodeHost.OpenDirectory(node, settings, configFile);
        await DataRecovery.RecoverAsync(survivor, node, settings, directory);
        Console.WriteLine(
            $"{directory.Path}: {settings.ServerId} is the only member of the new cluster '{settings.ClusterId}'. Start it; then start"
            + " others on empty data directories with akka-raft.join = on, and add them with `akkaraft member add`.");
        return ExitCodes.Success;
    }

    private static Option<string> Config() => new("--config", "-c")
    {
        Description = "The HOCON file of the new cluster's node: its cluster id, members and data directory, which must be empty.",
        Required = true,
    };
}
