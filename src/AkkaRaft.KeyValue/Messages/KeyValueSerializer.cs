using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;
using AkkaRaft.Core;
using Google.Protobuf;

namespace AkkaRaft.KeyValue;

/// <summary>
/// Serializes the key-value store's messages as protobuf. Journals keep commands for years, so the identifier, the manifests and the
/// fields never change; new ones are only added.
/// </summary>
internal sealed class KeyValueSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private static readonly Dictionary<string, Func<byte[], IKeyValueMessage>> Readers = new()
    {
        ["s"] = bytes => KeyValueSchema.Read(Proto.SetKey.Parser.ParseFrom(bytes)),
        ["s2"] = bytes => KeyValueSchema.Read(Proto.SetKey.Parser.ParseFrom(bytes)),
        ["s3"] = bytes => KeyValueSchema.Read(Proto.SetKey.Parser.ParseFrom(bytes)),
        ["d"] = bytes => KeyValueSchema.Read(Proto.DeleteKey.Parser.ParseFrom(bytes)),
        ["c"] = bytes => KeyValueSchema.Read(Proto.CompareAndSetKey.Parser.ParseFrom(bytes)),
        ["c2"] = bytes => KeyValueSchema.Read(Proto.CompareAndSetKey.Parser.ParseFrom(bytes)),
        ["c3"] = bytes => KeyValueSchema.Read(Proto.CompareAndSetKey.Parser.ParseFrom(bytes)),
        ["g"] = bytes => KeyValueSchema.Read(Proto.GetKey.Parser.ParseFrom(bytes)),
        ["l"] = bytes => KeyValueSchema.Read(Proto.ListKeys.Parser.ParseFrom(bytes)),
        ["w"] = bytes => KeyValueSchema.Read(Proto.WatchKeys.Parser.ParseFrom(bytes)),
        ["lg"] = bytes => KeyValueSchema.Read(Proto.GrantLease.Parser.ParseFrom(bytes)),
        ["lk"] = bytes => new KeepLeaseAlive(Proto.LeaseRequest.Parser.ParseFrom(bytes).Id),
        ["lr"] = bytes => new RevokeLease(Proto.LeaseRequest.Parser.ParseFrom(bytes).Id),
        ["lq"] = bytes => new GetLease(Proto.LeaseRequest.Parser.ParseFrom(bytes).Id),
        ["X"] = bytes => new CommandRefused(Proto.CommandRefused.Parser.ParseFrom(bytes).Why),
        ["W"] = bytes => KeyValueSchema.Read(Proto.KeyWritten.Parser.ParseFrom(bytes)),
        ["C"] = bytes => KeyValueSchema.Read(Proto.KeyCompared.Parser.ParseFrom(bytes)),
        ["R"] = bytes => KeyValueSchema.Read(Proto.KeyRead.Parser.ParseFrom(bytes)),
        ["L"] = bytes => KeyValueSchema.Read(Proto.KeysListed.Parser.ParseFrom(bytes)),
        ["E"] = bytes => KeyValueSchema.Read(Proto.KeysWatched.Parser.ParseFrom(bytes)),
        ["LG"] = bytes => KeyValueSchema.Read(Proto.LeaseGranted.Parser.ParseFrom(bytes)),
        ["LK"] = bytes => KeyValueSchema.Read(Proto.LeaseRenewed.Parser.ParseFrom(bytes)),
        ["LR"] = bytes => KeyValueSchema.Read(Proto.LeaseRevoked.Parser.ParseFrom(bytes)),
        ["LQ"] = bytes => KeyValueSchema.Read(Proto.LeaseRead.Parser.ParseFrom(bytes)),
    };

    /// <inheritdoc />
    public override int Identifier => 151;

    /// <inheritdoc />
    public override string Manifest(object o) => o switch
    {
        // Earlier versions ignore the fields that were added since, or read other bytes as text, and would apply another command. A new
        // manifest makes them refuse the command instead.
        SetKey { RequiredVersion: ProtocolVersion.First } => "s",
        SetKey { RequiredVersion: ProtocolVersion.Second } => "s2",
        SetKey => "s3",
        DeleteKey => "d",
        CompareAndSetKey { RequiredVersion: ProtocolVersion.First } => "c",
        CompareAndSetKey { RequiredVersion: ProtocolVersion.Second } => "c2",
        CompareAndSetKey => "c3",
        GetKey => "g",
        ListKeys => "l",
        WatchKeys => "w",
        GrantLease => "lg",
        KeepLeaseAlive => "lk",
        RevokeLease => "lr",
        GetLease => "lq",
        CommandRefused => "X",
        KeyWritten => "W",
        KeyCompared => "C",
        KeyRead => "R",
        KeysListed => "L",
        KeysWatched => "E",
        LeaseGranted => "LG",
        LeaseRenewed => "LK",
        LeaseRevoked => "LR",
        LeaseRead => "LQ",
        _ => throw Unknown(o),
    };

    /// <inheritdoc />
    public override byte[] ToBinary(object obj) => (obj switch
    {
        SetKey set => KeyValueSchema.Write(set) as IMessage,
        DeleteKey delete => new Proto.DeleteKey { Key = KeyValueSchema.Text(delete.Key) },
        CompareAndSetKey set => KeyValueSchema.Write(set) as IMessage,
        GetKey get => new Proto.GetKey { Key = KeyValueSchema.Text(get.Key) },
        ListKeys list => KeyValueSchema.Write(list),
        WatchKeys watch => KeyValueSchema.Write(watch),
        GrantLease grant => new Proto.GrantLease { TimeToLive = grant.TimeToLive.Ticks, Id = grant.Id },
        KeepLeaseAlive keep => new Proto.LeaseRequest { Id = keep.Id },
        RevokeLease revoke => new Proto.LeaseRequest { Id = revoke.Id },
        GetLease get => new Proto.LeaseRequest { Id = get.Id },
        CommandRefused refused => new Proto.CommandRefused { Why = refused.Why },
        KeyWritten written => KeyValueSchema.Write(written),
        KeyCompared compared => KeyValueSchema.Write(compared),
        KeyRead read => KeyValueSchema.Write(read),
        KeysListed listed => KeyValueSchema.Write(listed),
        KeysWatched watched => KeyValueSchema.Write(watched),
        LeaseGranted granted => new Proto.LeaseGranted { Id = granted.Id, TimeToLive = granted.TimeToLive.Ticks },
        LeaseRenewed renewed => new Proto.LeaseRenewed { Found = renewed.Found, TimeToLive = renewed.TimeToLive.Ticks },
        LeaseRevoked revoked => new Proto.LeaseRevoked { Found = revoked.Found, RemovedKeys = revoked.RemovedKeys },
        LeaseRead read => KeyValueSchema.Write(read),
        _ => throw Unknown(obj),
    }).ToByteArray();

    /// <inheritdoc />
    public override object FromBinary(byte[] bytes, string manifest) => Readers.TryGetValue(manifest, out var read)
        ? read(bytes)
        : throw new SerializationException(
            $"The key-value store has no message with the manifest '{manifest}'. It may come from a newer version of the program.");

    private static ArgumentException Unknown(object o) => new($"{o.GetType()} is no message of the key-value store.", nameof(o));
}
