namespace AkkaRaft.KeyValue;

/// <summary>Converts the store's messages to their protobuf schema and back.</summary>
internal static class KeyValueSchema
{
    public static Proto.SetKey Write(SetKey set) => new()
    {
        Key = Text(set.Key), Value = set.Value.ToByteString(), Lease = set.Lease,
    };

    public static SetKey Read(Proto.SetKey set) => new(set.Key, ValueBytes.Of(set.Value), set.Lease);

    public static DeleteKey Read(Proto.DeleteKey delete) => new(delete.Key);

    public static Proto.CompareAndSetKey Write(CompareAndSetKey set)
    {
        var proto = new Proto.CompareAndSetKey
        {
            Key = Text(set.Key),
            Value = (set.Value ?? ValueBytes.Empty).ToByteString(),
            Delete = set.Value is null,
            Lease = set.Lease,
        };
        if (set.Expected is { } expected)
        {
            proto.Expected = expected.ToByteString();
        }

        if (set.ExpectedRevision is { } revision)
        {
            proto.ExpectedRevision = revision;
        }

        return proto;
    }

    public static CompareAndSetKey Read(Proto.CompareAndSetKey set) => new(
        set.Key,
        set.HasExpected ? ValueBytes.Of(set.Expected) : null,
        set.Delete ? null : ValueBytes.Of(set.Value),
        set.HasExpectedRevision ? set.ExpectedRevision : null,
        set.Lease);

    public static GetKey Read(Proto.GetKey get) => new(get.Key);

    public static Proto.ListKeys Write(ListKeys list) =>
        new() { After = Text(list.After), Limit = list.Limit, Prefix = Text(list.Prefix) };

    public static ListKeys Read(Proto.ListKeys list) => new(list.After, list.Limit, list.Prefix);

    public static Proto.WatchKeys Write(WatchKeys watch) =>
        new() { Prefix = Text(watch.Prefix), FromRevision = watch.FromRevision, Skip = watch.Skip, Limit = watch.Limit };

    public static WatchKeys Read(Proto.WatchKeys watch) => new(watch.Prefix, watch.FromRevision, watch.Skip, watch.Limit);

    public static GrantLease Read(Proto.GrantLease grant) => new(TimeSpan.FromTicks(grant.TimeToLive), grant.Id);

    public static Proto.KeyWritten Write(KeyWritten written) =>
        new() { Revision = written.Revision, Existed = written.Existed, LeaseMissing = written.LeaseMissing };

    public static KeyWritten Read(Proto.KeyWritten written) => new(written.Revision, written.Existed, written.LeaseMissing);

    public static Proto.KeyCompared Write(KeyCompared compared) => new()
    {
        Revision = compared.Revision,
        Succeeded = compared.Succeeded,
        Current = compared.Current is { } current ? Write(current) : null,
        LeaseMissing = compared.LeaseMissing,
    };

    public static KeyCompared Read(Proto.KeyCompared compared) => new(
        compared.Revision, compared.Succeeded, compared.Current is { } current ? Read(current) : null, compared.LeaseMissing);

    public static Proto.KeyRead Write(KeyRead read) => new()
    {
        Found = read.Found,
        Value = read.Value.ToByteString(),
        Revision = read.Revision,
        CreateRevision = read.CreateRevision,
        Version = read.Version,
        Lease = read.Lease,
    };

    public static KeyRead Read(Proto.KeyRead read) =>
        new(read.Found, ValueBytes.Of(read.Value), read.Revision, read.CreateRevision, read.Version, read.Lease);

    public static Proto.KeysListed Write(KeysListed listed)
    {
        var proto = new Proto.KeysListed { More = listed.More, Revision = listed.Revision };
        proto.Items.AddRange(listed.Items.Select(Write));
        return proto;
    }

    public static KeysListed Read(Proto.KeysListed listed) => new([.. listed.Items.Select(Read)], listed.More, listed.Revision);

    public static Proto.KeysWatched Write(KeysWatched watched)
    {
        var proto = new Proto.KeysWatched
        {
            NextRevision = watched.NextRevision,
            NextSkip = watched.NextSkip,
            CompactedRevision = watched.CompactedRevision,
        };
        proto.Events.AddRange(watched.Events.Select(
            happened => new Proto.KeysWatched.Types.Event { Kind = (int)happened.Kind, Entry = Write(happened.Entry) }));
        return proto;
    }

    public static KeysWatched Read(Proto.KeysWatched watched) => new(
        [.. watched.Events.Select(happened => new KeyEvent((KeyEventKind)happened.Kind, Read(happened.Entry)))],
        watched.NextRevision,
        watched.NextSkip,
        watched.CompactedRevision);

    public static LeaseGranted Read(Proto.LeaseGranted granted) => new(granted.Id, TimeSpan.FromTicks(granted.TimeToLive));

    public static LeaseRenewed Read(Proto.LeaseRenewed renewed) => new(renewed.Found, TimeSpan.FromTicks(renewed.TimeToLive));

    public static LeaseRevoked Read(Proto.LeaseRevoked revoked) => new(revoked.Found, revoked.RemovedKeys);

    public static Proto.LeaseRead Write(LeaseRead read) => new()
    {
        Found = read.Found,
        TimeToLive = read.TimeToLive.Ticks,
        Remaining = read.Remaining.Ticks,
        Keys = read.Keys,
    };

    public static LeaseRead Read(Proto.LeaseRead read) =>
        new(read.Found, TimeSpan.FromTicks(read.TimeToLive), TimeSpan.FromTicks(read.Remaining), read.Keys);

    /// <summary>Checks a key before it is written; protobuf would replace half a surrogate pair by U+FFFD.</summary>
    /// <exception cref="ArgumentException">The key has half a surrogate pair.</exception>
    public static string Text(string key) => KeyValueText.Checked(key, "key");

    private static Proto.Entry Write(KeyEntry entry) => new()
    {
        Key = entry.Key,
        Value = entry.Value.ToByteString(),
        Revision = entry.Revision,
        CreateRevision = entry.CreateRevision,
        Version = entry.Version,
        Lease = entry.Lease,
    };

    private static KeyEntry Read(Proto.Entry entry) =>
        new(entry.Key, ValueBytes.Of(entry.Value), entry.Revision, entry.CreateRevision, entry.Version, entry.Lease);
}
