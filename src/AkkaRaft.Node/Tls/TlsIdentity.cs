using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AkkaRaft.Node.Tls;

/// <summary>The TLS identity of a node or a client: its certificate, and the CAs that it trusts.</summary>
internal sealed class TlsIdentity : IDisposable
{
    private static readonly TimeSpan PlaceholderValidity = TimeSpan.FromDays(2);

    private TlsIdentity(X509Certificate2Collection authorities, X509Certificate2 certificate, bool isPlaceholder, bool validateHostName)
    {
        Authorities = authorities;
        Certificate = certificate;
        IsPlaceholder = isPlaceholder;
        ValidateHostName = validateHostName;
    }

    /// <summary>The CAs of peers. The machine's own store is not used.</summary>
    public X509Certificate2Collection Authorities { get; }

    /// <summary>The own certificate with its key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>
    /// Whether the certificate is a placeholder. A client without a certificate needs one to listen with, though no peer connects to it.
    /// </summary>
    public bool IsPlaceholder { get; }

    /// <summary>Whether a peer's certificate must be for the host by which it is reached.</summary>
    public bool ValidateHostName { get; }

    /// <summary>Reads the files.</summary>
    /// <exception cref="TlsFileException">
    /// One is missing, is not what it should be, the key is another certificate's, or the certificate is not valid today.
    /// </exception>
    public static TlsIdentity Load(TlsFiles files)
    {
        var authorities = ReadAuthorities(files.Ca);
        return files is { Certificate: { } certificate, Key: { } key }
            ? new TlsIdentity(authorities, ReadCertificate(certificate, key), isPlaceholder: false, files.ValidateHostName)
            : new TlsIdentity(authorities, Placeholder(), isPlaceholder: true, files.ValidateHostName);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Certificate.Dispose();
        foreach (var authority in Authorities)
        {
            authority.Dispose();
        }
    }

    private static X509Certificate2Collection ReadAuthorities(TlsFile file)
    {
        const string expected = "a PEM file with the certificates of one CA or more is expected";
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPem(TextOf(file, expected));
        }
        catch (CryptographicException failure)
        {
            throw new TlsFileException(file, "which cannot be read as certificates", expected, failure);
        }

        return authorities.Count > 0 ? authorities : throw new TlsFileException(file, "which has no certificate", expected);
    }

    private static X509Certificate2 ReadCertificate(TlsFile file, TlsFile keyFile)
    {
        const string expected = "a PEM file with a certificate is expected";
        const string expectedKey = "a PEM file with the certificate's own key, not encrypted, is expected";
        var text = TextOf(file, expected);
        var key = TextOf(keyFile, expectedKey);
        using var bare = Parse(file, text, expected);
        CheckDates(file, bare);
        if (key.Contains("ENCRYPTED", StringComparison.Ordinal))
        {
            throw new TlsFileException(keyFile, "which is encrypted", expectedKey);
        }

        try
        {
            using var whole = X509Certificate2.CreateFromPem(text, key);

            // Windows takes no key for TLS that was only in memory.
            return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), password: null);
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            var problem = failure is ArgumentException || failure.InnerException is ArgumentException
                ? $"which is not the key of the certificate in '{file.Path}'"
                : $"which holds no key that fits the certificate in '{file.Path}'";
            throw new TlsFileException(keyFile, problem, expectedKey, failure);
        }
    }

    private static X509Certificate2 Parse(TlsFile file, string text, string expected)
    {
        try
        {
            return X509Certificate2.CreateFromPem(text);
        }
        catch (CryptographicException failure)
        {
            throw new TlsFileException(file, "which has no certificate", expected, failure);
        }
    }

    private static void CheckDates(TlsFile file, X509Certificate2 certificate)
    {
        const string expected = "a certificate that is valid today is expected";
        if (CertificateCheck.WhyNotToday(certificate) is { } why)
        {
            throw new TlsFileException(file, $"a certificate that {why}", expected);
        }
    }

    private static string TextOf(TlsFile file, string expected)
    {
        try
        {
            return File.ReadAllText(file.Path);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new TlsFileException(file, "which is not there", expected, failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new TlsFileException(file, $"which cannot be read ({failure.Message})", expected, failure);
        }
    }

    private static X509Certificate2 Placeholder()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=akkaraft client without a certificate", key, HashAlgorithmName.SHA256);
        var now = DateTimeOffset.UtcNow;
        using var certificate = request.CreateSelfSigned(now - PlaceholderValidity, now + PlaceholderValidity);
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), password: null);
    }
}
