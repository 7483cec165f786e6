using System.CommandLine;
using System.CommandLine.Parsing;
using AkkaRaft.Node.Hosting;
using AkkaRaft.Node.Tls;

namespace AkkaRaft.Node.Commands;

/// <summary>The options that the commands of a client share.</summary>
internal sealed class ClientOptions
{
    private const string TlsCa = "--tls-ca";
    private const string TlsCertificate = "--tls-cert";
    private const string TlsKey = "--tls-key";
    private const string TlsHostName = "--tls-validate-host-name";
    private const double DefaultTimeoutSeconds = 10;

    private readonly Option<string[]> _contact = new("--contact")
    {
        Description = "A node to start from: host:port, or akka.tcp://system@host:port/user/raft, akka.ssl.tcp with TLS;"
            + $" more than one may be given. Without it: --contact {string.Join(' ', ContactPoint.Defaults)}.",
        HelpName = "NODE ...",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<bool> _json = new("--json") { Description = "Print one JSON object instead of text." };

    private readonly Option<double?> _timeout = Numbers.Option(
        "--timeout", $"How many seconds to try; {DefaultTimeoutSeconds} without it.", 0.001, 3600);

    private readonly Option<string?> _clusterId = new("--cluster-id")
    {
        Description = "The cluster's id; nodes of other clusters are not used. Without it, that of the first node that answers.",
    };

    private readonly Option<string?> _tlsCa = new(TlsCa)
    {
        Description = "Speak TLS, and believe nodes with a certificate of the CA in this PEM file.",
    };

    private readonly Option<string?> _tlsCertificate = new(TlsCertificate) { Description = "The client's own certificate, a PEM file." };

    private readonly Option<string?> _tlsKey = new(TlsKey) { Description = "The key of the client's certificate, a PEM file." };

    private readonly Option<bool> _tlsHostName = new(TlsHostName)
    {
        Description = "Believe a node only if its certificate is for the host by which it is reached.",
    };

    public ClientOptions AddTo(Command command)
    {
        _contact.NotEmpty();
        _tlsCa.NotEmpty();
        _tlsCertificate.NotEmpty();
        _tlsKey.NotEmpty();
        foreach (var option in new Option[] { _contact, _clusterId, _json, _timeout, _tlsCa, _tlsCertificate, _tlsKey, _tlsHostName })
        {
            command.Add(option);
        }

        return this;
    }

    /// <summary>Starts a client of the nodes that the options name.</summary>
    /// <param name="parsed">The command.</param>
    /// <param name="isForOneCommand">Whether the client sends one request only, so that it opens no Raft session.</param>
    /// <exception cref="NodeException">A contact is no address, or options for TLS do not go together.</exception>
    /// <exception cref="TlsFileException">A file cannot be used.</exception>
    public ClientSession StartSession(ParseResult parsed, bool isForOneCommand = true)
    {
        var contacts = Contacts(parsed);
        var identity = FilesIn(parsed) is { } files ? TlsIdentity.Load(files) : null;
        try
        {
            return ClientSession.Start(contacts, Timeout(parsed), identity, parsed.GetValue(_clusterId) ?? "", isForOneCommand);
        }
        catch (ArgumentException failure)
        {
            throw new NodeException($"The contacts cannot be used: {failure.Message}", ExitCodes.WrongUse, failure);
        }
    }

    /// <summary>Where the nodes are reached.</summary>
    /// <exception cref="NodeException">A contact is no address, or one of the other protocol.</exception>
    public IReadOnlyList<string> Contacts(ParseResult parsed) =>
        [.. (parsed.GetValue(_contact) is { Length: > 0 } given ? given : ContactPoint.Defaults)
            .Select(contact => PathOf(parsed, contact)).Distinct()];

    /// <summary>The path of a server whose address was given as an argument.</summary>
    /// <exception cref="NodeException">It is no address, or one of the other protocol.</exception>
    public string PathOf(ParseResult parsed, string contact)
    {
        var tls = parsed.GetValue(_tlsCa) is not null;
        var path = ContactPoint.Parse(contact, tls);
        return ContactPoint.IsTls(path) == tls ? path : throw new NodeException(
            tls ? $"'{contact}' is an address without TLS, and {TlsCa} is given: write akka.ssl.tcp:// or host:port."
                : $"'{contact}' is an address with TLS: give {TlsCa}, {TlsCertificate} and {TlsKey}.",
            ExitCodes.WrongUse);
    }

    public bool Json(ParseResult parsed) => parsed.GetValue(_json);

    /// <summary>Like <see cref="Json(ParseResult)"/>, for validators, which run before the command.</summary>
    public bool Json(CommandResult result) => result.GetValue(_json);

    public TimeSpan Timeout(ParseResult parsed) => TimeSpan.FromSeconds(parsed.GetValue(_timeout) ?? DefaultTimeoutSeconds);

    /// <summary>Finds out whether contacts do not answer because of TLS, or because of a name that is not the node's own.</summary>
    /// <param name="parsed">A command that has failed.</param>
    /// <param name="contacts">The paths of the servers that did not answer it.</param>
    /// <returns>Sentences, or none where neither is the reason.</returns>
    public static async Task<IEnumerable<string>> WhyUnresponsiveAsync(ParseResult parsed, IEnumerable<string> contacts)
    {
        using var identity = FilesIn(parsed) is { } files ? TlsIdentity.Load(files) : null;
        var reasons = await Task.WhenAll(contacts.Select(async contact =>
            await TlsProbe.WhyUnresponsiveAsync(contact, identity)
                ?? (identity is null ? await NameProbe.WhyUnresponsiveAsync(contact) : null)));
        return reasons.OfType<string>();
    }

    /// <summary>The files of a command's options, whichever command that is.</summary>
    private static TlsFiles? FilesIn(ParseResult parsed)
    {
        var (ca, certificate, key) = (FileAt(TlsCa), FileAt(TlsCertificate), FileAt(TlsKey));
        var validateHostName = parsed.GetValue<bool>(TlsHostName);
        var missing = certificate is null != key is null ? certificate is null ? TlsCertificate : TlsKey
            : ca is null && (certificate is not null || validateHostName) ? TlsCa
            : null;
        return missing is not null ? throw new NodeException($"{missing} is missing: the options for TLS go together.", ExitCodes.WrongUse)
            : ca is null ? null
            : new TlsFiles(ca, certificate, key, validateHostName);

        TlsFile? FileAt(string option) => parsed.GetValue<string?>(option) is { } path ? new TlsFile(option, path) : null;
    }
}
