using Akka.Actor;
using AkkaRaft.Core;

namespace AkkaRaft.Server;

/// <summary>Sends messages to other servers, and decides which of theirs go to the core.</summary>
internal sealed class PeerTransport(
    RaftSettings settings,
    IServerPort server,
    PeerDirectory directory,
    MessageFilter filter,
    JournalIdentity identity,
    FailureReporter failures)
{
    private readonly LeaderContact _leaderContact = new();

    private StartCheck? _startCheck;

    /// <summary>This server.</summary>
    public ServerId Id => settings.ServerId;

    /// <summary>The longest time between two messages of the present leader.</summary>
    public TimeSpan LongestContactGap => _leaderContact.LongestGap;

    /// <summary>The check of this start: it begins once the journal is replayed.</summary>
    public StartCheck StartCheck
    {
        get => _startCheck ?? throw new InvalidOperationException("The server has not read its journal yet.");
        set => _startCheck = value;
    }

    public void Send(RaftMessage message)
    {
        var peerMessage = new PeerMessage(settings.ClusterId, message)
        {
            // A name that is not on disk could be another after a crash.
            Incarnation = identity.DurableIncarnation,
            Version = settings.Protocol.Version,
            Start = identity.IsNamed && settings.Protocol.Version >= ProtocolVersion.Third ? StartCheck.Start : 0,
            IsUnheard = directory.IsUnheard(message.To),
        };
        CrashPoint.Reached(CrashPoint.BeforeSend);
        directory.Tell(message.To, server.Configuration, peerMessage, server.Self, server.Now);
        CrashPoint.Reached(CrashPoint.AfterSend);
    }

    /// <summary>Hands a message to the core, if it is for this server and its sender has passed the start check.</summary>
    public void OnMessage(PeerMessage peerMessage, IActorRef sender)
    {
        if (AcceptsFrom(peerMessage, sender))
        {
            var message = peerMessage.Message;
            _leaderContact.Heard(message, server.Now);
            server.Step(new MessageReceived(server.Now, message) { Incarnation = peerMessage.Incarnation, Version = peerMessage.Version });
        }
    }

    /// <summary>Takes note of a message, and says whether it goes to the core.</summary>
    public bool AcceptsFrom(PeerMessage peerMessage, IActorRef sender)
    {
        var message = peerMessage.Message;
        if (!filter.AcceptsFrom(peerMessage.ClusterId, message.From, message.To, sender, MayComeFromStranger(message)))
        {
            return false;
        }

        directory.Heard(message.From, server.Configuration, sender, peerMessage.IsUnheard, server.Now);
        return PassesStartCheck(peerMessage);
    }

    /// <summary>
    /// Whether the sender may be a server that is not in the configuration here. The entry that adds it may not have arrived yet, and
    /// without the votes of such servers no leader might be found (dissertation, section 4.2.3). Of its answers only that to a start
    /// announcement counts: without it no message of that server would be accepted.
    /// </summary>
    private static bool MayComeFromStranger(RaftMessage message) =>
        message is AppendEntries or InstallSnapshot or PreVote or RequestVote or TimeoutNow or StartAnnounced or StartAcknowledged;

    private bool PassesStartCheck(PeerMessage peerMessage)
    {
        var reception = StartCheck.Receive(peerMessage.Message, peerMessage.Incarnation, peerMessage.Start);
        if (reception.Proof is { } proof)
        {
            failures.Refuse(
                "akka-raft.journal-plugin-id",
                $"'{settings.JournalPluginId}'",
                $"{proof}. The data directory is an older copy of itself: put the latest one back, or remove this server from its cluster,"
                + " wipe its data directory, and add it anew");
        }

        if (reception.Reply is { } reply)
        {
            Send(reply);
        }

        return reception.IsInput;
    }
}
