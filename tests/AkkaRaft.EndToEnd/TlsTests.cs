using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using AkkaRaft.Core;
using AkkaRaft.EndToEnd.Harness;
using AkkaRaft.Node.Hosting;

namespace AkkaRaft.EndToEnd;

/// <summary>Three nodes that speak TLS, and what each of the tests of <see cref="TlsTests"/> needs besides.</summary>
public sealed class TlsCluster : IAsyncLifetime, IDisposable
{
    private readonly TestAuthority _authority = new("the CA");
    private readonly ConcurrentQueue<string> _lines = new();

    public TlsCluster()
    {
        Tls = new TestTls(_authority);
        _authority.Issue(Tls.Folder, "expired", expired: true);
        _authority.Issue(Tls.Folder, "elsewhere", host: "elsewhere.example");
        using var other = new TestAuthority("another CA");
        other.Issue(Tls.Folder, "stranger");
        File.WriteAllText(Tls.FileOf("other-ca.pem"), other.Pem);
        Cluster = TestCluster.Start(new TestClusterOptions { Tls = Tls, Output = (name, line) => _lines.Enqueue($"{name} {line}") });
    }

    internal TestTls Tls { get; }

    internal TestCluster Cluster { get; }

    public Task InitializeAsync() => ClusterChecks.LeaderAsync(Cluster);

    /// <summary>Waits for a line of a node's log that holds all of the words.</summary>
    internal Task LineAsync(params string[] words) => Eventually.IsTrueAsync(
        $"a line with '{string.Join("' and '", words)}'",
        () => Task.FromResult(_lines.Any(line => words.All(word => line.Contains(word, StringComparison.Ordinal)))));

    /// <summary>Whether any node has printed a text.</summary>
    internal bool HasPrinted(string text) => _lines.Any(line => line.Contains(text, StringComparison.OrdinalIgnoreCase));

    public async Task DisposeAsync() => await Cluster.DisposeAsync();

    public void Dispose()
    {
        Tls.Dispose();
        _authority.Dispose();
    }
}

/// <summary>Who may speak to nodes with certificates, and what those who may not are told.</summary>
public sealed class TlsTests(TlsCluster fixture) : IClassFixture<TlsCluster>
{
    private const string Patience = "5";
    private const string AtEase = "50";
    private readonly TlsCluster _fixture = fixture;

    private TestCluster Cluster => _fixture.Cluster;

    private TestTls Tls => _fixture.Tls;

    private string Contact => ContactPoint.ShortName(Cluster.Nodes[0].Contact);

    [Fact]
    public async Task A_client_with_a_certificate_writes_reads_and_asks()
    {
        var written = await RunAsync(["set", "colour", "blue"], Tls.Options(), AtEase);
        Assert.True(written.ExitCode == ExitCodes.Success, written.Error);
        var read = await RunAsync(["get", "colour"], [.. Tls.Options(), "--tls-validate-host-name"], AtEase);
        Assert.Equal("blue\n", read.Output.ReplaceLineEndings("\n"));
        var members = await RunAsync(["member", "list"], [.. Tls.Options(), "--json"], AtEase);
        Assert.Contains("akka.ssl.tcp://akkaraft@127.0.0.1:", members.Output);
    }

    [Fact]
    public async Task A_client_without_a_certificate_is_told_so() =>
        (await RunAsync(["get", "colour"], ["--tls-ca", Tls.FileOf("ca.pem")]))
            .AssertRefused(ExitCodes.Failure, $"{Contact} takes no client without a certificate", "--tls-cert");

    [Fact]
    public async Task A_client_with_a_certificate_of_another_CA_is_told_so() =>
        (await RunAsync(["get", "colour"], Tls.Options("stranger")))
            .AssertRefused(ExitCodes.Failure, $"{Contact} refuses this client's certificate (CN=stranger, signed by CN=another CA)");

    [Fact]
    public async Task A_client_that_believes_another_CA_is_told_so() =>
        (await RunAsync(["get", "colour"], ["--tls-ca", Tls.FileOf("other-ca.pem")]))
            .AssertRefused(ExitCodes.Failure, $"{Contact} shows a certificate of another CA (CN=node1, signed by CN=the CA)");

    [Fact]
    public async Task A_client_in_plaintext_is_told_so_and_its_frames_end_nothing()
    {
        (await RunAsync(["get", "colour"], [])).AssertRefused(ExitCodes.Failure, $"{Contact} speaks TLS", "--tls-ca");
        await _fixture.LineAsync("node1", "Refused a TLS connection from", "it does not speak TLS");
        await AssertLivesAsync();
    }

