using System.Runtime.ExceptionServices;
using Akka.Actor;
using Akka.Remote.Serialization.Proto.Msg;
using Akka.Serialization;
using Akka.Util;
using Google.Protobuf;

namespace Akka.Remote.Serialization;

/// <summary>Messages within messages: each is carried with its own serializer's id and manifest.</summary>
internal static class PayloadSupport
{
    public static Payload ToProto(ExtendedActorSystem system, object? message)
    {
        if (message is null)
            return new Payload();
        var serializer = system.Serialization.FindSerializerFor(message);
        return new Payload
        {
            SerializerId = serializer.Identifier,
            MessageManifest = ByteString.CopyFromUtf8(Akka.Serialization.Serialization.ManifestFor(serializer, message)),
            Message = UnsafeByteOperations.UnsafeWrap(serializer.ToBinary(message)),
        };
    }

    public static object? FromProto(ExtendedActorSystem system, Payload? payload) => IsNull(payload)
        ? null
        : system.Serialization.Deserialize(payload!.Message.ToByteArray(), payload.SerializerId, payload.MessageManifest.ToStringUtf8());

    /// <summary>An exception travels as its type, its message and its trace; fields of its own are not sent.</summary>
    public static ExceptionData? ToProto(Exception? exception) => exception is null
        ? null
        : new ExceptionData
        {
            TypeName = exception.GetType().TypeQualifiedName(),
            Message = exception.Message,
            StackTrace = exception.StackTrace ?? "",
            Source = exception.Source ?? "",
            InnerException = ToProto(exception.InnerException),
        };

    public static Exception? FromProto(ExceptionData? data)
    {
        if (data is null || data.TypeName.Length == 0)
            return null;
        var exception = Create(data, FromProto(data.InnerException));
        if (data.StackTrace.Length > 0)
            ExceptionDispatchInfo.SetRemoteStackTrace(exception, data.StackTrace);
        exception.Source = data.Source;
        return exception;
    }

    private static bool IsNull(Payload? payload) =>
        payload is null || (payload.SerializerId == 0 && payload.Message.IsEmpty && payload.MessageManifest.IsEmpty);

    /// <summary>Builds the named type only if it is an exception with one of the usual constructors.</summary>
    private static Exception Create(ExceptionData data, Exception? inner)
    {
        var type = Type.GetType(data.TypeName, throwOnError: false);
        if (type is null || type.IsAbstract || !typeof(Exception).IsAssignableFrom(type))
            return new RemoteFailureException($"{data.TypeName}: {data.Message}", inner);
        if (type.GetConstructor([typeof(string), typeof(Exception)]) is { } full)
            return (Exception)full.Invoke([data.Message, inner]);
        if (type.GetConstructor([typeof(string)]) is { } plain)
            return (Exception)plain.Invoke([data.Message]);
        return new RemoteFailureException($"{data.TypeName}: {data.Message}", inner);
    }
}

/// <summary>Stands in for an exception of a remote system whose type cannot be built here.</summary>
internal sealed class RemoteFailureException(string message, Exception? inner) : AkkaException(message, inner!);
