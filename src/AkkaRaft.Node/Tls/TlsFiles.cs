namespace AkkaRaft.Node.Tls;

/// <summary>The PEM files of a node's or a client's certificates.</summary>
/// <param name="Ca">The certificates of the peers' CAs; more than one while a CA is replaced.</param>
/// <param name="Certificate">The own certificate, or null for a client that has none.</param>
/// <param name="Key">The key of the own certificate, or null without one.</param>
/// <param name="ValidateHostName">Whether a peer's certificate must be for the host by which it is reached.</param>
internal sealed record TlsFiles(TlsFile Ca, TlsFile? Certificate, TlsFile? Key, bool ValidateHostName);

/// <summary>A file, and the key or the option that names it.</summary>
/// <param name="Name">The key in a configuration file, or the option of a command.</param>
/// <param name="Path">The file's path, absolute or from the current folder.</param>
internal sealed record TlsFile(string Name, string Path);

/// <summary>A file with a certificate or a key cannot be used.</summary>
/// <param name="file">The file, and by what it is named.</param>
/// <param name="problem">What is wrong with it.</param>
/// <param name="expected">What would be right.</param>
/// <param name="cause">The error met while reading it, if any.</param>
internal sealed class TlsFileException(TlsFile file, string problem, string expected, Exception? cause = null)
    : Exception($"{file.Name} is '{file.Path}', {problem}, but {expected}.", cause)
{
    /// <summary>The file.</summary>
    public TlsFile File { get; } = file;
}
