using AkkaRaft.EndToEnd.Harness;
using AkkaRaft.Node.Configuration;
using AkkaRaft.Node.Hosting;
using AkkaRaft.Node.Tls;

namespace AkkaRaft.EndToEnd;

/// <summary>Certificate files that cannot be used are named, with what would be right.</summary>
public sealed class TlsFilesTests : IDisposable
{
    private readonly TestAuthority _authority = new("the CA");
    private readonly TestTls _tls;

    public TlsFilesTests()
    {
        _tls = new TestTls(_authority);
        _authority.Issue(_tls.Folder, "expired", expired: true);
        File.WriteAllText(_tls.FileOf("empty"), "");
        File.WriteAllText(_tls.FileOf("broken"), "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n");
        File.WriteAllText(_tls.FileOf("locked"), "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED PRIVATE KEY-----\n");
    }

    public void Dispose()
    {
        _tls.Dispose();
        _authority.Dispose();
    }

    [Theory]
    [InlineData("absent", "node1.pem", "node1.key", "ca", "absent', which is not there", "one CA or more")]
    [InlineData("empty", "node1.pem", "node1.key", "ca", "empty', which has no certificate", "one CA or more")]
    [InlineData("broken", "node1.pem", "node1.key", "ca", "broken', which cannot be read", "one CA or more")]
    [InlineData("ca.pem", "absent", "node1.key", "cert", "absent', which is not there", "with a certificate is expected")]
    [InlineData("ca.pem", "node1.key", "node1.key", "cert", "node1.key', which has no certificate", "with a certificate is expected")]
    [InlineData("ca.pem", "expired.pem", "expired.key", "cert", "expired.pem', a certificate that expired on 2", "valid today")]
    [InlineData("ca.pem", "node1.pem", "absent", "key", "absent', which is not there", "own key, not encrypted")]
    [InlineData("ca.pem", "node1.pem", "node2.key", "key", "which is not the key of the certificate in", "own key, not encrypted")]
    [InlineData("ca.pem", "node1.pem", "empty", "key", "which holds no key that fits", "own key, not encrypted")]
    [InlineData("ca.pem", "node1.pem", "locked", "key", "which is encrypted", "own key, not encrypted")]
    public void A_file_that_cannot_be_used_is_named(string ca, string certificate, string key, string wrong, params string[] words)
    {
        var files = new TlsFiles(Named("ca", ca), Named("cert", certificate), Named("key", key), ValidateHostName: false);

        var refusal = Assert.Throws<TlsFileException>(() => TlsIdentity.Load(files));

        Assert.StartsWith($"{wrong} is '{_tls.Folder}", refusal.Message);
        Assert.All(words, word => Assert.Contains(word, refusal.Message));
        Assert.Single(refusal.Message.Split('\n'));
    }

    [Fact]
    public async Task A_node_whose_key_is_another_s_ends_with_one_line()
    {
        File.Copy(_tls.FileOf("node2.key"), _tls.FileOf("node1.key"), overwrite: true);
        (await CommandLineRun.RunAsync("node", "--config", Write(_tls.Overrides).ConfigFile))
            .AssertRefused(ExitCodes.WrongUse, "node1.conf", "akkaraft.tls.key", "node1.key", "is not the key of the certificate");
    }

    [Fact]
    public void A_node_whose_own_peers_would_refuse_it_does_not_start()
    {
        using var other = new TestAuthority("another CA");
        other.Issue(_tls.Folder, "node1");
        var files = new TlsFiles(Named("ca", "ca.pem"), Named("cert", "node1.pem"), Named("key", "node1.key"), ValidateHostName: true);
        Assert.Contains("of another CA", Assert.Throws<TlsFileException>(() => NodeTls.Load(files, "127.0.0.1")).Message);

        _authority.Issue(_tls.Folder, "node1", host: "elsewhere.example");
        Assert.Contains("for another host name", Assert.Throws<TlsFileException>(() => NodeTls.Load(files, "127.0.0.1")).Message);
        NodeTls.Load(files with { ValidateHostName = false }, "127.0.0.1").Dispose();
    }

    [Theory]
    [InlineData("akka.remote.dot-netty.tcp.enable-ssl = off", "akka.remote.dot-netty.tcp.enable-ssl is off")]
    [InlineData("akkaraft.tls.keys = a", "akkaraft.tls.keys is not a setting")]
    [InlineData("akkaraft.tls.key = \"\"", "akkaraft.tls.key is missing")]
    [InlineData("akkaraft.tls.validate-host-name = maybe", "akkaraft.tls.validate-host-name is 'maybe'")]
    public void A_section_that_makes_no_sense_is_refused(string setting, string refusal)
    {
        var file = NodeConfiguration.Load(Write($"{_tls.Overrides}\n{setting}").ConfigFile);
        Assert.Contains(refusal, Assert.ThrowsAny<Exception>(() => NodeHost.Load(file)).Message);
    }

    [Theory]
    [InlineData("--tls-ca is missing", "--tls-cert", "a", "--tls-key", "a")]
    [InlineData("--tls-key is missing", "--tls-ca", "a", "--tls-cert", "a")]
    [InlineData("--tls-ca is 'no-such.pem', which is not there", "--tls-ca", "no-such.pem")]
    [InlineData("is an address with TLS: give --tls-ca", "--contact", "akka.ssl.tcp://akkaraft@127.0.0.1:4051")]
    [InlineData("is an address without TLS, and --tls-ca is given", "--contact", "akka.tcp://akkaraft@127.0.0.1:4051", "--tls-ca", "a")]
    public async Task Options_that_do_not_go_together_are_refused(string refusal, params string[] options) =>
        (await CommandLineRun.RunAsync(["get", "key", .. options])).AssertRefused(ExitCodes.WrongUse, refusal);

    [Fact]
    public void The_shipped_file_is_of_three_nodes_with_TLS()
    {
        var file = NodeConfiguration.Load(Path.Combine(ClusterFiles.HoconFolder, "tls.conf"), "akka-raft.server-id=node2");
        var (config, settings) = NodeHost.Load(file);
        Assert.All(settings.Members, member => Assert.StartsWith("akka.ssl.tcp://akkaraft@127.0.0.1:405", member.Address));
        Assert.Equal("certificates/node2.key", NodeTls.FilesIn(config)!.Key!.Path);
        Assert.True(NodeTls.IsMutual(config));
    }

    private LocalNode Write(string overrides) =>
        ClusterFiles.Write(_tls.Folder, Ports.Free(1), _tls.Folder, "tls-files", overrides, tls: true)[0];

    private TlsFile Named(string name, string file) => new(name, _tls.FileOf(file));
}
