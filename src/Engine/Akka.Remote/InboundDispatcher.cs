using System.Text;
using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Event;
using Akka.Remote.Protocol;

namespace Akka.Remote;

/// <summary>Brings what one connection receives to its recipients, on the thread that reads.</summary>
internal sealed class InboundDispatcher(Remoting remoting, Association association)
{
    private readonly ExtendedActorSystem _system = remoting.System;
    private readonly RemoteActorRefProvider _provider = remoting.Provider;
    private readonly ILoggingAdapter _log = remoting.Log;
    private readonly bool _logReceive = remoting.Settings.LogReceive;
    private readonly bool _untrusted = remoting.Settings.UntrustedMode;
    private readonly Utf8Cache<IInternalActorRef> _refs = new();
    private readonly Utf8Cache<string> _manifests = new();

    public void Dispatch(in InboundFrame frame)
    {
        var recipient = Resolve(frame.Recipient);
        var sender = frame.Sender.IsEmpty ? _system.DeadLetters : Resolve(frame.Sender);
        var bytes = frame.Message.ToArray();
        var serializerId = frame.SerializerId;
        var manifest = ManifestOf(frame.Manifest);

        if (frame.Sequence == EnvelopeFrame.NoSequence)
            Deliver(recipient, bytes, serializerId, manifest, sender);
        else
            association.ReceiveSystemMessage(frame.Sequence, () => Deliver(recipient, bytes, serializerId, manifest, sender));
    }

    private void Deliver(IInternalActorRef recipient, byte[] bytes, int serializerId, string manifest, IActorRef sender)
    {
        object message;
        try
        {
            message = _system.Serialization.Deserialize(bytes, serializerId, manifest);
        }
        catch (Exception e)
        {
            _log.Warning(e, "Cannot read a message to [{0}] from [{1}] (serializer {2}, manifest [{3}]); it is dropped, " +
                "the association remains live", recipient.Path, association.RemoteAddress, serializerId, manifest);
            return;
        }

        if (_logReceive)
            _log.Debug("received remote message [{0}] to [{1}] from [{2}]", message, recipient, sender);

        if (!recipient.IsLocal)
            _log.Error("Dropping message [{0}] for non-local recipient [{1}] arriving at [{2}]",
                message.GetType(), recipient.Path, remoting.DefaultAddress);
        else if (message is ActorSelectionMessage selection)
            DeliverSelection(recipient, selection, sender);
        else if (_untrusted && IsHarmful(message))
            _log.Debug("operating in UntrustedMode, dropping inbound harmful message of type [{0}] to [{1}] from [{2}]",
                message.GetType(), recipient, sender);
        else if (message is ISystemMessage system)
            recipient.SendSystemMessage(system);
        else
            recipient.Tell(message, sender);
    }

    /// <summary>Selections are walked down here and not by the actors on the way, who may be busy.</summary>
    private void DeliverSelection(IInternalActorRef recipient, ActorSelectionMessage selection, IActorRef sender)
    {
        if (_untrusted && !IsTrusted(recipient, selection))
        {
            _log.Debug("operating in UntrustedMode, dropping inbound actor selection to [{0}], allow it by adding the path to " +
                "'akka.remote.trusted-selection-paths' configuration", PathOf(selection));
            return;
        }

        ActorSelection.DeliverSelection(recipient, sender, selection);
    }

    private bool IsTrusted(IInternalActorRef recipient, ActorSelectionMessage selection) =>
        !IsHarmful(selection.Message)
        && recipient.Equals(_provider.RootGuardian)
        && remoting.Settings.TrustedSelectionPaths.Contains(PathOf(selection));

    /// <summary>Kill is not marked as harmful in Akka.NET, but nobody untrusted is to end an actor by it.</summary>
    private static bool IsHarmful(object message) => message is IPossiblyHarmful or Kill;

    private static string PathOf(ActorSelectionMessage selection) => "/" + string.Join("/", selection.Elements.Select(e => e.ToString()));

    private IInternalActorRef Resolve(ReadOnlySpan<byte> utf8)
    {
        if (_refs.Find(utf8) is { } known)
        {
            if (!known.IsTerminated)
                return known;
            _refs.Forget(utf8);
        }

        var resolved = _provider.ResolveActorRefWithLocalAddress(Encoding.UTF8.GetString(utf8), remoting.DefaultAddress);

        // Only what stays the same is worth keeping: an actor, or a reference to a remote one; not the sender of an Ask, nor
        // the stand-in for an actor that does not exist yet.
        if (resolved is ActorRefWithCell or RemoteActorRef)
            _refs.Store(utf8, resolved);
        return resolved;
    }

    private string ManifestOf(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
            return "";
        if (_manifests.Find(utf8) is { } known)
            return known;
        var manifest = Encoding.UTF8.GetString(utf8);
        _manifests.Store(utf8, manifest);
        return manifest;
    }
}
