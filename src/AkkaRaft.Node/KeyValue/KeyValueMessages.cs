namespace AkkaRaft.Node.KeyValue;

/// <summary>Anything that the key-value store is asked or answers; all of them have one serializer.</summary>
public interface IKeyValueMessage;

/// <summary>Command: gives a key a value. Answered with <see cref="KeyWritten"/>.</summary>
/// <param name="Key">The key; not empty.</param>
/// <param name="Value">The value.</param>
public sealed record SetKey(string Key, string Value) : IKeyValueMessage;

/// <summary>Command: removes a key. Answered with <see cref="KeyWritten"/>.</summary>
/// <param name="Key">The key.</param>
public sealed record DeleteKey(string Key) : IKeyValueMessage;

/// <summary>Command: gives a key a value if it has the one that is expected. Answered with <see cref="KeyCompared"/>.</summary>
/// <param name="Key">The key; not empty.</param>
/// <param name="Expected">The value that the key must have; null if it must have none.</param>
/// <param name="Value">The value that it is to have.</param>
public sealed record CompareAndSetKey(string Key, string? Expected, string Value) : IKeyValueMessage;

/// <summary>Query: asks for a key's value. Answered with <see cref="KeyRead"/>.</summary>
/// <param name="Key">The key.</param>
public sealed record GetKey(string Key) : IKeyValueMessage;

/// <summary>Query: asks for all keys, in order. Answered with <see cref="KeysListed"/>.</summary>
/// <param name="After">Only keys behind this one, so that a long list is read a page at a time; empty for the first page.</param>
/// <param name="Limit">The most keys in the answer.</param>
public sealed record ListKeys(string After, int Limit) : IKeyValueMessage;

/// <summary>Answers <see cref="SetKey"/> and <see cref="DeleteKey"/>.</summary>
/// <param name="Revision">The log index of the command.</param>
/// <param name="Existed">Whether the key had a value before.</param>
public sealed record KeyWritten(long Revision, bool Existed) : IKeyValueMessage;

/// <summary>Answers <see cref="CompareAndSetKey"/>.</summary>
/// <param name="Revision">The log index of the command.</param>
/// <param name="Succeeded">Whether the key had the expected value, and so has the new one.</param>
public sealed record KeyCompared(long Revision, bool Succeeded) : IKeyValueMessage;

/// <summary>Answers <see cref="GetKey"/>.</summary>
/// <param name="Found">Whether the key has a value.</param>
/// <param name="Value">The value; empty when there is none.</param>
/// <param name="Revision">The log index of the command that set it; 0 when there is none.</param>
public sealed record KeyRead(bool Found, string Value, long Revision) : IKeyValueMessage;

/// <summary>Answers <see cref="ListKeys"/>.</summary>
/// <param name="Items">Keys and values in ordinal order of the keys.</param>
/// <param name="More">Whether there are keys behind the last of these.</param>
public sealed record KeysListed(IReadOnlyList<KeyValuePair<string, string>> Items, bool More) : IKeyValueMessage;
