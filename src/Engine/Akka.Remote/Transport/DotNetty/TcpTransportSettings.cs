using System.Net;
using System.Security.Cryptography.X509Certificates;
using Akka.Actor;
using Akka.Configuration;

namespace Akka.Remote.Transport.DotNetty;

/// <summary>The section <c>akka.remote.dot-netty.tcp</c>, checked.</summary>
internal sealed record TcpTransportSettings
{
    private const int SmallestFrameLimit = 32_000;

    public required string Hostname { get; init; }

    public required int Port { get; init; }

    public required string PublicHostname { get; init; }

    /// <summary>0 where the port listened on is also the one to be told to others.</summary>
    public required int PublicPort { get; init; }

    public required bool UseIpv6 { get; init; }

    public required TimeSpan ConnectTimeout { get; init; }

    public required int SendBufferSize { get; init; }

    public required int ReceiveBufferSize { get; init; }

    public required int MaximumFrameSize { get; init; }

    public required int Backlog { get; init; }

    public required bool NoDelay { get; init; }

    public required bool KeepAlive { get; init; }

    /// <summary>Null without TLS.</summary>
    public required TlsSettings? Tls { get; init; }

    public static TcpTransportSettings Read(Config config, ActorSystem system)
    {
        var hostname = config.GetString("hostname", "")!;
        if (string.IsNullOrEmpty(hostname))
            hostname = IPAddress.Any.ToString();
        var publicHostname = config.GetString("public-hostname", "")!;

        return new TcpTransportSettings
        {
            Hostname = hostname,
            Port = PortNumber(config, "port"),
            PublicHostname = string.IsNullOrEmpty(publicHostname) ? hostname : publicHostname,
            PublicPort = PortNumber(config, "public-port"),
            UseIpv6 = config.GetBoolean("dns-use-ipv6"),
            ConnectTimeout = config.GetTimeSpan("connection-timeout", TimeSpan.FromSeconds(15)),
            SendBufferSize = Size(config, "send-buffer-size"),
            ReceiveBufferSize = Size(config, "receive-buffer-size"),
            MaximumFrameSize = FrameLimit(config),
            Backlog = config.GetInt("backlog", 4096),
            NoDelay = config.GetBoolean("tcp-nodelay", true),
            KeepAlive = config.GetBoolean("tcp-keepalive", true),
            Tls = config.GetBoolean("enable-ssl") ? TlsSettings.Read(config, system) : null,
        };
    }

    private static int FrameLimit(Config config)
    {
        var limit = Size(config, "maximum-frame-size");
        return limit >= SmallestFrameLimit
            ? limit
            : throw new ConfigurationException($"maximum-frame-size must be at least {SmallestFrameLimit} bytes, but is {limit}.");
    }

    private static int PortNumber(Config config, string key)
    {
        var port = config.GetInt(key);
        return port is >= 0 and <= ushort.MaxValue
            ? port
            : throw new ConfigurationException($"{key} must be between 0 and {ushort.MaxValue}, but is {port}.");
    }

    private static int Size(Config config, string key)
    {
        var bytes = config.GetByteSize(key) ?? 0;
        return bytes is >= 0 and <= int.MaxValue / 2
            ? (int)bytes
            : throw new ConfigurationException($"{key} must be between 0 and {int.MaxValue / 2} bytes, but is {bytes}.");
    }
}

internal sealed record TlsSettings(X509Certificate2 Certificate, bool SuppressValidation)
{
    /// <summary>The one name that every node's certificate is expected to bear: the nodes of a cluster share a certificate.</summary>
    public string TargetHost => Certificate.GetNameInfo(X509NameType.DnsName, forIssuer: false);

    public static TlsSettings Read(Config config, ActorSystem system)
    {
        if (system.Settings.Setup.Get<DotNettySslSetup>() is { HasValue: true, Value: var setup })
            return new TlsSettings(setup.Certificate, setup.SuppressValidation);

        var path = config.GetString("ssl.certificate.path", "")!;
        if (string.IsNullOrEmpty(path))
            throw new ConfigurationException("enable-ssl is on, but ssl.certificate.path is empty.");
        if (!File.Exists(path))
            throw new ConfigurationException($"The file of ssl.certificate.path does not exist: {Path.GetFullPath(path)}");
        var certificate = X509CertificateLoader.LoadPkcs12FromFile(path, config.GetString("ssl.certificate.password", "")!);
        return certificate.HasPrivateKey
            ? new TlsSettings(certificate, config.GetBoolean("ssl.suppress-validation"))
            : throw new ConfigurationException($"The certificate {Path.GetFullPath(path)} has no private key.");
    }
}
