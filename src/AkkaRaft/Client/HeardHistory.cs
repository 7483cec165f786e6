namespace AkkaRaft.Client;

/// <summary>The name of the cluster's history as a client has heard it: its actor writes it, and any thread reads it.</summary>
internal sealed class HeardHistory
{
    private long _name;

    /// <summary>The latest name; 0 before any was heard.</summary>
    public long Name
    {
        get => Volatile.Read(ref _name);
        set => Volatile.Write(ref _name, value);
    }
}
