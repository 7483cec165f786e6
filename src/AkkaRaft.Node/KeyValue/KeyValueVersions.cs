namespace AkkaRaft.Node.KeyValue;

/// <summary>What members of earlier versions can do with values.</summary>
internal static class KeyValueVersions
{
    /// <summary>The largest command up to the second version, with that version's default settings.</summary>
    private const int FormerLimitBytes = 64 * 1024;

    /// <summary>
    /// Whether members up to the second version would store other values than these, which took all for text, or cannot take them in, as
    /// their frames are small.
    /// </summary>
    public static bool NeedThird(params ReadOnlySpan<ValueBytes?> values)
    {
        long bytes = 0;
        foreach (var value in values)
        {
            bytes += value?.Length ?? 0;
            if (value is { IsText: false })
            {
                return true;
            }
        }

        return bytes > FormerLimitBytes;
    }
}
