using AkkaRaft.Client;
using AkkaRaft.Core;

namespace AkkaRaft.Server;

/// <summary>Between the journal and the first step: whether the disk is what it was, as far as others can say.</summary>
internal sealed partial class RaftActor
{
    private StartCheck? _startCheck;

    private StartCheck StartCheck => _startCheck ?? throw new InvalidOperationException("The server has not read its journal yet.");

    /// <summary>
    /// Whether nothing was ever promised under the name of this data directory, or the members' version knows of no starts.
    /// </summary>
    private bool MayNotBeChecked => _lastRecord == 0 || !_isNamed || _settings.Protocol.Version < ProtocolVersion.Third;

    private IEnumerable<ServerId> OtherVoters =>
        Server.Configuration.Voters.Union(Server.Configuration.OutgoingVoters).Where(voter => voter != _settings.ServerId);

    /// <summary>
    /// Asks the others what this server has promised. Who does not answer within the shortest election timeout is asked again, and is not
    /// heard before it has answered.
    /// </summary>
    private void AskForPromises()
    {
        if (StartCheck.IsAnsweredBy(OtherVoters))
        {
            TakePart();
            return;
        }

        Become(Asking);
        Ask(_settings.Protocol.ElectionTimeoutMin);
    }

    private void Ask(TimeSpan patience)
    {
        foreach (var announcement in StartCheck.AnnouncementsTo(OtherVoters).ToList())
        {
            SendToPeer(announcement);
        }

        Timers.StartSingleTimer(AskedLongEnough.Instance, AskedLongEnough.Instance, patience);
    }

    /// <summary>Who did not answer may have been away, and may know what nobody else does.</summary>
    private void AskAgain()
    {
        if (!StartCheck.IsAnsweredBy(OtherVoters))
        {
            Ask(_settings.Protocol.ElectionTimeoutMax);
        }
    }

    private void Asking()
    {
        Command<PeerMessage>(OnPeerMessageWhileAsking);
        Command<AskedLongEnough>(_ =>
        {
            TakePart();
            AskAgain();
        });
        Command<GetStatus>(getStatus => AnswerStatus(getStatus with { WantsSnapshot = false }));
        Command<MemberProbe>(AnswerProbe);
        CommandAny(_ => Stash.Stash());
    }

    /// <summary>The protocol has not begun: what else comes is lost, as it is while a process starts.</summary>
    private void OnPeerMessageWhileAsking(PeerMessage peerMessage)
    {
        IsForProtocol(peerMessage);
        if (StartCheck.IsAnsweredBy(OtherVoters))
        {
            Timers.Cancel(AskedLongEnough.Instance);
            TakePart();
        }
    }

    /// <summary>Whether a message goes to the protocol.</summary>
    private bool PassesStartCheck(PeerMessage peerMessage)
    {
        var reception = StartCheck.Receive(peerMessage.Message, peerMessage.Incarnation, peerMessage.Start);
        if (reception.Proof is { } proof)
        {
            Refuse(
                "akka-raft.journal-plugin-id",
                $"'{_settings.JournalPluginId}'",
                $"{proof}. The data directory is an older copy of itself: put the latest one back, or remove this server from its cluster,"
                + " wipe its data directory, and add it anew");
        }

        if (reception.Reply is { } reply)
        {
            SendToPeer(reply);
        }

        return reception.IsInput;
    }

    /// <summary>The others have had their time.</summary>
    private sealed class AskedLongEnough
    {
        public static readonly AskedLongEnough Instance = new();
    }
}
