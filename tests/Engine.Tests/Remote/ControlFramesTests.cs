using Akka.Actor;
using Akka.Remote.Protocol;
using Akka.Remote.Serialization.Proto.Msg;

namespace Engine.Tests.Remote;

public class ControlFramesTests
{
    [Fact]
    public void Heartbeats_and_farewells_on_the_wire()
    {
        Assert.Equal("04000000" + "12020803", Convert.ToHexStringLower(ControlFrames.Heartbeat));
        Assert.Equal("04000000" + "12020804", Convert.ToHexStringLower(ControlFrames.ShuttingDown));
        Assert.Equal("04000000" + "12020802", Convert.ToHexStringLower(ControlFrames.Disassociate));
        Assert.Equal("04000000" + "12020805", Convert.ToHexStringLower(ControlFrames.Quarantined));
    }

    [Fact]
    public void A_handshake_on_the_wire()
    {
        var frame = ControlFrames.Associate(new Address("akka.tcp", "sys", "127.0.0.1", 4100), 5);

        Assert.Equal(
            "29000000" + "1227" + "0801" + "1223" +
            "0a18" + "0a03737973" + "12093132372e302e302e31" + "188420" + "2203746370" +
            "110500000000000000",
            Convert.ToHexStringLower(frame));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(int.MaxValue)]
    [InlineData(-3)]
    public void A_handshake_is_read_back_as_it_was_written(int uid)
    {
        var origin = new Address("akka.tcp", "sys", "host.example", 65_535);
        var frame = InboundFrame.Parse(ControlFrames.Associate(origin, uid).AsSpan(EnvelopeFrame.LengthPrefix));

        Assert.Equal(new ControlMessage(CommandType.Associate, origin, uid), ControlFrames.Parse(frame.Instruction));
    }

    [Theory]
    [InlineData("0801")]
    [InlineData("08011200")]
    [InlineData("ff")]
    [InlineData("0801120d0a0b0a017312016818ffffff7f")]
    public void A_handshake_without_a_usable_origin_is_refused(string hex) =>
        Assert.Throws<MalformedFrameException>(() => ControlFrames.Parse(Convert.FromHexString(hex)));
}
