namespace AkkaRaft.Node.Configuration;

/// <summary>A node's configuration cannot be used. The message is one line for whoever wrote the file.</summary>
internal sealed class NodeConfigurationException(string message, Exception? cause = null) : Exception(message, cause);
