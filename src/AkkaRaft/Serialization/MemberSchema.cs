using AkkaRaft.Core;
using AkkaRaft.Server;
using Google.Protobuf;

namespace AkkaRaft.Serialization;

/// <summary>Turns probes of servers that are to become members into their schema and back.</summary>
internal static class MemberSchema
{
    public static IMessage Write(MemberProbe probe) => new Proto.MemberProbe { Number = probe.Number };

    public static MemberProbe Read(Proto.MemberProbe probe) => new(probe.Number);

    public static IMessage Write(MemberProbeAnswer answer)
    {
        var result = new Proto.MemberProbeAnswer
        {
            Number = answer.Number,
            ClusterId = answer.ClusterId,
            Server = answer.Server.Value,
            Incarnation = answer.Incarnation,
            Version = answer.Version,
            LastLogIndex = answer.LastLogIndex.Value,
            IsWaiting = answer.IsWaiting,
        };
        if (answer.Down is { } down)
        {
            result.Down = down;
        }

        return result;
    }

    public static MemberProbeAnswer Read(Proto.MemberProbeAnswer answer) =>
        new(answer.Number, answer.ClusterId, new ServerId(answer.Server))
        {
            Incarnation = Checked.Number(answer.Incarnation),
            Version = answer.Version,
            LastLogIndex = Checked.Index(answer.LastLogIndex),
            IsWaiting = answer.IsWaiting,
            Down = answer.HasDown ? answer.Down : null,
        };
}
