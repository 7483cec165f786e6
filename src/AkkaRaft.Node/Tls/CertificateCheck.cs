using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace AkkaRaft.Node.Tls;

/// <summary>Validates a peer's certificate, and says why it is refused.</summary>
internal static class CertificateCheck
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    /// <summary>Validates a peer's certificate.</summary>
    /// <param name="certificate">What the peer showed, or null when it showed none.</param>
    /// <param name="sent">What came with it: the certificates between it and its CA.</param>
    /// <param name="identity">This side's identity, with the CAs that it trusts.</param>
    /// <param name="host">The host by which this side reached the peer, or null when the peer connected to this side.</param>
    /// <returns>Null for a good one; otherwise words that go on with "it".</returns>
    public static string? WhyRefused(X509Certificate2? certificate, X509Chain? sent, TlsIdentity identity, string? host)
    {
        if (certificate is null)
        {
            return "shows no certificate";
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(identity.Authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(new(host is null ? ClientAuthentication : ServerAuthentication));
        foreach (var element in sent?.ChainElements.Skip(1) ?? [])
        {
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        var found = chain.Build(certificate) ? X509ChainStatusFlags.NoError : FlagsOf(chain);
        return (found & ~X509ChainStatusFlags.NotTimeValid) switch
        {
            var other when Has(other, X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain) =>
                $"shows a certificate of another CA ({NameOf(certificate)}, signed by {OneLine(certificate.Issuer)})",
            var other when Has(other, X509ChainStatusFlags.NotValidForUsage) =>
                $"shows a certificate that is not for TLS {(host is null ? "clients" : "servers")} ({NameOf(certificate)})",
            X509ChainStatusFlags.NoError when WhyNotToday(certificate) is { } why =>
                $"shows a certificate that {why} ({NameOf(certificate)})",
            X509ChainStatusFlags.NoError when found != X509ChainStatusFlags.NoError =>
                $"shows a certificate of a CA that has expired ({NameOf(certificate)}, signed by {OneLine(certificate.Issuer)})",
            X509ChainStatusFlags.NoError => WhyNotFor(host, certificate, identity),
            var other => $"shows a certificate that cannot be believed ({NameOf(certificate)}: {other})",
        };
    }

    /// <summary>Why a certificate is not valid now, or null; words that go on with "that".</summary>
    public static string? WhyNotToday(X509Certificate2 certificate)
    {
        var now = DateTime.Now;
        return now > certificate.NotAfter ? $"expired on {InWords(certificate.NotAfter)}"
            : now < certificate.NotBefore ? $"is not valid before {InWords(certificate.NotBefore)}"
            : null;
    }

    /// <summary>The names that a certificate is for, as people write them.</summary>
    public static string HostsOf(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(extension => extension.EnumerateDnsNames().Concat(extension.EnumerateIPAddresses().Select(ip => ip.ToString())))
            .ToList();
        return names.Count > 0 ? OneLine(string.Join(", ", names)) : "no host";
    }

    private static string? WhyNotFor(string? host, X509Certificate2 certificate, TlsIdentity identity) =>
        host is null || !identity.ValidateHostName || certificate.MatchesHostname(host.Trim('[', ']'), allowCommonName: false)
            ? null
            : $"shows a certificate for another host name ({NameOf(certificate)}, for {HostsOf(certificate)}, not for {host})";

    private static bool Has(X509ChainStatusFlags flags, X509ChainStatusFlags any) => (flags & any) != 0;

    private static X509ChainStatusFlags FlagsOf(X509Chain chain) =>
        chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (flags, status) => flags | status.Status);

    private static string NameOf(X509Certificate2 certificate) => OneLine(certificate.Subject);

    /// <summary>Reduces a peer's text to one line of bounded length.</summary>
    public static string OneLine(string text)
    {
        const int most = 200;
        var clean = new string([.. text.Select(character => char.IsControl(character) ? ' ' : character)]);
        return clean.Length <= most ? clean : clean[..most] + "...";
    }

    private static string InWords(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
