namespace AkkaRaft;

/// <summary>A server cannot be started as it is configured.</summary>
public sealed class RaftConfigurationException : Exception
{
    /// <summary>Says which key is wrong and what would be right.</summary>
    /// <param name="key">The key's full path.</param>
    /// <param name="value">Its value, as it was read.</param>
    /// <param name="expected">What would be right.</param>
    /// <param name="cause">The error met while reading, if any.</param>
    public RaftConfigurationException(string key, string value, string expected, Exception? cause = null)
        : base($"{key} is {value}, but {expected}.", cause) => Key = key;

    /// <summary>The full path of the wrong key.</summary>
    public string Key { get; }
}
