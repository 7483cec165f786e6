using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Remote;
using Akka.Remote.Serialization.Proto.Msg;
using Akka.Serialization;
using Google.Protobuf;

namespace Engine.Tests.Remote;

/// <summary>The messages of the system itself: their serializers, manifests and bytes.</summary>
public class RemoteSerializersTests : IAsyncLifetime
{
    private RemoteNode _node = null!;
    private IActorRef _echo = null!;

    private string EchoPath => _echo.Path.ToSerializationFormatWithAddress(_node.Address);

    public Task InitializeAsync()
    {
        _node = RemoteNode.Start("node");
        _echo = _node.Echo();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public void Messages_without_contents_are_their_manifest()
    {
        AssertWire(PoisonPill.Instance, 16, "PP", []);
        AssertWire(Kill.Instance, 16, "K", []);
        AssertWire(RemoteWatcher.Heartbeat.Instance, 16, "RWHB", []);
    }

    [Fact]
    public void Primitives_have_the_legacy_manifests()
    {
        AssertWire("hé", 17, "System.String, System.Private.CoreLib", [0x68, 0xC3, 0xA9]);
        AssertWire(-2, 17, "System.Int32, System.Private.CoreLib", [0xFE, 0xFF, 0xFF, 0xFF]);
        AssertWire(1L << 40, 17, "System.Int64, System.Private.CoreLib", [0, 0, 0, 0, 0, 1, 0, 0]);
    }

    [Theory]
    [InlineData("S")]
    [InlineData("System.String, mscorlib")]
    public void Primitives_are_read_under_every_manifest_they_ever_had(string manifest) =>
        Assert.Equal("ab", _node.System.Serialization.Deserialize("ab"u8.ToArray(), 17, manifest));

    [Fact]
    public void An_actor_reference_is_its_whole_path()
    {
        AssertWire(_echo, 16, "AR", new ActorRefData { Path = EchoPath }.ToByteArray());
        Assert.Same(_echo, RoundTrip(_echo));
        Assert.StartsWith($"akka.tcp://node@127.0.0.1:{_node.Port}/user/echo#", EchoPath);
    }

    [Fact]
    public void A_heartbeats_answer_carries_the_uid()
    {
        AssertWire(new RemoteWatcher.HeartbeatRsp(5), 16, "RWHR", [0x08, 0x05]);
        Assert.Equal(int.MaxValue, ((RemoteWatcher.HeartbeatRsp)RoundTrip(new RemoteWatcher.HeartbeatRsp(int.MaxValue))).AddressUid);
    }

    [Fact]
    public void Identify_and_its_answer_carry_any_message_id()
    {
        foreach (var id in new object?[] { "id", 50, 50L, null })
        {
            var identify = (Akka.Actor.Identify)RoundTrip(new Akka.Actor.Identify(id!));
            Assert.Equal(id, identify.MessageId);
            var identity = (Akka.Actor.ActorIdentity)RoundTrip(new Akka.Actor.ActorIdentity(id!, _echo));
            Assert.Equal((id, _echo), (identity.MessageId, identity.Subject));
        }

        Assert.Null(((Akka.Actor.ActorIdentity)RoundTrip(new Akka.Actor.ActorIdentity("id", null))).Subject);
        AssertWire(new Akka.Actor.Identify("id"), 16, "ID", new Akka.Remote.Serialization.Proto.Msg.Identify
        {
            MessageId = new Payload
            {
                Message = ByteString.CopyFromUtf8("id"),
                SerializerId = 17,
                MessageManifest = ByteString.CopyFromUtf8("System.String, System.Private.CoreLib"),
            },
        }.ToByteArray());
    }

    [Fact]
    public void Success_and_failure_are_carried_with_what_they_hold()
    {
        Assert.Equal("done", ((Status.Success)RoundTrip(new Status.Success("done"))).Status);
        Assert.Null(((Status.Success)RoundTrip(new Status.Success(null!))).Status);

        var failure = (Status.Failure)RoundTrip(
            new Status.Failure(new InvalidOperationException("outer", new ArgumentException("inner")), "state"));
        Assert.Equal("outer", Assert.IsType<InvalidOperationException>(failure.Cause).Message);
        Assert.Equal("inner", Assert.IsType<ArgumentException>(failure.Cause.InnerException).Message);
        Assert.Equal("state", failure.State);
    }

    [Fact]
    public void A_failure_builds_no_type_but_an_exception()
    {
        var bytes = new StatusFailure { Cause = new ExceptionData { TypeName = "System.Text.StringBuilder", Message = "x" } }.ToByteArray();

        var failure = (Status.Failure)_node.System.Serialization.Deserialize(bytes, 16, "STF");

        Assert.Contains("System.Text.StringBuilder: x", failure.Cause.Message);
    }

    [Fact]
    public void A_selection_carries_its_way_and_its_message()
    {
        var selection = new ActorSelectionMessage(
            "hello", [new SelectChildName("user"), new SelectChildPattern("e*"), new SelectParent(), SelectChildRecursive.Instance]);

        var (bytes, id, manifest) = Write(selection);
        var envelope = SelectionEnvelope.Parser.ParseFrom(bytes);
        var read = (ActorSelectionMessage)RoundTrip(selection);

        Assert.Equal((6, ""), (id, manifest));
        Assert.Equal(17, envelope.Payload.SerializerId);
        Assert.Equal(
            [(Selection.Types.PatternType.ChildName, "user"), (Selection.Types.PatternType.ChildPattern, "e*"),
                (Selection.Types.PatternType.Parent, ""), (Selection.Types.PatternType.ChildPattern, "**")],
            envelope.Pattern.Select(p => (p.Type, p.Matcher)));
        Assert.Equal("hello", read.Message);
        Assert.Equal(selection.Elements, read.Elements);
    }

    [Fact]
    public void System_messages_are_known_by_their_type()
    {
        var echo = (IInternalActorRef)_echo;
        var reference = new ActorRefData { Path = EchoPath };
        AssertWire(new Watch(echo, echo), 22, "Akka.Dispatch.SysMsg.Watch, Akka",
            new WatchData { Watchee = reference, Watcher = reference }.ToByteArray());
        AssertWire(new DeathWatchNotification(echo, true, false), 22, "Akka.Dispatch.SysMsg.DeathWatchNotification, Akka",
            new DeathWatchNotificationData { Actor = reference, ExistenceConfirmed = true }.ToByteArray());

        var unwatch = (Unwatch)RoundTrip(new Unwatch(echo, echo));
        Assert.Same(_echo, unwatch.Watchee);
        var failed = (Failed)RoundTrip(new Failed(echo, new InvalidOperationException("no"), 17));
        Assert.Equal((17L, "no"), (failed.Uid, failed.Cause.Message));
        Assert.Equal("again", ((Recreate)RoundTrip(new Recreate(new InvalidOperationException("again")))).Cause!.Message);
        Assert.Null(((Resume)RoundTrip(new Resume(null!))).CausedByFailure);
        Assert.True(((Supervise)RoundTrip(new Supervise(echo, true))).Async);
        Assert.IsType<Suspend>(RoundTrip(new Suspend()));
        Assert.IsType<Terminate>(RoundTrip(new Terminate()));
    }

    [Fact]
    public void Messages_of_protoc_are_carried_as_they_are()
    {
        var message = new Google.Protobuf.WellKnownTypes.StringValue { Value = "hello" };

        AssertWire(message, 2, "Google.Protobuf.WellKnownTypes.StringValue, Google.Protobuf", message.ToByteArray());
        Assert.Equal(message, RoundTrip(message));
    }

    [Fact]
    public void A_manifest_that_nobody_knows_is_refused()
    {
        foreach (var id in new[] { 16, 17 })
        {
            Assert.Throws<System.Runtime.Serialization.SerializationException>(
                () => _node.System.Serialization.Deserialize([], id, "nobody knows"));
        }

        Assert.ThrowsAny<Exception>(() => _node.System.Serialization.Deserialize([], 22, "System.String"));
        Assert.ThrowsAny<Exception>(() => _node.System.Serialization.Deserialize([], 2, "System.String"));
    }

    private void AssertWire(object message, int id, string manifest, byte[] bytes)
    {
        var written = Write(message);
        Assert.Equal((id, manifest), (written.Id, written.Manifest));
        Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(written.Bytes));
    }

    private object RoundTrip(object message)
    {
        var (bytes, id, manifest) = Write(message);
        return _node.System.Serialization.Deserialize(bytes, id, manifest);
    }

    private (byte[] Bytes, int Id, string Manifest) Write(object message)
    {
        var serializer = _node.System.Serialization.FindSerializerFor(message);
        return (_node.System.Serialization.Serialize(message), serializer.Identifier, Serialization.ManifestFor(serializer, message));
    }
}
