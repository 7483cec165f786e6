using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Remote.Serialization.Proto.Msg;
using Akka.Serialization;
using Akka.Util;
using Google.Protobuf;

namespace Akka.Remote.Serialization;

/// <summary>The messages by which actor systems watch and supervise each other's actors.</summary>
public sealed class SystemMessageSerializer : Serializer
{
    public SystemMessageSerializer(ExtendedActorSystem system)
        : base(system)
    {
    }

    public override bool IncludeManifest => true;

    public override byte[] ToBinary(object obj) => obj switch
    {
        Watch watch => WatchData(watch.Watchee, watch.Watcher),
        Unwatch unwatch => WatchData(unwatch.Watchee, unwatch.Watcher),
        DeathWatchNotification death => new DeathWatchNotificationData
        {
            Actor = Reference(death.Actor),
            ExistenceConfirmed = death.ExistenceConfirmed,
            AddressTerminated = death.AddressTerminated,
        }.ToByteArray(),
        Create create => new CreateData { Cause = PayloadSupport.ToProto(create.Failure) }.ToByteArray(),
        Recreate recreate => new RecreateData { Cause = PayloadSupport.ToProto(recreate.Cause) }.ToByteArray(),
        Resume resume => new ResumeData { Cause = PayloadSupport.ToProto(resume.CausedByFailure) }.ToByteArray(),
        Supervise supervise => new SuperviseData { Child = Reference(supervise.Child), Async = supervise.Async }.ToByteArray(),
        Failed failed => new FailedData
        {
            Child = Reference(failed.Child),
            Cause = PayloadSupport.ToProto(failed.Cause),
            Uid = (ulong)failed.Uid,
        }.ToByteArray(),
        Suspend or Terminate => [],
        _ => throw new ArgumentException($"Cannot serialize object of type [{obj.GetType().TypeQualifiedName()}]"),
    };

    public override object FromBinary(byte[] bytes, Type type)
    {
        if (type == typeof(Watch))
            return FromWatchData(bytes, static (watchee, watcher) => new Watch(watchee, watcher));
        if (type == typeof(Unwatch))
            return FromWatchData(bytes, static (watchee, watcher) => new Unwatch(watchee, watcher));
        if (type == typeof(DeathWatchNotification))
        {
            var death = DeathWatchNotificationData.Parser.ParseFrom(bytes);
            return new DeathWatchNotification(Resolve(death.Actor), death.ExistenceConfirmed, death.AddressTerminated);
        }

        if (type == typeof(Create))
            return new Create((ActorInitializationException?)PayloadSupport.FromProto(CreateData.Parser.ParseFrom(bytes).Cause));
        if (type == typeof(Recreate))
            return new Recreate(PayloadSupport.FromProto(RecreateData.Parser.ParseFrom(bytes).Cause)!);
        if (type == typeof(Resume))
            return new Resume(PayloadSupport.FromProto(ResumeData.Parser.ParseFrom(bytes).Cause)!);
        if (type == typeof(Supervise))
        {
            var supervise = SuperviseData.Parser.ParseFrom(bytes);
            return new Supervise(Resolve(supervise.Child), supervise.Async);
        }

        if (type == typeof(Failed))
        {
            var failed = FailedData.Parser.ParseFrom(bytes);
            return new Failed(Resolve(failed.Child), PayloadSupport.FromProto(failed.Cause)!, (long)failed.Uid);
        }

        if (type == typeof(Suspend))
            return new Suspend();
        if (type == typeof(Terminate))
            return new Terminate();
        throw new SerializationException($"Unimplemented deserialization of message with manifest [{type.TypeQualifiedName()}]");
    }

    private static byte[] WatchData(IActorRef watchee, IActorRef watcher) =>
        new WatchData { Watchee = Reference(watchee), Watcher = Reference(watcher) }.ToByteArray();

    private T FromWatchData<T>(byte[] bytes, Func<IInternalActorRef, IInternalActorRef, T> create)
    {
        var watch = Proto.Msg.WatchData.Parser.ParseFrom(bytes);
        return create(Resolve(watch.Watchee), Resolve(watch.Watcher));
    }

    private static ActorRefData Reference(IActorRef actor) => new() { Path = Akka.Serialization.Serialization.SerializedActorPath(actor) };

    private IInternalActorRef Resolve(ActorRefData reference) => (IInternalActorRef)system.Provider.ResolveActorRef(reference.Path);
}
