using System.Runtime.Serialization;
using Akka.Actor;
using AkkaRaft.Client;
using AkkaRaft.KeyValue;
using AkkaRaft.Node.Hosting;
using AkkaRaft.Serialization;

namespace AkkaRaft.EndToEnd.KeyValue;

/// <summary>The store's messages as bytes: those of journals of the first version are read for ever.</summary>
public sealed class SerializerSpec : IDisposable
{
    private readonly ActorSystem _system = ActorSystem.Create("bytes", KeyValueConfiguration.DefaultConfig);

    private static readonly byte[] NoText = [0xff, 0xfe, 0];

    private static readonly IKeyValueMessage[] All =
    [
        new SetKey("k", "v"), new SetKey("k", "v", 7), new DeleteKey("k"), new CompareAndSetKey("k", null, "v"),
        new CompareAndSetKey("k", "", ""), new CompareAndSetKey("k", "a", null, 5, 6), new CompareAndSetKey("k", null, "v", 0),
        new GetKey("k"), new ListKeys("a", 5), new ListKeys("", 5, "p"), new WatchKeys("p", 5, 6, 7),
        new GrantLease(TimeSpan.FromSeconds(9)),
        new GrantLease(TimeSpan.FromSeconds(9), 77),
        new KeepLeaseAlive(5), new RevokeLease(5), new GetLease(5), new KeyWritten(1, true), new KeyWritten(1, false, true),
        new KeyCompared(1, true), new KeyCompared(1, false, new KeyEntry("k", "v", 1, 2, 3, 4), true), new KeyRead(true, "v", 1, 2, 3, 4),
        new LeaseGranted(1, TimeSpan.FromSeconds(2)), new LeaseRenewed(true, TimeSpan.FromSeconds(2)), new LeaseRevoked(true, 3),
        new LeaseRead(true, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1), 3), new CommandRefused("why"),
        new SetKey("k", NoText), new SetKey("k", NoText, 7), new CompareAndSetKey("k", NoText, "v"), new CompareAndSetKey("k", "v", NoText),
        new CompareAndSetKey("k", null, new byte[70_000]), new KeyRead(true, NoText, 1, 2, 3, 4),
    ];

    public static TheoryData<object> Messages => [.. All];

    [Theory]
    [MemberData(nameof(Messages))]
    public void Each_message_is_read_as_it_was_written(object message)
    {
        var (bytes, manifest) = Write(message);
        Assert.Equal(message, Serializer.FromBinary(bytes, manifest));
    }

    [Fact]
    public void Lists_and_events_are_read_as_they_were_written()
    {
        var entry = new KeyEntry("k", "v", 1, 2, 3, 4);
        var (bytes, manifest) = Write(new KeysListed([entry, entry with { Key = "l" }], true, 9));
        var listed = Assert.IsType<KeysListed>(Serializer.FromBinary(bytes, manifest));
        Assert.Equal([entry, entry with { Key = "l" }], listed.Items);
        Assert.Equal((true, 9), (listed.More, listed.Revision));

        KeyEvent[] events = [new(KeyEventKind.Set, entry), new(KeyEventKind.Expired, entry with { Value = "" })];
        (bytes, manifest) = Write(new KeysWatched(events, 5, 6, 7));
        var watched = Assert.IsType<KeysWatched>(Serializer.FromBinary(bytes, manifest));
        Assert.Equal(events, watched.Events);
        Assert.Equal((5, 6, 7), (watched.NextRevision, watched.NextSkip, watched.CompactedRevision));
    }

    [Theory]
    [InlineData("s", "0A046B657931120676616C756531", "key1", "value1")]
    [InlineData("c", "0A046B657931120161" + "1A0162", "key1", "b")]
    public void Commands_of_the_first_version_are_read(string manifest, string hex, string key, string value)
    {
        var command = Serializer.FromBinary(Convert.FromHexString(hex), manifest);
        Assert.Equal(manifest == "s" ? new SetKey(key, value) : new CompareAndSetKey(key, "a", value), command);
        var (bytes, written) = Write(command);
        Assert.Equal((manifest, hex), (written, Convert.ToHexString(bytes)));
        Assert.Equal(1, Assert.IsAssignableFrom<IVersionedCommand>(command).RequiredVersion);
    }

    [Fact]
    public void What_the_first_version_would_take_for_less_than_it_means_has_a_name_that_it_does_not_know()
    {
        string[] known = ["s", "d", "c"];
        Assert.All(
            All.OfType<IVersionedCommand>(),
            command => Assert.Equal(command.RequiredVersion == 1, known.Contains(Serializer.Manifest(command))));
    }

    [Fact]
    public void What_the_second_version_would_take_for_text_has_a_name_that_it_does_not_know()
    {
        string[] known = ["s", "s2", "d", "c", "c2", "lg", "lk", "lr"];
        Assert.All(
            All.OfType<IVersionedCommand>(),
            command => Assert.Equal(command.RequiredVersion <= 2, known.Contains(Serializer.Manifest(command))));
        Assert.Equal(5, All.OfType<IVersionedCommand>().Count(command => command.RequiredVersion == 3));
    }

    [Fact]
    public void A_key_that_is_no_text_is_refused_and_not_replaced_by_another()
    {
        const string key = "half \ud800 a pair";
        IKeyValueMessage[] messages =
        [
            new SetKey(key, "v"), new DeleteKey(key), new CompareAndSetKey(key, null, "v"), new GetKey(key), new ListKeys("", 1, key),
            new ListKeys(key, 1), new WatchKeys(key, 1, 0, 1),
        ];
        Assert.All(messages, message => Assert.Throws<ArgumentException>(() => Serializer.ToBinary(message)));
        Assert.Throws<ArgumentException>(() => new SetKey("k", key));
    }

    [Fact]
    public void A_request_without_a_command_is_no_command_to_a_server_that_knows_only_those()
    {
        using var system = ActorSystem.Create("server", KeyValueConfiguration.DefaultConfig);
        Assert.Throws<SerializationException>(() => new PayloadCodec(system, allowJson: false).Decode(Payload.None));
        Assert.Throws<SerializationException>(() => new PayloadCodec(system, allowJson: false).Decode(0, "", Array.Empty<byte>()));
    }

    public void Dispose() => _system.Dispose();

    private KeyValueSerializer Serializer => new((ExtendedActorSystem)_system);

    private (byte[] Bytes, string Manifest) Write(object message) => (Serializer.ToBinary(message), Serializer.Manifest(message));
}
