namespace AkkaRaft.Node.KeyValue;

/// <summary>What a key has.</summary>
/// <param name="Value">The value.</param>
/// <param name="CreateRevision">The revision that made the key.</param>
/// <param name="ModRevision">The revision that set the value.</param>
/// <param name="Version">How many times the key was set since it was made; 1 the first time.</param>
/// <param name="Lease">The lease that the key goes with, or 0.</param>
internal sealed record KeyItem(ValueBytes Value, long CreateRevision, long ModRevision, long Version, long Lease)
{
    public UInt128 HashWith(string key) =>
        new StateHash().Add(key).Add(Value).Add(CreateRevision).Add(ModRevision).Add(Version).Add(Lease).Result;

    public KeyEntry EntryOf(string key) => new(key, Value, ModRevision, CreateRevision, Version, Lease);
}
