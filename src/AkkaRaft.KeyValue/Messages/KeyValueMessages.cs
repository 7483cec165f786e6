using AkkaRaft.Core;

namespace AkkaRaft.KeyValue;

/// <summary>Any command, query or answer of the key-value store. All of them have one serializer.</summary>
internal interface IKeyValueMessage;

/// <summary>Command: sets a key. Answered with <see cref="KeyWritten"/>.</summary>
/// <param name="Key">The key; not empty.</param>
/// <param name="Value">The value.</param>
/// <param name="Lease">The lease that the key is attached to from now on; 0 for none, so that it stays until it is removed.</param>
internal sealed record SetKey(string Key, ValueBytes Value, long Lease = 0) : IKeyValueMessage, IVersionedCommand
{
    /// <inheritdoc />
    public int RequiredVersion => KeyValueVersions.NeedThird(Value) ? ProtocolVersion.Third
        : Lease == 0 ? ProtocolVersion.First
        : ProtocolVersion.Second;
}

/// <summary>Command: deletes a key. Answered with <see cref="KeyWritten"/>.</summary>
/// <param name="Key">The key.</param>
internal sealed record DeleteKey(string Key) : IKeyValueMessage;

/// <summary>
/// Command: sets or deletes a key if it is as expected. Answered with <see cref="KeyCompared"/>.
/// </summary>
/// <param name="Key">The key; not empty.</param>
/// <param name="Expected">The expected value; null if the key must not exist. Ignored where a revision is expected.</param>
/// <param name="Value">The new value, or null to delete the key.</param>
/// <param name="ExpectedRevision">The expected revision; 0 if the key must not exist. Null to compare values.</param>
/// <param name="Lease">The lease that the key is attached to from now on, or 0.</param>
internal sealed record CompareAndSetKey(
    string Key, ValueBytes? Expected, ValueBytes? Value, long? ExpectedRevision = null, long Lease = 0)
    : IKeyValueMessage, IVersionedCommand
{
    /// <inheritdoc />
    public int RequiredVersion => KeyValueVersions.NeedThird(Expected, Value) ? ProtocolVersion.Third
        : ExpectedRevision is null && Lease == 0 && Value is not null ? ProtocolVersion.First
        : ProtocolVersion.Second;
}

/// <summary>Query: reads a key. Answered with <see cref="KeyRead"/>.</summary>
/// <param name="Key">The key.</param>
internal sealed record GetKey(string Key) : IKeyValueMessage;

/// <summary>Query: reads a page of keys, in order. Answered with <see cref="KeysListed"/>.</summary>
/// <param name="After">Only keys after this one; empty for the first page.</param>
/// <param name="Limit">The most keys in the answer.</param>
/// <param name="Prefix">Only keys with this prefix; empty for all.</param>
internal sealed record ListKeys(string After, int Limit, string Prefix = "") : IKeyValueMessage;

/// <summary>Answers <see cref="GetKey"/>.</summary>
/// <param name="Found">Whether the key exists.</param>
/// <param name="Value">The value; empty if the key does not exist.</param>
/// <param name="Revision">The revision of the command that set the value; 0 if the key does not exist.</param>
/// <param name="CreateRevision">The revision of the command that created the key; 0 if the key does not exist.</param>
/// <param name="Version">How many times the key was set since it was created; 0 if it does not exist.</param>
/// <param name="Lease">The lease that the key is attached to, or 0.</param>
internal sealed record KeyRead(bool Found, ValueBytes Value, long Revision, long CreateRevision = 0, long Version = 0, long Lease = 0)
    : IKeyValueMessage;

/// <summary>Answers a command that this version of the store does not have. Nothing is changed.</summary>
/// <param name="Why">What is wrong with the command.</param>
internal sealed record CommandRefused(string Why) : IKeyValueMessage;