    [Theory]
    [InlineData("stranger", "shows a certificate of another CA (CN=stranger, signed by CN=another CA)")]
    [InlineData("expired", "shows a certificate that expired on ")]
    [InlineData("elsewhere", "shows a certificate for another host name (CN=elsewhere, for elsewhere.example, not for 127.0.0.1)")]
    public async Task Who_shows_a_wrong_certificate_is_neither_a_node_to_a_client_nor_a_peer_to_a_node(string name, string why)
    {
        using var impostor = new TlsListener(Tls.Certificate(name));
        var run = await CommandLineRun.RunAsync(
            ["get", "colour", "--contact", impostor.Contact, "--timeout", Patience, "--tls-validate-host-name", .. Tls.Options()]);
        run.AssertRefused(ExitCodes.Failure, $"The node at {impostor.Contact} {why}");

        var line = $"Refused a TLS connection to ssl.tcp://akkaraft@{impostor.Contact}: it {why}";
        await Eventually.IsTrueAsync($"the line '{line}'", async () =>
        {
            // The leader makes sure of who is there, and refuses while it does so for another.
            await Assert.ThrowsAnyAsync<RaftRequestException>(() => Cluster.Client.ChangeMembersAsync(
                [new AddMember(new ServerId(name), $"akka.ssl.tcp://akkaraft@{impostor.Contact}", 0, AsLearner: true)]));
            return _fixture.HasPrinted(line);
        });
        Assert.All(Enumerable.Range(0, Cluster.Nodes.Count), node => Assert.True(Cluster.IsRunning(node), Cluster.LastLines(node)));
    }

    [Fact]
    public async Task A_client_goes_on_with_the_nodes_that_it_can_believe()
    {
        using var impostor = new TlsListener(Tls.Certificate("expired"));
        var written = await CommandLineRun.RunAsync(
            ["set", "shape", "round", "--contact", impostor.Contact, Contact, "--timeout", AtEase, .. Tls.Options()]);
        Assert.True(written.ExitCode == ExitCodes.Success, written.Error);
    }

    [Theory]
    [InlineData(null, "shows no certificate")]
    [InlineData("stranger", "shows a certificate of another CA (CN=stranger, signed by CN=another CA)")]
    [InlineData("expired", "shows a certificate that expired on ")]
    public async Task Who_connects_with_a_wrong_certificate_is_refused_in_one_line(string? name, string why)
    {
        using var certificate = name is null ? null : Tls.Certificate(name);
        using var client = new TcpClient();
        await client.ConnectAsync(IPEndPoint.Parse(Contact));
        await using var tls = new SslStream(client.GetStream());
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        try
        {
            await tls.AuthenticateAsClientAsync(AsClient(certificate), deadline.Token);
            Assert.Equal(0, await tls.ReadAsync(new byte[1], deadline.Token));
        }
        catch (Exception refused) when (refused is IOException or AuthenticationException)
        {
            // The refusal is what is wanted.
        }

        await _fixture.LineAsync("node1", "Refused a TLS connection from", $"it {why}");
        Assert.False(_fixture.HasPrinted("RemoteCertificateValidationCallback"), "Akka.Remote's own lines are in the log.");
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("a stranger's protocol")]
    [InlineData("a megabyte of zeros")]
    [InlineData("half a frame")]
    [InlineData("half a greeting")]
    public async Task Nonsense_closes_the_connection_and_the_node_lives(string what)
    {
        var bytes = what == "half a greeting" ? Convert.FromHexString("1603010200010001FC0303") : StrangerTests.Nonsense[what];

        await StrangerTests.SendAndAwaitEndAsync(IPEndPoint.Parse(Contact).Port, bytes, what);

        await AssertLivesAsync();
        Assert.False(_fixture.HasPrinted(Convert.ToHexString(bytes.AsSpan(0, 11))), "What was sent is in the log.");
    }

    [Fact]
    public async Task A_client_with_TLS_is_told_of_a_node_in_plaintext()
    {
        await using var plain = TestCluster.Start(nodes: 1);
        await ClusterChecks.LeaderAsync(plain);
        var contact = ContactPoint.ShortName(plain.Nodes[0].Contact);
        (await CommandLineRun.RunAsync(["get", "colour", "--contact", contact, "--timeout", Patience, .. Tls.Options()]))
            .AssertRefused(ExitCodes.Failure, $"{contact} does not speak TLS", "--tls-ca");
        Assert.True(plain.IsRunning(0), plain.LastLines(0));
    }

    internal static SslClientAuthenticationOptions AsClient(X509Certificate2? certificate) => new()
    {
        TargetHost = "127.0.0.1",
        ClientCertificates = certificate is null ? null : [certificate],
        RemoteCertificateValidationCallback = (_, _, _, _) => true,
    };

    private async Task AssertLivesAsync()
    {
        Assert.True(Cluster.IsRunning(0), Cluster.LastLines(0));
        await Eventually.IsTrueAsync(
            "node1 to answer", async () => await ClusterChecks.TryStatusAsync(Cluster, Cluster.Nodes[0].Contact) is { Down: null });
    }

    private Task<CommandLineRun> RunAsync(string[] words, string[] options, string timeout = Patience) =>
        CommandLineRun.RunAsync([.. words, "--contact", Contact, "--timeout", timeout, .. options]);
}
