namespace AkkaRaft.KeyValue;

/// <summary>Which values members of earlier versions can store.</summary>
internal static class KeyValueVersions
{
    /// <summary>The largest command up to the second version, with that version's default settings.</summary>
    private const int FormerLimitBytes = 64 * 1024;

    /// <summary>
    /// Whether values need the third version. Members up to the second version read values as text, and their frames hold small values
    /// only.
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
