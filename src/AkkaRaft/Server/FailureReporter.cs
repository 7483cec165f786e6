using Akka.Actor;
using AkkaRaft.Core;

namespace AkkaRaft.Server;

/// <summary>Tells the supervisor, and the log, why a server stops.</summary>
/// <param name="supervisor">The actor that restarts the server.</param>
/// <param name="log">Takes the line.</param>
/// <param name="term">The server's term.</param>
internal sealed class FailureReporter(IActorRef supervisor, RaftServerLogger log, Func<Term> term)
{
    /// <param name="why">What went wrong.</param>
    /// <param name="cause">The exception behind it.</param>
    /// <param name="ofJournal">Whether a write to the journal failed, as it does when the disk is full.</param>
    public void ReportFailure(string why, Exception cause, bool ofJournal = false)
    {
        log.Stops(term(), why, cause);
        supervisor.Tell(new ServerFailed(why, ofJournal));
    }

    /// <summary>Stops the server for good: a restart with the same settings and journal would not help.</summary>
    public void Refuse(string key, string value, string expected)
    {
        var refusal = new RaftConfigurationException(key, value, expected);
        supervisor.Tell(new ServerRefused(refusal));
        throw refusal;
    }

    public void Fail(InvariantViolationException cause)
    {
        ReportFailure(cause.Message, cause);
        throw cause;
    }
}
