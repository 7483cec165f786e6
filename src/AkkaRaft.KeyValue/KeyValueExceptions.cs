namespace AkkaRaft.KeyValue;

/// <summary>A request to the store failed, and nothing was written.</summary>
public abstract class KeyValueException : Exception
{
    private protected KeyValueException(string message)
        : base(message)
    {
    }
}

/// <summary>A lease does not exist: it has expired or was revoked, and its keys are removed.</summary>
public sealed class LeaseLostException : KeyValueException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="lease">The lease.</param>
    public LeaseLostException(long lease)
        : base($"There is no lease {lease}: it has expired or was revoked, and its keys went with it.") => Lease = lease;

    /// <summary>The lease.</summary>
    public long Lease { get; }
}

/// <summary>A value was read as text, and its bytes are not UTF-8. Read <see cref="ValueBytes.Memory"/> instead.</summary>
public sealed class ValueNotTextException : KeyValueException
{
    internal ValueNotTextException(int length)
        : base($"The value is no text: its {length} bytes are no UTF-8. Read it as bytes.")
    {
    }
}

/// <summary>
/// A watch cannot continue, as events that it has not reported are compacted. List the keys again, and watch from the revision after that
/// of the list.
/// </summary>
public sealed class WatchCompactedException : KeyValueException
{
    internal WatchCompactedException(string prefix, long revision, long compactedRevision)
        : base($"'{prefix}' cannot be watched from revision {revision} on: events up to revision {compactedRevision} are no longer kept."
            + " List the keys, and watch from the revision behind the list.") =>
        CompactedRevision = compactedRevision;

    /// <summary>Events up to this revision are compacted.</summary>
    public long CompactedRevision { get; }
}
