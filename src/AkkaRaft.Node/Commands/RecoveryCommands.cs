using System.CommandLine;
using AkkaRaft.Node.Configuration;
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
        var file = new Argument<string>("FILE") { Description = "The backup." }.NotEmpty();
        var command = new Command(
            "restore",
            "Creates the data directory of a node of a new cluster, which must be empty, from a backup. Run it for each member before any of"
                + " them is started.")
        {
            file,
        };
        var options = new NodeOptions().AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var (node, settings) = NodeHost.Load(options.Read(parsed));
            var backup = DataRecovery.CheckBackup(parsed.GetRequiredValue(file), settings);
            await using var storage = await NodeStorage.OpenAsync(node, settings, waits: false, cancellation);
            await DataRecovery.RestoreAsync(backup, node, settings, storage.Directory);
            Console.WriteLine(
                $"{storage.Directory.Path}: {settings.ServerId} of the new cluster '{settings.ClusterId}' with the members"
                + $" {string.Join(", ", settings.Bootstrap.Members)}, at index {backup.Header!.LastIncludedIndex}"
                + $" of '{backup.Header.ClusterId}'."
                + " Restore the backup on all of them before you start one. Clients' sessions have ended; leases go on.");
            return ExitCodes.Success;
        });
        return command;
    }

    public static Command CreateRecover()
    {
        var data = new Argument<string>("DATA_DIR")
        {
            Description = "The survivor's data directory; nothing in it is changed.",
        }.NotEmpty();
        var journal = InspectCommand.JournalOption();
        var accepted = new Option<bool>(Confirmation) { Description = "Do it. Without this it is only told what would be lost." };
        var command = new Command(
            "recover",
            "Makes a new cluster of one node from the data of one survivor, when a majority of the former cluster is gone for good.")
        {
            data, journal, accepted,
        };
        var options = new NodeOptions().AddTo(command);
        command.SetAction((parsed, cancellation) =>
            RecoverAsync(
                parsed.GetRequiredValue(data), parsed.GetValue(journal), options.Read(parsed), parsed.GetValue(accepted), cancellation));
        return command;
    }

    private static async Task<int> RecoverAsync(
        string data, string? journal, NodeConfiguration file, bool accepted, CancellationToken cancellation)
    {
        var (node, settings) = NodeHost.Load(file);
        using var held = DataDirectory.Hold(data);
        var survivor = DataDirectoryInspection.Of(data, journal);
        DataRecovery.CheckSurvivor(survivor, settings);
        Console.WriteLine(
            $"{survivor.Path} holds the log of '{survivor.Identity.Server}' up to entry {survivor.Journal.State.LastIndex} in term"
            + $" {survivor.Journal.State.CurrentTerm}. What other servers have behind that entry will be lost, though clients may have been"
            + " told that it is committed; what stands in this log will be part of the new cluster, though clients may have been told nothing"
            + " of its end. No server of the former cluster may be started again.");
        if (!accepted)
        {
            throw new NodeException($"Nothing was done. Say {Confirmation} to do it.", ExitCodes.WrongUse);
        }

        await using var storage = await NodeStorage.OpenAsync(node, settings, waits: false, cancellation);
        await DataRecovery.RecoverAsync(survivor, node, settings, storage.Directory);
        Console.WriteLine(
            $"{storage.Directory.Path}: {settings.ServerId} is the only member of the new cluster '{settings.ClusterId}'."
            + " Start it; then start others on empty data directories with akka-raft.join = on, and add them with `akkaraft member add`.");
        return ExitCodes.Success;
    }
}
