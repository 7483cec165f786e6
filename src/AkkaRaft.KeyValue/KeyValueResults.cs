namespace AkkaRaft.KeyValue;

/// <summary>A key with its value and metadata.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">The value.</param>
/// <param name="Revision">The revision, which is the log index, of the command that set the value.</param>
/// <param name="CreateRevision">The revision of the command that created the key.</param>
/// <param name="Version">How many times the key was set since it was created.</param>
/// <param name="Lease">The lease that the key is attached to, or 0.</param>
public sealed record KeyEntry(string Key, ValueBytes Value, long Revision, long CreateRevision, long Version, long Lease);

/// <summary>The result of setting or deleting a key.</summary>
/// <param name="Revision">The revision of the command.</param>
/// <param name="Existed">Whether the key had a value before.</param>
/// <param name="LeaseMissing">Whether nothing was written, as the lease does not exist.</param>
public sealed record KeyWritten(long Revision, bool Existed, bool LeaseMissing = false) : IKeyValueMessage;

/// <summary>The result of a compare-and-set.</summary>
/// <param name="Revision">The revision of the command.</param>
/// <param name="Succeeded">Whether the key was as expected, and so was written or removed.</param>
/// <param name="Current">The current entry where the key was not as expected; null if the key does not exist.</param>
/// <param name="LeaseMissing">Whether nothing was written, as the lease does not exist.</param>
public sealed record KeyCompared(long Revision, bool Succeeded, KeyEntry? Current = null, bool LeaseMissing = false) : IKeyValueMessage;

/// <summary>A page of keys.</summary>
/// <param name="Items">Entries in ordinal order of their keys.</param>
/// <param name="More">Whether there are keys after the last of these.</param>
/// <param name="Revision">
/// The revision that the page was read at. A watch from the next revision on misses no change that is not in the page.
/// </param>
public sealed record KeysListed(IReadOnlyList<KeyEntry> Items, bool More, long Revision = 0) : IKeyValueMessage;

/// <summary>The kinds of changes of a key.</summary>
public enum KeyEventKind
{
    /// <summary>The key was set.</summary>
    Set = 1,

    /// <summary>The key was deleted.</summary>
    Deleted = 2,

    /// <summary>The key was removed with its lease, which expired or was revoked.</summary>
    Expired = 3,
}

/// <summary>A change of a key.</summary>
/// <param name="Kind">The kind of change.</param>
/// <param name="Entry">
/// The key's new entry. Where the key was removed, the revision is that of the removal, the value is empty and the version is 0.
/// </param>
public sealed record KeyEvent(KeyEventKind Kind, KeyEntry Entry)
{
    /// <summary>The key.</summary>
    public string Key => Entry.Key;

    /// <summary>The new value; empty where the key was removed.</summary>
    public ValueBytes Value => Entry.Value;

    /// <summary>The revision of the change; several events may have the same.</summary>
    public long Revision => Entry.Revision;
}

/// <summary>The result of granting a lease.</summary>
/// <param name="Id">The lease's id, or 0 where the requested id was in use and nothing was granted.</param>
/// <param name="TimeToLive">The time to live that is granted.</param>
public sealed record LeaseGranted(long Id, TimeSpan TimeToLive) : IKeyValueMessage;

/// <summary>The result of revoking a lease.</summary>
/// <param name="Found">Whether the lease existed.</param>
/// <param name="RemovedKeys">How many keys were removed with it.</param>
public sealed record LeaseRevoked(bool Found, int RemovedKeys) : IKeyValueMessage;

/// <summary>The state of a lease.</summary>
/// <param name="Found">Whether the lease exists.</param>
/// <param name="TimeToLive">The time to live that was granted.</param>
/// <param name="Remaining">How much of the time to live is left.</param>
/// <param name="Keys">How many keys are attached to the lease.</param>
public sealed record LeaseRead(bool Found, TimeSpan TimeToLive, TimeSpan Remaining, int Keys) : IKeyValueMessage;
