namespace Hocon;

public class ConfigurationException : Exception
{
    public ConfigurationException(string message)
        : base(message)
    {
    }

    public ConfigurationException(string message, Exception? exception)
        : base(message, exception)
    {
    }

    public static ConfigurationException NullOrEmptyConfig<T>(string? path = null) => new(path is null
        ? $"{typeof(T).FullName} needs a configuration that is not null or empty"
        : $"{typeof(T).FullName} needs the configuration section {path}, which is missing or empty");
}
