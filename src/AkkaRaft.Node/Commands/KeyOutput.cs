using AkkaRaft.Node.KeyValue;

namespace AkkaRaft.Node.Commands;

/// <summary>How entries and events are printed.</summary>
internal static class KeyOutput
{
    public static object ToJson(KeyEntry entry) => new
    {
        key = entry.Key,
        value = entry.Value,
        revision = entry.Revision,
        createRevision = entry.CreateRevision,
        version = entry.Version,
        lease = entry.Lease,
    };

    public static object ToJson(KeyEvent happened) => happened.Kind == KeyEventKind.Set
        ? new
        {
            revision = happened.Revision,
            kind = NameOf(happened.Kind),
            key = happened.Key,
            value = happened.Value,
            createRevision = happened.Entry.CreateRevision,
            version = happened.Entry.Version,
            lease = happened.Entry.Lease,
        }
        : new { revision = happened.Revision, kind = NameOf(happened.Kind), key = happened.Key };

    public static string ToLine(KeyEvent happened) => happened.Kind == KeyEventKind.Set
        ? $"{happened.Revision} set {happened.Key} = {happened.Value}"
        : $"{happened.Revision} {NameOf(happened.Kind)} {happened.Key}";

    private static string NameOf(KeyEventKind kind) => kind.ToString().ToLowerInvariant();
}
