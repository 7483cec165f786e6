using AkkaRaft.Node.Configuration;
using AkkaRaft.Node.Hosting;

namespace AkkaRaft.EndToEnd.Configuration;

/// <summary>The keys of the program itself, <c>akkaraft</c>, with values that cannot work.</summary>
public sealed class NodeSettingsSpec
{
    [Theory]
    [InlineData("akkaraft.data-directory=", "akkaraft.data-directory is empty", "the path of a folder is expected")]
    [InlineData("akkaraft.data-directry=data", "akkaraft.data-directry is not a setting", "akkaraft.data-directory")]
    [InlineData("akkaraft.tls=ca.pem", "akkaraft.tls is 'ca.pem'", "a section with ca, certificate, key, validate-host-name is expected")]
    [InlineData("akkaraft.tls.certficate=a.pem", "akkaraft.tls.certficate is not a setting", "certificate")]
    [InlineData("akkaraft.tls.ca=ca.pem", "akka.remote.dot-netty.tcp.enable-ssl is off", "it must be on")]
    [InlineData("akka-raft.max-uncommitted-size=16B", "akka-raft.max-uncommitted-size is '16B'", "a size from 1KiB to 1TiB")]
    [InlineData("akka.persistence.journal.sql.connection-string=Data Source=:memory:", "string is 'Data Source=:memory:'", "a file")]
    public void A_value_that_cannot_work_is_refused_with_the_key_the_value_and_what_would_be_right(
        string setting, string found, string expected)
    {
        var message = Assert.Throws<NodeConfigurationException>(() => NodeHost.Load(File(setting))).Message;

        Assert.Contains(found, message);
        Assert.Contains(expected, message);
    }

    [Fact]
    public void A_files_own_keys_are_its_own_business() =>
        NodeHost.Load(File("akkaraft.postgres=Host=db", "akkaraft.ttl=5s", "akkaraft.data-directory=elsewhere"));

    private static NodeConfiguration File(params string[] settings) =>
        NodeConfiguration.Load(Path.Combine(ClusterFiles.HoconFolder, "node1.conf"), settings);
}
