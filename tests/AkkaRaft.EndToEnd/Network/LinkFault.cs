namespace AkkaRaft.EndToEnd.Network;

/// <summary>What a network does to the bytes that one node sends another.</summary>
internal enum LinkFaultKind
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Bytes wait until the link heals, as TCP's do that it sends again and again.</summary>
    Cut,

    /// <summary>Bytes vanish and the sender is none the wiser. A connection that has lost some is reset when the link heals.</summary>
    Half,

    /// <summary>Bytes arrive late.</summary>
    Slow,
}

/// <summary>A fault of a link.</summary>
/// <param name="Kind">What happens to the bytes.</param>
/// <param name="Delay">How late they arrive, on a slow link.</param>
internal readonly record struct LinkFault(LinkFaultKind Kind, TimeSpan Delay = default)
{
    public static readonly LinkFault Cut = new(LinkFaultKind.Cut);

    public static readonly LinkFault Half = new(LinkFaultKind.Half);

    public static LinkFault Slow(TimeSpan delay) => new(LinkFaultKind.Slow, delay);

    /// <inheritdoc />
    public override string ToString() =>
        Kind == LinkFaultKind.Slow ? $"slow by {Delay.TotalMilliseconds:0} ms" : Kind.ToString().ToLowerInvariant();
}
