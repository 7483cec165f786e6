using System.Collections.Immutable;
using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Serialization;
using Akka.TestKit.TestActors;

namespace Engine.Tests.Services;

public class SerializationSpec : Akka.TestKit.Xunit2.TestKit
{
    private static readonly string Settings =
        $$"""
        akka.actor {
          serializers.text = "{{typeof(TextSerializer).AssemblyQualifiedName}}"
          serialization-bindings {
            "{{typeof(IText).AssemblyQualifiedName}}" = text
            "System.String" = json
          }
        }
        """;

    public SerializationSpec() : base(Settings)
    {
    }

    private Serialization Serialization => Sys.Serialization;

    [Fact]
    public void The_most_specific_binding_is_used()
    {
        Assert.IsType<NullSerializer>(Serialization.FindSerializerFor(null!));
        Assert.IsType<ByteArraySerializer>(Serialization.FindSerializerFor(new byte[1]));
        Assert.IsType<NewtonSoftJsonSerializer>(Serialization.FindSerializerFor(new object()));
        Assert.IsType<TextSerializer>(Serialization.FindSerializerFor(new Text("x")));
        Assert.Equal(1, Serialization.FindSerializerFor("x").Identifier);
        Assert.Equal(4, Serialization.FindSerializerFor(new byte[1]).Identifier);
    }

    [Fact]
    public void A_string_manifest_leads_back_to_the_type()
    {
        var serializer = Serialization.FindSerializerFor(new Text("hello"));
        var manifest = Serialization.ManifestFor(serializer, new Text("hello"));

        Assert.Equal("T", manifest);
        Assert.Equal(new Text("hello"), Serialization.Deserialize(Serialization.Serialize(new Text("hello")), 101, manifest));
    }

    [Fact]
    public void An_unknown_serializer_or_type_is_refused()
    {
        Assert.Throws<SerializationException>(() => Serialization.Deserialize([], 999, ""));
        Assert.Throws<SerializationException>(() => Serialization.Deserialize([], 1, "No.Such.Type, Nowhere"));
    }

    [Fact]
    public void Json_keeps_what_json_would_lose()
    {
        foreach (var value in new object[] { 1, 2L, 3.5f, 4.5, 5.5m, "six", true, new DateTime(2024, 2, 3, 4, 5, 6, DateTimeKind.Utc) })
        {
            Assert.Equal(new Box(value), RoundTrip(new Box(value)));
            Assert.Equal(value, RoundTrip(value));
        }

        Assert.Equal("""{"$":"I5"}""", Json(5));
        Assert.Equal("""{"$":"F1.5"}""", Json(1.5f));
        Assert.Equal("""{"$":"M2.5"}""", Json(2.5m));
    }

    [Fact]
    public void Json_names_types_without_versions_and_fills_private_setters()
    {
        var json = Json(new Sealed("x", 3));

        Assert.Equal(
            $$$"""{"$id":"1","$type":"{{{typeof(Sealed).FullName}}}, Engine.Tests","Name":"x","Count":{"$":"I3"}}""", json);
        var read = (Sealed)RoundTrip(new Sealed("x", 3));
        Assert.Equal(("x", 3), (read.Name, read.Count));
    }

    [Fact]
    public void Json_sends_an_actor_reference_as_its_path()
    {
        var actor = Sys.ActorOf(BlackHoleActor.Props, "hole");

        Assert.Same(actor, ((Box)RoundTrip(new Box(actor))).Value);
        Assert.Same(actor, RoundTrip(actor));
        Assert.Same(actor, ((Addressed)RoundTrip(new Addressed { Target = actor })).Target);
        Assert.Contains("\"$type\":\"Akka.Actor.ActorRefBase+Surrogate, Akka\"", Json(actor));
        Assert.Contains($"akka://{Sys.Name}/user/hole#", Json(actor));
    }

    [Fact]
    public void Json_reads_dates_within_texts_as_texts()
    {
        var message = new Addressed { Note = "2024-02-03T04:05:06Z" };

        Assert.Equal(message.Note, ((Addressed)((Box)RoundTrip(new Box(message))).Value!).Note);
    }

