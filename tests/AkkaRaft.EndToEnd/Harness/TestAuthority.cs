using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AkkaRaft.EndToEnd.Harness;

/// <summary>A CA of the tests' own.</summary>
internal sealed class TestAuthority : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private static readonly DateTimeOffset Begin = DateTimeOffset.UtcNow.AddDays(-30);
    private readonly X509Certificate2 _certificate;

    /// <param name="name">Its name.</param>
    public TestAuthority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        _certificate = request.CreateSelfSigned(Begin, Begin.AddDays(365));
    }

    /// <summary>The CA's certificate.</summary>
    public string Pem => _certificate.ExportCertificatePem();

    /// <summary>Signs a certificate and writes it with its key to files.</summary>
    /// <param name="folder">Where <c>NAME.pem</c> and <c>NAME.key</c> go; what is there is replaced.</param>
    /// <param name="name">Whose it is.</param>
    /// <param name="host">The host that it is for, a name or an IP address.</param>
    /// <param name="expired">Whether it was good until yesterday.</param>
    public void Issue(string folder, string name, string host = "127.0.0.1", bool expired = false)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var hosts = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(host, out var ip))
        {
            hosts.AddIpAddress(ip);
        }
        else
        {
            hosts.AddDnsName(host);
        }

        request.CertificateExtensions.Add(hosts.Build());
        request.CertificateExtensions.Add(
            new X509EnhancedKeyUsageExtension([new(ServerAuthentication), new(ClientAuthentication)], critical: false));
        var until = expired ? DateTimeOffset.UtcNow.AddDays(-1) : DateTimeOffset.UtcNow.AddDays(30);
        using var certificate = request.Create(_certificate, Begin.AddDays(1), until, RandomNumberGenerator.GetBytes(8));
        File.WriteAllText(Path.Combine(folder, $"{name}.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, $"{name}.key"), key.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose() => _certificate.Dispose();
}
