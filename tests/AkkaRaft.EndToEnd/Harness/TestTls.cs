using System.Security.Cryptography.X509Certificates;
using AkkaRaft.Node.Tls;

namespace AkkaRaft.EndToEnd.Harness;

/// <summary>The certificates of a cluster that speaks TLS: a CA that all believe, one for each node and one for clients.</summary>
internal sealed class TestTls : IDisposable
{
    private const string Client = "client";
    private readonly TemporaryFolder _folder = new();

    /// <param name="authority">Who signs for all.</param>
    /// <param name="alsoBelieved">CAs that nobody has a certificate of yet.</param>
    public TestTls(TestAuthority authority, params IEnumerable<TestAuthority> alsoBelieved)
    {
        Authority = authority;
        _folder.File("ca.pem", string.Join('\n', [authority.Pem, .. alsoBelieved.Select(other => other.Pem)]));
        foreach (var name in new[] { "node1", "node2", "node3", Client })
        {
            authority.Issue(Folder, name);
        }
    }

    public TestAuthority Authority { get; }

    /// <summary>The folder with <c>ca.pem</c>, and <c>NAME.pem</c> and <c>NAME.key</c> for each.</summary>
    public string Folder => _folder.Path;

    /// <summary>What the nodes' files say of it.</summary>
    public string Overrides =>
        $$"""
        akkaraft.tls {
          ca = "{{Folder}}/ca.pem"
          certificate = "{{Folder}}/"${akka-raft.server-id}".pem"
          key = "{{Folder}}/"${akka-raft.server-id}".key"
          validate-host-name = on
        }
        akka.remote.dot-netty.tcp.enable-ssl = on
        """;

    /// <summary>The options of a command that has a certificate.</summary>
    /// <param name="name">Whose certificate.</param>
    public string[] Options(string name = Client) =>
        ["--tls-ca", FileOf("ca.pem"), "--tls-cert", FileOf($"{name}.pem"), "--tls-key", FileOf($"{name}.key")];

    public string FileOf(string name) => Path.Combine(Folder, name);

    /// <summary>The client's, for a session that it goes with.</summary>
    public TlsIdentity Identity() => TlsIdentity.Load(new TlsFiles(
        new TlsFile("ca", FileOf("ca.pem")), new TlsFile("cert", FileOf("client.pem")), new TlsFile("key", FileOf("client.key")),
        ValidateHostName: true));

    /// <summary>A certificate with its key, fit for a connection that the test makes itself.</summary>
    public X509Certificate2 Certificate(string name)
    {
        using var read = X509Certificate2.CreateFromPemFile(FileOf($"{name}.pem"), FileOf($"{name}.key"));
        return X509CertificateLoader.LoadPkcs12(read.Export(X509ContentType.Pkcs12), password: null);
    }

    public void Dispose() => _folder.Dispose();
}
