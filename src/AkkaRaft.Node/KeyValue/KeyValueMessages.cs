using AkkaRaft.Core;

namespace AkkaRaft.Node.KeyValue;

/// <summary>
/// Anything that the key-value store is asked or answers; all of them have one serializer. Keys are text, and values are bytes.
/// </summary>
public interface IKeyValueMessage;

/// <summary>A key and what it has.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">The value.</param>
/// <param name="Revision">The revision, which is the log index, of the command that set the value.</param>
/// <param name="CreateRevision">The revision of the command that made the key.</param>
/// <param name="Version">How many times the key was set since it was made.</param>
/// <param name="Lease">The lease that the key goes with, or 0.</param>
public sealed record KeyEntry(string Key, ValueBytes Value, long Revision, long CreateRevision, long Version, long Lease);

/// <summary>Command: gives a key a value. Answered with <see cref="KeyWritten"/>.</summary>
/// <param name="Key">The key; not empty.</param>
/// <param name="Value">The value.</param>
/// <param name="Lease">The lease that the key goes with from here on, or 0: it then stays until it is removed.</param>
public sealed record SetKey(string Key, ValueBytes Value, long Lease = 0) : IKeyValueMessage, IVersionedCommand
{
    /// <inheritdoc />
    public int RequiredVersion => KeyValueVersions.NeedThird(Value) ? ProtocolVersion.Third
        : Lease == 0 ? ProtocolVersion.First
        : ProtocolVersion.Second;
}

/// <summary>Command: removes a key. Answered with <see cref="KeyWritten"/>.</summary>
/// <param name="Key">The key.</param>
public sealed record DeleteKey(string Key) : IKeyValueMessage;

/// <summary>
/// Command: gives a key a value, or removes it, if it has what is expected. Answered with <see cref="KeyCompared"/>.
/// </summary>
/// <param name="Key">The key; not empty.</param>
/// <param name="Expected">
/// The value that the key must have; null if it must have none. Not looked at where a revision is expected.
/// </param>
/// <param name="Value">The value that it is to have, or null to remove it.</param>
/// <param name="ExpectedRevision">The revision of the value that the key must have; 0 if it must have none. Null to compare values.</param>
/// <param name="Lease">The lease that the key goes with from here on, or 0.</param>
public sealed record CompareAndSetKey(string Key, ValueBytes? Expected, ValueBytes? Value, long? ExpectedRevision = null, long Lease = 0)
    : IKeyValueMessage, IVersionedCommand
{
    /// <inheritdoc />
    public int RequiredVersion => KeyValueVersions.NeedThird(Expected, Value) ? ProtocolVersion.Third
        : ExpectedRevision is null && Lease == 0 && Value is not null ? ProtocolVersion.First
        : ProtocolVersion.Second;
}

/// <summary>Query: asks for a key's value. Answered with <see cref="KeyRead"/>.</summary>
/// <param name="Key">The key.</param>
public sealed record GetKey(string Key) : IKeyValueMessage;

/// <summary>Query: asks for keys, in order. Answered with <see cref="KeysListed"/>.</summary>
/// <param name="After">Only keys behind this one, so that a long list is read a page at a time; empty for the first page.</param>
/// <param name="Limit">The most keys in the answer.</param>
/// <param name="Prefix">Only keys that begin so; empty for all.</param>
public sealed record ListKeys(string After, int Limit, string Prefix = "") : IKeyValueMessage;

/// <summary>Answers <see cref="SetKey"/> and <see cref="DeleteKey"/>.</summary>
/// <param name="Revision">The log index of the command.</param>
/// <param name="Existed">Whether the key had a value before.</param>
/// <param name="LeaseMissing">Whether nothing was written, as there is no such lease.</param>
public sealed record KeyWritten(long Revision, bool Existed, bool LeaseMissing = false) : IKeyValueMessage;

/// <summary>Answers <see cref="CompareAndSetKey"/>.</summary>
/// <param name="Revision">The log index of the command.</param>
/// <param name="Succeeded">Whether the key had what was expected, and so has the new value or is gone.</param>
/// <param name="Current">What the key has instead when it had not what was expected; null if it is not there.</param>
/// <param name="LeaseMissing">Whether nothing was written, as there is no such lease.</param>
public sealed record KeyCompared(long Revision, bool Succeeded, KeyEntry? Current = null, bool LeaseMissing = false) : IKeyValueMessage;

/// <summary>Answers <see cref="GetKey"/>.</summary>
/// <param name="Found">Whether the key has a value.</param>
/// <param name="Value">The value; empty when there is none.</param>
/// <param name="Revision">The log index of the command that set it; 0 when there is none.</param>
/// <param name="CreateRevision">The log index of the command that made the key; 0 when there is none.</param>
/// <param name="Version">How many times the key was set since it was made; 0 when it is not there.</param>
/// <param name="Lease">The lease that the key goes with, or 0.</param>
public sealed record KeyRead(bool Found, ValueBytes Value, long Revision, long CreateRevision = 0, long Version = 0, long Lease = 0)
    : IKeyValueMessage;

/// <summary>Answers <see cref="ListKeys"/>.</summary>
/// <param name="Items">Entries in ordinal order of their keys.</param>
/// <param name="More">Whether there are keys behind the last of these.</param>
/// <param name="Revision">
/// The revision that the answer was read at: who watches from the next one on misses nothing that is not in it.
/// </param>
public sealed record KeysListed(IReadOnlyList<KeyEntry> Items, bool More, long Revision = 0) : IKeyValueMessage;

/// <summary>Answers a command that the store does not know, and changes nothing.</summary>
/// <param name="Why">What is wrong with it.</param>
public sealed record CommandRefused(string Why) : IKeyValueMessage;
