using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;
using Google.Protobuf;

namespace AkkaRaft.Node.KeyValue;

/// <summary>
/// Writes the key-value store's messages as protobuf. Commands stay in journals for years, so fields are only ever added.
/// </summary>
public sealed class KeyValueSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private const string SetManifest = "s";
    private const string DeleteManifest = "d";
    private const string CompareAndSetManifest = "c";
    private const string GetManifest = "g";
    private const string ListManifest = "l";
    private const string WrittenManifest = "W";
    private const string ComparedManifest = "C";
    private const string ReadManifest = "R";
    private const string ListedManifest = "L";

    /// <inheritdoc />
    public override int Identifier => 151;

    /// <inheritdoc />
    public override string Manifest(object o) => o switch
    {
        SetKey => SetManifest,
        DeleteKey => DeleteManifest,
        CompareAndSetKey => CompareAndSetManifest,
        GetKey => GetManifest,
        ListKeys => ListManifest,
        KeyWritten => WrittenManifest,
        KeyCompared => ComparedManifest,
        KeyRead => ReadManifest,
        KeysListed => ListedManifest,
        _ => throw new ArgumentException($"{o.GetType()} is no message of the key-value store.", nameof(o)),
    };

    /// <inheritdoc />
    public override byte[] ToBinary(object obj) => (obj switch
    {
        SetKey set => (IMessage)new Proto.SetKey { Key = set.Key, Value = set.Value },
        DeleteKey delete => new Proto.DeleteKey { Key = delete.Key },
        CompareAndSetKey set => ToProto(set),
        GetKey get => new Proto.GetKey { Key = get.Key },
        ListKeys list => new Proto.ListKeys { After = list.After, Limit = list.Limit },
        KeyWritten written => new Proto.KeyWritten { Revision = written.Revision, Existed = written.Existed },
        KeyCompared compared => new Proto.KeyCompared { Revision = compared.Revision, Succeeded = compared.Succeeded },
        KeyRead read => new Proto.KeyRead { Found = read.Found, Value = read.Value, Revision = read.Revision },
        KeysListed listed => ToProto(listed),
        _ => throw new ArgumentException($"{obj.GetType()} is no message of the key-value store.", nameof(obj)),
    }).ToByteArray();

    /// <inheritdoc />
    public override object FromBinary(byte[] bytes, string manifest)
    {
        switch (manifest)
        {
            case SetManifest:
                var set = Proto.SetKey.Parser.ParseFrom(bytes);
                return new SetKey(set.Key, set.Value);
            case DeleteManifest:
                return new DeleteKey(Proto.DeleteKey.Parser.ParseFrom(bytes).Key);
            case CompareAndSetManifest:
                var compare = Proto.CompareAndSetKey.Parser.ParseFrom(bytes);
                return new CompareAndSetKey(compare.Key, compare.HasExpected ? compare.Expected : null, compare.Value);
            case GetManifest:
                return new GetKey(Proto.GetKey.Parser.ParseFrom(bytes).Key);
            case ListManifest:
                var list = Proto.ListKeys.Parser.ParseFrom(bytes);
                return new ListKeys(list.After, list.Limit);
            case WrittenManifest:
                var written = Proto.KeyWritten.Parser.ParseFrom(bytes);
                return new KeyWritten(written.Revision, written.Existed);
            case ComparedManifest:
                var compared = Proto.KeyCompared.Parser.ParseFrom(bytes);
                return new KeyCompared(compared.Revision, compared.Succeeded);
            case ReadManifest:
                var read = Proto.KeyRead.Parser.ParseFrom(bytes);
                return new KeyRead(read.Found, read.Value, read.Revision);
            case ListedManifest:
                var listed = Proto.KeysListed.Parser.ParseFrom(bytes);
                return new KeysListed([.. listed.Items.Select(item => KeyValuePair.Create(item.Key, item.Value))], listed.More);
            default:
                throw new SerializationException(
                    $"The key-value store has no message with the manifest '{manifest}'. It may come from a newer version of the program.");
        }
    }

    private static Proto.CompareAndSetKey ToProto(CompareAndSetKey set)
    {
        var proto = new Proto.CompareAndSetKey { Key = set.Key, Value = set.Value };
        if (set.Expected is { } expected)
        {
            proto.Expected = expected;
        }

        return proto;
    }

    private static Proto.KeysListed ToProto(KeysListed listed)
    {
        var proto = new Proto.KeysListed { More = listed.More };
        proto.Items.AddRange(listed.Items.Select(item => new Proto.KeysListed.Types.Item { Key = item.Key, Value = item.Value }));
        return proto;
    }
}
