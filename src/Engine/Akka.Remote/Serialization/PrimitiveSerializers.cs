using System.Buffers.Binary;
using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;
using Akka.Util;

namespace Akka.Remote.Serialization;

/// <summary>Strings and integers, as UTF-8 and little-endian.</summary>
public sealed class PrimitiveSerializers : SerializerWithStringManifest
{
    private const string StringManifest = "S";
    private const string Int32Manifest = "I";
    private const string Int64Manifest = "L";

    /// <summary>The type names that nodes before 1.5 send and understand, with .NET's assembly and with .NET Framework's.</summary>
    private const string LegacyString = "System.String, ";
    private const string LegacyInt32 = "System.Int32, ";
    private const string LegacyInt64 = "System.Int64, ";
    private const string CoreLibrary = "System.Private.CoreLib";

    private readonly bool _legacy;

    public PrimitiveSerializers(ExtendedActorSystem system, Config config)
        : base(system)
    {
        _legacy = config.GetBoolean("use-legacy-behavior");
    }

    public override string Manifest(object o) => o switch
    {
        string => _legacy ? LegacyString + CoreLibrary : StringManifest,
        int => _legacy ? LegacyInt32 + CoreLibrary : Int32Manifest,
        long => _legacy ? LegacyInt64 + CoreLibrary : Int64Manifest,
        _ => throw Unknown(o),
    };

    public override byte[] ToBinary(object obj)
    {
        switch (obj)
        {
            case string text:
                return Encoding.UTF8.GetBytes(text);
            case int number:
                var four = new byte[4];
                BinaryPrimitives.WriteInt32LittleEndian(four, number);
                return four;
            case long number:
                var eight = new byte[8];
                BinaryPrimitives.WriteInt64LittleEndian(eight, number);
                return eight;
            default:
                throw Unknown(obj);
        }
    }

    public override object FromBinary(byte[] bytes, string manifest)
    {
        if (Names(manifest, StringManifest, LegacyString))
            return Encoding.UTF8.GetString(bytes);
        if (Names(manifest, Int32Manifest, LegacyInt32))
            return BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (Names(manifest, Int64Manifest, LegacyInt64))
            return BinaryPrimitives.ReadInt64LittleEndian(bytes);
        throw new SerializationException($"Unimplemented deserialization of message with manifest [{manifest}] in [{GetType()}]");
    }

    private static bool Names(string manifest, string name, string legacy) =>
        manifest == name || manifest.StartsWith(legacy, StringComparison.Ordinal);

    private static ArgumentException Unknown(object o) => new($"Cannot serialize object of type [{o.GetType().TypeQualifiedName()}]");
}
