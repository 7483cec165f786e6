using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;
using Google.Protobuf;

namespace Akka.Remote.Serialization;

/// <summary>Messages that protoc has generated.</summary>
public class ProtobufSerializer : Serializer
{
    private static readonly ConcurrentDictionary<Type, MessageParser> s_parsers = new();

    public ProtobufSerializer(ExtendedActorSystem system)
        : base(system)
    {
    }

    public override bool IncludeManifest => true;

    public override byte[] ToBinary(object obj) => obj is IMessage message
        ? message.ToByteArray()
        : throw new ArgumentException($"Can't serialize a non-protobuf message using protobuf [{obj.GetType()}]");

    public override object FromBinary(byte[] bytes, Type type) => s_parsers.GetOrAdd(type, ParserOf).ParseFrom(bytes);

    private static MessageParser ParserOf(Type type) =>
        typeof(IMessage).IsAssignableFrom(type)
        && type.GetProperty("Parser", BindingFlags.Public | BindingFlags.Static)?.GetValue(null) is MessageParser parser
            ? parser
            : throw new SerializationException($"[{type}] is not a type that protoc has generated.");
}
