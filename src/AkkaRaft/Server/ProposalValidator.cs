using System.Runtime.Serialization;
using AkkaRaft.Client;
using AkkaRaft.Core;
using AkkaRaft.Serialization;

namespace AkkaRaft.Server;

/// <summary>Decides whether a proposal may enter the log of a leader.</summary>
internal sealed class ProposalValidator(RaftSettings settings, IServerPort server, PayloadCodec codec, RaftServerLogger log)
{
    /// <summary>A second and a half at the usual settings.</summary>
    private const int ElectionTimeoutsUntilAllAreHeard = 5;

    /// <summary>Whether a proposal may be submitted. A server that does not lead validates none, as the leader will.</summary>
    /// <param name="request">The proposal.</param>
    /// <param name="decoded">The command, where it was decoded.</param>
    /// <param name="why">Why it may not.</param>
    public bool Validate(ClientRequest request, out object? decoded, out RejectionReason why)
    {
        decoded = null;
        why = RejectionReason.Unsupported;
        if (server.Role != RaftRole.Leader)
        {
            return true;
        }

        if (request.Session is SessionOpening or SessionClosing)
        {
            // A member of the first version could not read the entry.
            return AllSpeak(ProtocolVersion.Second, out why);
        }

        why = RejectionReason.Unreadable;
        if (request.Payload.Data.Length > settings.Protocol.MaxCommandBytes)
        {
            return true;
        }

        return TryDecode(request.Payload, out decoded)
            && (decoded is not IVersionedCommand command || AllSpeak(command.RequiredVersion, out why));
    }

    /// <summary>Whether all members speak a version. A new leader has not heard from all of them yet.</summary>
    private bool AllSpeak(int version, out RejectionReason why)
    {
        // Clients stop using sessions for a while where these are unsupported, so members that are only late must not count as unsupported.
        var grace = ElectionTimeoutsUntilAllAreHeard * settings.Protocol.ElectionTimeoutMax;
        why = server.Now - server.RoleSince < grace ? RejectionReason.LeaderNotReady : RejectionReason.Unsupported;
        return server.Status().ClusterVersion >= version;
    }

    /// <summary>A command that cannot be read must not enter the log, where it would stop each server that applies it.</summary>
    private bool TryDecode(Payload payload, out object? decoded)
    {
        try
        {
            decoded = codec.Decode(payload);
            return true;
        }
        catch (SerializationException cause)
        {
            log.UnreadableProposal(server.CurrentTerm, cause.Message);
            decoded = null;
            return false;
        }
    }
}
