namespace AkkaRaft.Node.KeyValue;

/// <summary>The store could not do what it was asked for; nothing was written.</summary>
public abstract class KeyValueException : Exception
{
    private protected KeyValueException(string message)
        : base(message)
    {
    }
}

/// <summary>There is no such lease, or no longer: it expired or was revoked, and its keys went with it.</summary>
public sealed class LeaseLostException : KeyValueException
{
    internal LeaseLostException(long lease)
        : base($"There is no lease {lease}: it has expired or was revoked, and its keys went with it.") => Lease = lease;

    /// <summary>The lease.</summary>
    public long Lease { get; }
}

/// <summary>A value was read as text, and its bytes are no UTF-8. Read <see cref="ValueBytes.Memory"/>.</summary>
public sealed class ValueNotTextException : KeyValueException
{
    internal ValueNotTextException(int length)
        : base($"The value is no text: its {length} bytes are no UTF-8. Read it as bytes.")
    {
    }
}

/// <summary>
/// A watch cannot go on, as events that it has not seen are no longer kept. List the keys anew, and watch from the revision behind the
/// list.
/// </summary>
public sealed class WatchCompactedException : KeyValueException
{
    internal WatchCompactedException(string prefix, long revision, long compactedRevision)
        : base($"'{prefix}' cannot be watched from revision {revision} on: events up to revision {compactedRevision} are no longer kept."
            + " List the keys, and watch from the revision behind the list.") =>
        CompactedRevision = compactedRevision;

    /// <summary>Events up to this revision are gone.</summary>
    public long CompactedRevision { get; }
}
