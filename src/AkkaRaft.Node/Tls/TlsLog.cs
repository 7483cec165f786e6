using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Event;

namespace AkkaRaft.Node.Tls;

/// <summary>
/// Logs one line for each refused TLS connection. Akka.Remote logs several for each, with a stack trace and, for a peer that does not speak
/// TLS, with all bytes that it sent; those are filtered out.
/// </summary>
internal sealed partial class TlsLog
{
    private const int MaxRemembered = 256;
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);
    private const string Unfinished = "did not finish the handshake";

    /// <summary>Akka.Remote reports a connection that this side refused a second time, as one that has ended.</summary>
    private static readonly TimeSpan EchoOfRefusal = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, long> _writtenAt = new();
    private long _refusedOutgoingAt = Stopwatch.GetTimestamp() - Stopwatch.Frequency;

    /// <summary>Filters Akka.Remote's own lines about refused connections out of the log.</summary>
    public static LogFilterSetup Filter => new LogFilterBuilder().ExcludeMessageRegex(OwnLines()).Build();

    /// <summary>Logs why a connection was refused, at most once in ten seconds for the same host and reason.</summary>
    /// <param name="log">Where it goes.</param>
    /// <param name="peer">The peer: its endpoint where it connected to this side, its address where this side did.</param>
    /// <param name="host">The peer's host.</param>
    /// <param name="isOutgoing">Whether this side connected.</param>
    /// <param name="why">Why, in words that go on with "it".</param>
    public void Refused(ILoggingAdapter log, string peer, string host, bool isOutgoing, string why)
    {
        var now = Stopwatch.GetTimestamp();
        if (isOutgoing && why == Unfinished && Stopwatch.GetElapsedTime(Volatile.Read(ref _refusedOutgoingAt), now) < EchoOfRefusal)
        {
            return;
        }

        if (isOutgoing)
        {
            Volatile.Write(ref _refusedOutgoingAt, now);
        }

        var what = $"{host} {why}";
        if (_writtenAt.TryGetValue(what, out var before) && Stopwatch.GetElapsedTime(before, now) < Quiet)
        {
            return;
        }

        if (_writtenAt.Count >= MaxRemembered)
        {
            _writtenAt.Clear();
        }

        _writtenAt[what] = now;
        log.Warning("Refused a TLS connection {0} {1}: it {2}.", isOutgoing ? "to" : "from", peer, why);
    }

    /// <summary>Logs connections that Akka.Remote refuses before it validates a certificate.</summary>
    public void ListenIn(ActorSystem system) =>
        ((ExtendedActorSystem)system).SystemActorOf(Props.Create(() => new Listener(this)), "akkaraft-tls-log");

    [GeneratedRegex(
        "(TLS handshake failed on (channel|outbound)|Rejected incoming connection from .* due to TLS handshake|TLS exception on channel"
        + "|Error caught channel .*NotSslRecord|Mutual TLS required but)",
        RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex OwnLines();

    [GeneratedRegex(@"->(?<remote>\S+)\]\(Id=", RegexOptions.CultureInvariant)]
    private static partial Regex Channel();

    [GeneratedRegex(@"^Mutual TLS required but .* from (?<remote>\S+)", RegexOptions.CultureInvariant)]
    private static partial Regex NoCertificate();

    /// <summary>Why a handshake failed, or null where the certificate's validation has logged it.</summary>
    private static string? WhyFailed(Exception? cause)
    {
        var innermost = cause;
        while (innermost?.InnerException is { } inner)
        {
            innermost = inner;
        }

        return innermost switch
        {
            null => null,
            _ when innermost.GetType().Name == "NotSslRecordException" => "does not speak TLS",
            _ when innermost.Message.Contains("RemoteCertificateValidationCallback", StringComparison.Ordinal) => null,
            _ when innermost.Message == "Channel is closed" => Unfinished,
            _ => $"failed in the handshake ({CertificateCheck.OneLine(innermost.Message)})",
        };
    }

    /// <summary>The host of an endpoint, without the port, which each connection has another of.</summary>
    public static string HostOf(string endpoint) => endpoint[..Math.Max(0, endpoint.LastIndexOf(':'))];

    private sealed class Listener : ReceiveActor
    {
        private readonly TlsLog _refusals;
        private readonly ILoggingAdapter _log = Logging.GetLogger(Context.System, typeof(TlsLog));

        public Listener(TlsLog refusals)
        {
            _refusals = refusals;
            Receive<Warning>(IsOfRemoting, warning => Tell(warning, NoCertificate(), "shows no certificate"));
            Receive<Error>(IsOfRemoting, error =>
            {
                if (WhyFailed(error.Cause) is { } why)
                {
                    Tell(error, Channel(), why);
                }
            });
            ReceiveAny(_ => { });
        }

        protected override void PreStart()
        {
            Context.System.EventStream.Subscribe(Self, typeof(Warning));
            Context.System.EventStream.Subscribe(Self, typeof(Error));
        }

        private static bool IsOfRemoting(LogEvent written) => written.LogSource.StartsWith("Tcp", StringComparison.Ordinal);

        private void Tell(LogEvent written, Regex pattern, string why)
        {
            if (pattern.Match($"{written.Message}") is { Success: true } match)
            {
                var remote = match.Groups["remote"].Value;
                _refusals.Refused(_log, remote, HostOf(remote), written.LogSource.Contains("Client", StringComparison.Ordinal), why);
            }
        }
    }
}
