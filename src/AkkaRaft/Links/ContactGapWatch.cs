namespace AkkaRaft.Links;

/// <summary>How long a node has not answered, as far as it matters for the association with it.</summary>
internal enum ContactGap
{
    /// <summary>Nothing: it has spoken, or has had too little time to.</summary>
    None,

    /// <summary>The association with it is to be made anew now, if it is established.</summary>
    Long,

    /// <summary>The association is to be made anew now, whatever is known of it.</summary>
    VeryLong,
}

/// <summary>
/// Says when a node that is asked and does not answer is due for a fresh association. Akka.Remote can believe in an association that the
/// other side no longer reads, without an error on either side, so only what comes back counts.
/// </summary>
/// <param name="patience">How long requests may go unanswered; doubled with each time in vain, up to four times.</param>
internal sealed class ContactGapWatch(TimeSpan patience)
{
    private const int MaxFactor = 4;

    private int _factor = 1;
    private TimeSpan _lastAsked;

    /// <summary>When the first request was sent that no answer has followed and no fresh association, or null.</summary>
    private TimeSpan? _since;

    /// <summary>When the first request was sent that no answer has followed, or null.</summary>
    private TimeSpan? _unresponsiveSince;

    /// <summary>
    /// Whether a fresh association brought no answer: the node may well get the requests and answer them to a connection that nobody reads
    /// any more, and is to be told so.
    /// </summary>
    public bool IsUnheard => _factor > 1 && _lastAsked - _since >= patience / 2;

    /// <summary>How long the node has been unresponsive, up to the last request.</summary>
    public TimeSpan UnresponsiveFor => _unresponsiveSince is { } since ? _lastAsked - since : TimeSpan.Zero;

    /// <summary>Notes that the node has spoken.</summary>
    public void Heard()
    {
        _since = _unresponsiveSince = null;
        _factor = 1;
    }

    /// <summary>Notes that the node is asked something now.</summary>
    public ContactGap Asked(TimeSpan now)
    {
        if (now - _lastAsked > patience)
        {
            // Nobody owed an answer while nothing was asked.
            Heard();
        }

        _lastAsked = now;
        _unresponsiveSince ??= now;
        _since ??= now;
        if (now - _since < patience * _factor)
        {
            return ContactGap.None;
        }

        var gap = _factor == MaxFactor ? ContactGap.VeryLong : ContactGap.Long;
        _factor = Math.Min(_factor * 2, MaxFactor);
        _since = now;
        return gap;
    }
}
