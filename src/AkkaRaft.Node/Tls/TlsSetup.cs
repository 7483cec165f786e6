using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;
using Akka.Remote.Transport.DotNetty;

namespace AkkaRaft.Node.Tls;

/// <summary>Starts actor systems that speak TLS.</summary>
internal static class TlsSetup
{
    private const string EnableKey = "akka.remote.dot-netty.tcp.enable-ssl";

    /// <summary>
    /// Akka.Remote 1.5.74 runs the coordinated shutdown, and so ends the whole system, when some TLS handshakes fail. With this setting the
    /// failure ends the connection only, which is retried.
    /// </summary>
    private const string OutliveRefusals =
        """
        akka.coordinated-shutdown {
          terminate-actor-system = off
          run-by-actor-system-terminate = off
        }
        """;

    /// <summary>Starts an actor system.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="config">Its configuration, which says enable-ssl = on where there is an identity.</param>
    /// <param name="identity">Its TLS identity, or null where the configuration alone has what Akka.Remote needs.</param>
    /// <param name="mutual">Whether a peer must show a certificate when it connects, and this side shows its own when it does.</param>
    /// <param name="more">Further setups.</param>
    public static ActorSystem Start(string name, Config config, TlsIdentity? identity, bool mutual, params IEnumerable<Setup> more)
    {
        if (config.GetBoolean(EnableKey))
        {
            config = ConfigurationFactory.ParseString(OutliveRefusals).WithFallback(config);
        }

        if (identity is null)
        {
            return ActorSystem.Create(name, ActorSystemSetup.Create([BootstrapSetup.Create().WithConfig(config), .. more]));
        }

        var refusals = new TlsLog();
        var tls = new DotNettySslSetup(
            identity.Certificate, suppressValidation: false, mutual, validateCertificateHostname: identity.ValidateHostName, Validate);
        var bootstrap = BootstrapSetup.Create().WithConfig(config);
        var system = ActorSystem.Create(name, ActorSystemSetup.Create([bootstrap, tls, TlsLog.Filter, .. more]));
        refusals.ListenIn(system);
        return system;

        bool Validate(X509Certificate2? certificate, X509Chain? chain, string peer, SslPolicyErrors errors, ILoggingAdapter log)
        {
            var host = HostOf(peer);
            if (CertificateCheck.WhyRefused(certificate, chain, identity, host) is not { } why)
            {
                return true;
            }

            refusals.Refused(log, peer, host ?? TlsLog.HostOf(peer), host is not null, why);
            return false;
        }
    }

    /// <summary>
    /// Akka.Remote names a peer by its address where this side connected to it, like <c>ssl.tcp://system@host:port</c>, and by its endpoint
    /// where the peer did.
    /// </summary>
    private static string? HostOf(string peer) => Uri.TryCreate(peer, UriKind.Absolute, out var address) && address.Host.Length > 0
        ? address.Host
        : null;
}
