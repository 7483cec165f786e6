using System.Runtime.Serialization;
using Akka.Actor;
using AkkaRaft.Serialization;

namespace AkkaRaft.Specs;

/// <summary>
/// Users' commands, queries and results. Akka's JSON serializer, the fallback for types without one of their own, brings a text that looks like
/// a date back as a date, and builds the type that its bytes name.
/// </summary>
public sealed class PayloadCodecSpec : IDisposable
{
    private readonly ActorSystem _system = ActorSystem.Create("payload-codec-spec", Raft.DefaultConfig);

    public void Dispose() => _system.Terminate().Wait(TimeSpan.FromSeconds(30));

    [Theory]
    [InlineData("2026-11-28T00:00:00Z")]
    [InlineData("/Date(1700000000000)/")]
    [InlineData("{\"$type\":\"System.Object, System.Private.CoreLib\"}")]
    [InlineData("")]
    public void A_text_comes_back_as_it_was(string text)
    {
        var codec = new PayloadCodec(_system, allowJson: false);

        var payload = codec.Encode(text);

        Assert.NotEqual(PayloadCodec.JsonSerializerId, payload.SerializerId);
        Assert.Equal(text, codec.Decode(payload));
    }

    [Fact]
    public void A_type_without_a_serializer_of_its_own_is_refused_both_ways_unless_JSON_is_allowed_knowingly()
    {
        var (closed, open) = (new PayloadCodec(_system, allowJson: false), new PayloadCodec(_system, allowJson: true));
        var payload = open.Encode(new Bare("x"));

        Assert.Equal(PayloadCodec.JsonSerializerId, payload.SerializerId);
        Assert.Equal(new Bare("x"), open.Decode(payload));
        Assert.Contains("allow-json-payloads", Assert.Throws<SerializationException>(() => closed.Encode(new Bare("x"))).Message);
        Assert.Contains("allow-json-payloads", Assert.Throws<SerializationException>(() => closed.Decode(payload)).Message);
    }

    private sealed record Bare(string Text);
}
