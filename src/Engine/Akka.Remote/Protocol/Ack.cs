namespace Akka.Remote.Protocol;

/// <summary>
/// Acknowledges system messages: everything up to <paramref name="CumulativeAck"/> arrived, except what
/// <paramref name="Nacks"/> lists, which is to be sent again.
/// </summary>
internal sealed record Ack(ulong CumulativeAck, ulong[] Nacks)
{
    public static readonly ulong[] NoNacks = [];
}
