using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Remote.Serialization.Proto.Msg;
using Akka.Serialization;
using Akka.Util;
using Google.Protobuf;

namespace Akka.Remote.Serialization;

/// <summary>Carries what is sent through an <see cref="ActorSelection"/>, with the way it has to take.</summary>
public class MessageContainerSerializer : Serializer
{
    private const string AnyDepth = "**";

    public MessageContainerSerializer(ExtendedActorSystem system)
        : base(system)
    {
    }

    public override bool IncludeManifest => false;

    public override byte[] ToBinary(object obj)
    {
        if (obj is not ActorSelectionMessage selection)
            throw new ArgumentException($"Cannot serialize object of type [{obj.GetType().TypeQualifiedName()}]");
        var envelope = new SelectionEnvelope { Payload = PayloadSupport.ToProto(system, selection.Message) };
        envelope.Pattern.AddRange(selection.Elements.Select(ToProto));
        return envelope.ToByteArray();
    }

    public override object FromBinary(byte[] bytes, Type type)
    {
        var envelope = SelectionEnvelope.Parser.ParseFrom(bytes);
        var message = PayloadSupport.FromProto(system, envelope.Payload)
            ?? throw new SerializationException("A selection without a message.");
        return new ActorSelectionMessage(message, [.. envelope.Pattern.Select(FromProto)]);
    }

    private static Selection ToProto(SelectionPathElement element) => element switch
    {
        SelectChildName child => new Selection { Type = Selection.Types.PatternType.ChildName, Matcher = child.Name },
        SelectChildPattern pattern => new Selection { Type = Selection.Types.PatternType.ChildPattern, Matcher = pattern.PatternStr },
        SelectChildRecursive => new Selection { Type = Selection.Types.PatternType.ChildPattern, Matcher = AnyDepth },
        SelectParent => new Selection { Type = Selection.Types.PatternType.Parent },
        _ => throw new ArgumentException($"Cannot serialize a selection with an element of type [{element.GetType()}]"),
    };

    private static SelectionPathElement FromProto(Selection selection) => selection.Type switch
    {
        Selection.Types.PatternType.ChildName => new SelectChildName(selection.Matcher),
        Selection.Types.PatternType.ChildPattern when selection.Matcher == AnyDepth => SelectChildRecursive.Instance,
        Selection.Types.PatternType.ChildPattern => new SelectChildPattern(selection.Matcher),
        Selection.Types.PatternType.Parent => new SelectParent(),
        _ => throw new SerializationException($"A selection with an element of the unknown kind [{selection.Type}]."),
    };
}
