using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Remote.Serialization.Proto.Msg;
using Akka.Serialization;
using Akka.Util;
using Google.Protobuf;
using ActorIdentityData = Akka.Remote.Serialization.Proto.Msg.ActorIdentity;
using IdentifyData = Akka.Remote.Serialization.Proto.Msg.Identify;

namespace Akka.Remote.Serialization;

/// <summary>The small messages of the actor system itself that may cross the network.</summary>
public sealed class MiscMessageSerializer : SerializerWithStringManifest
{
    private const string IdentifyManifest = "ID";
    private const string ActorIdentityManifest = "AID";
    private const string ActorRefManifest = "AR";
    private const string PoisonPillManifest = "PP";
    private const string KillManifest = "K";
    private const string HeartbeatManifest = "RWHB";
    private const string HeartbeatResponseManifest = "RWHR";
    private const string StatusSuccessManifest = "STS";
    private const string StatusFailureManifest = "STF";

    public MiscMessageSerializer(ExtendedActorSystem system)
        : base(system)
    {
    }

    public override string Manifest(object o) => o switch
    {
        Actor.Identify => IdentifyManifest,
        Actor.ActorIdentity => ActorIdentityManifest,
        IActorRef => ActorRefManifest,
        PoisonPill => PoisonPillManifest,
        Kill => KillManifest,
        RemoteWatcher.Heartbeat => HeartbeatManifest,
        RemoteWatcher.HeartbeatRsp => HeartbeatResponseManifest,
        Status.Success => StatusSuccessManifest,
        Status.Failure => StatusFailureManifest,
        _ => throw Unknown(o),
    };

    public override byte[] ToBinary(object obj) => obj switch
    {
        Actor.Identify identify => Identify(identify),
        Actor.ActorIdentity identity => ActorIdentity(identity),
        IActorRef actor => new ActorRefData { Path = Akka.Serialization.Serialization.SerializedActorPath(actor) }.ToByteArray(),
        PoisonPill or Kill or RemoteWatcher.Heartbeat => [],
        RemoteWatcher.HeartbeatRsp response =>
            new RemoteWatcherHeartbeatResponse { Uid = (ulong)(long)response.AddressUid }.ToByteArray(),
        Status.Success success => new StatusSuccess { Status = PayloadSupport.ToProto(system, success.Status) }.ToByteArray(),
        Status.Failure failure => new StatusFailure
        {
            Cause = PayloadSupport.ToProto(failure.Cause),
            State = PayloadSupport.ToProto(system, failure.State),
        }.ToByteArray(),
        _ => throw Unknown(obj),
    };

    public override object FromBinary(byte[] bytes, string manifest)
    {
        switch (manifest)
        {
            case IdentifyManifest:
                return new Actor.Identify(PayloadSupport.FromProto(system, IdentifyData.Parser.ParseFrom(bytes).MessageId)!);
            case ActorIdentityManifest:
                return ActorIdentity(ActorIdentityData.Parser.ParseFrom(bytes));
            case ActorRefManifest:
                return system.Provider.ResolveActorRef(ActorRefData.Parser.ParseFrom(bytes).Path);
            case PoisonPillManifest:
                return PoisonPill.Instance;
            case KillManifest:
                return Kill.Instance;
            case HeartbeatManifest:
                return RemoteWatcher.Heartbeat.Instance;
            case HeartbeatResponseManifest:
                return new RemoteWatcher.HeartbeatRsp((int)RemoteWatcherHeartbeatResponse.Parser.ParseFrom(bytes).Uid);
            case StatusSuccessManifest:
                return new Status.Success(PayloadSupport.FromProto(system, StatusSuccess.Parser.ParseFrom(bytes).Status)!);
            case StatusFailureManifest:
                var failure = StatusFailure.Parser.ParseFrom(bytes);
                return new Status.Failure(PayloadSupport.FromProto(failure.Cause)!, PayloadSupport.FromProto(system, failure.State)!);
            default:
                throw new SerializationException($"Unimplemented deserialization of message with manifest [{manifest}] in [{GetType()}]");
        }
    }

    private byte[] Identify(Actor.Identify identify)
    {
        var proto = new IdentifyData();
        if (identify.MessageId is { } id)
            proto.MessageId = PayloadSupport.ToProto(system, id);
        return proto.ToByteArray();
    }

    private byte[] ActorIdentity(Actor.ActorIdentity identity) => new ActorIdentityData
    {
        CorrelationId = PayloadSupport.ToProto(system, identity.MessageId),
        Path = identity.Subject is null ? "" : Akka.Serialization.Serialization.SerializedActorPath(identity.Subject),
    }.ToByteArray();

    private Actor.ActorIdentity ActorIdentity(ActorIdentityData proto) => new(
        PayloadSupport.FromProto(system, proto.CorrelationId)!,
        proto.Path.Length == 0 ? null! : system.Provider.ResolveActorRef(proto.Path));

    private static ArgumentException Unknown(object o) =>
        new($"Cannot serialize object of type [{o.GetType().TypeQualifiedName()}]");
}
