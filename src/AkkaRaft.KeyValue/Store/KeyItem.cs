namespace AkkaRaft.KeyValue;

/// <summary>A key's value and its metadata.</summary>
/// <param name="Value">The value.</param>
/// <param name="CreateRevision">The revision that created the key.</param>
/// <param name="ModRevision">The revision that set the value.</param>
/// <param name="Version">How many times the key was set since it was created; 1 the first time.</param>
/// <param name="Lease">The lease that the key is attached to, or 0.</param>
internal sealed record KeyItem(ValueBytes Value, long CreateRevision, long ModRevision, long Version, long Lease)
{
    public UInt128 HashWith(string key) =>
        new StateHash().Add(key).Add(Value).Add(CreateRevision).Add(ModRevision).Add(Version).Add(Lease).Result;

    public KeyEntry EntryOf(string key) => new(key, Value, ModRevision, CreateRevision, Version, Lease);
}