    [Fact]
    public void Json_carries_the_values_of_actor_systems()
    {
        var address = new Address("akka.tcp", "sys", "127.0.0.1", 8080);
        object[] values = [address, ActorPath.Parse("akka.tcp://sys@127.0.0.1:9000/user/actor"), LocalScope.Instance];

        foreach (var value in values)
        {
            Assert.Equal(value, RoundTrip(value));
            Assert.Equal(value, ((Box)RoundTrip(new Box(value))).Value);
        }

        Assert.IsType<PoisonPill>(RoundTrip(PoisonPill.Instance));
    }

    [Fact]
    public void Paths_are_written_for_the_reader()
    {
        var actor = Sys.ActorOf(BlackHoleActor.Props, "here");
        var seenFromAfar = new Address("akka.tcp", Sys.Name, "127.0.0.1", 2552);

        var path = Serialization.WithTransport(Sys, seenFromAfar, () => Serialization.SerializedActorPath(actor));

        Assert.StartsWith($"akka.tcp://{Sys.Name}@127.0.0.1:2552/user/here#", path);
        Assert.StartsWith($"akka://{Sys.Name}/user/here#", Serialization.SerializedActorPath(actor));
        Assert.Equal(actor, Serialization.DeserializeActorRef(Serialization.SerializedActorPath(actor)));
        Assert.Equal("", Serialization.SerializedActorPath(null!));
        Assert.Throws<InvalidOperationException>(() => Serialization.GetCurrentTransportInformation());
    }

    [Fact]
    public void Serializers_may_come_from_code()
    {
        var setup = SerializationSetup.Create(system => [SerializerDetails.Create(
            "by-code", new TextSerializer(system), ImmutableHashSet.Create(typeof(IText)))]);
        using var system = ActorSystem.Create("code", ActorSystemSetup.Create(setup));

        Assert.IsType<TextSerializer>(system.Serialization.FindSerializerFor(new Text("x")));
    }

    [Fact]
    public void A_configured_identifier_is_taken_from_its_default_owner()
    {
        using var system = ActorSystem.Create("identifiers", ConfigurationFactory.ParseString(
            $$"""
            akka.stdout-loglevel = OFF
            akka.loglevel = OFF
            akka.actor {
              serializers.own = "{{typeof(ConfiguredSerializer).AssemblyQualifiedName}}"
              serialization-bindings."System.Object" = own
              serialization-identifiers."{{typeof(ConfiguredSerializer).AssemblyQualifiedName}}" = 1
            }
            """));

        Assert.IsType<ConfiguredSerializer>(system.Serialization.GetSerializerById(1));
        Assert.IsType<ConfiguredSerializer>(system.Serialization.FindSerializerFor(new object()));
    }

    private string Json(object message) => Encoding.UTF8.GetString(Serialization.FindSerializerForType(typeof(object)).ToBinary(message));

    private object RoundTrip(object message)
    {
        var serializer = Serialization.FindSerializerForType(typeof(object));
        return Serialization.Deserialize(serializer.ToBinary(message), serializer.Identifier, "");
    }

    private interface IText;

    private sealed record Text(string Value) : IText;

    private sealed record Box(object? Value);

    private sealed class Addressed
    {
        public IActorRef? Target { get; set; }

        public string? Note { get; set; }
    }

    private sealed class Sealed
    {
        public Sealed(string name, int count)
        {
            Name = name;
            Count = count;
        }

        private Sealed()
        {
            Name = "";
        }

        public string Name { get; private set; }

        public int Count { get; private set; }
    }

    private class TextSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
    {
        public override int Identifier => 101;

        public override byte[] ToBinary(object obj) => Encoding.UTF8.GetBytes(((Text)obj).Value);

        public override object FromBinary(byte[] bytes, string manifest) =>
            manifest == "T" ? new Text(Encoding.UTF8.GetString(bytes)) : throw new ArgumentException(manifest);

        public override string Manifest(object o) => "T";
    }

    private sealed class ConfiguredSerializer(ExtendedActorSystem system) : Serializer(system)
    {
        public override bool IncludeManifest => false;

        public override byte[] ToBinary(object obj) => [];

        public override object FromBinary(byte[] bytes, Type type) => new();
    }
}
