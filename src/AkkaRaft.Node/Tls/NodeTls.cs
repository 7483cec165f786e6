using Akka.Configuration;

namespace AkkaRaft.Node.Tls;

/// <summary>The section <c>akkaraft.tls</c> of a node's file.</summary>
internal static class NodeTls
{
    private const string Section = "akkaraft.tls";
    private const string HostNameKey = Section + ".validate-host-name";
    private const string EnableKey = "akka.remote.dot-netty.tcp.enable-ssl";
    private const string MutualKey = "akka.remote.dot-netty.tcp.ssl.require-mutual-authentication";
    private static readonly string[] Known = ["ca", "certificate", "key", "validate-host-name"];

    /// <summary>The node's files, or null where it speaks in plaintext or by what Akka.Remote itself is told about certificates.</summary>
    /// <exception cref="RaftConfigurationException">The section makes no sense.</exception>
    public static TlsFiles? FilesIn(Config config)
    {
        if (config.GetValue(Section) is not { } section)
        {
            return null;
        }

        if (section.GetObject()?.Items is not { } fields)
        {
            throw new RaftConfigurationException(
                Section, $"'{section.GetString()}'", $"a section with {string.Join(", ", Known)} is expected");
        }

        if (fields.Keys.FirstOrDefault(key => !Known.Contains(key)) is { } unknown)
        {
            throw new RaftConfigurationException(
                $"{Section}.{unknown}", "not a setting", $"those of {Section} are {string.Join(", ", Known)}");
        }

        if (!config.GetBoolean(EnableKey))
        {
            throw new RaftConfigurationException(EnableKey, "off", $"with {Section} in the file it must be on");
        }

        return new TlsFiles(FileAt("ca"), FileAt("certificate"), FileAt("key"), SwitchAt(config, HostNameKey, byDefault: false));

        TlsFile FileAt(string key) => config.GetString($"{Section}.{key}") is { Length: > 0 } path
            ? new TlsFile($"{Section}.{key}", path)
            : throw new RaftConfigurationException($"{Section}.{key}", "missing", "the path of a PEM file is expected");
    }

    /// <summary>Whether a peer must show a certificate when it connects.</summary>
    public static bool IsMutual(Config config) => SwitchAt(config, MutualKey, byDefault: true);

    /// <summary>Reads the files of a node.</summary>
    /// <param name="files">Where they are.</param>
    /// <param name="host">Where the node is reached.</param>
    /// <exception cref="TlsFileException">
    /// One cannot be used, or the peers, which have the same CA, would refuse this node's certificate.
    /// </exception>
    public static TlsIdentity Load(TlsFiles files, string? host)
    {
        var identity = TlsIdentity.Load(files);
        var why = CertificateCheck.WhyRefused(identity.Certificate, sent: null, identity, host ?? "")
            ?? CertificateCheck.WhyRefused(identity.Certificate, sent: null, identity, host: null);
        if (why is null)
        {
            return identity;
        }

        identity.Dispose();
        throw new TlsFileException(
            files.Certificate!, $"which {why}", $"one is expected that peers with the CA in '{files.Ca.Path}' take for this node's");
    }

    private static bool SwitchAt(Config config, string key, bool byDefault)
    {
        if (!config.HasPath(key))
        {
            return byDefault;
        }

        return config.GetString(key) switch
        {
            "on" or "true" or "yes" => true,
            "off" or "false" or "no" => false,
            var other => throw new RaftConfigurationException(key, $"'{other}'", "on or off is expected"),
        };
    }
}
