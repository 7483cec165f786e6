using Akka.Actor;

namespace Akka.Pattern;

/// <summary>A call was not made, because the circuit breaker is open or is trying another call just now.</summary>
public class OpenCircuitException : AkkaException
{
    private const string Default = "The circuit breaker is open; calls fail at once.";

    public OpenCircuitException() : base(Default)
    {
    }

    public OpenCircuitException(string message) : base(message)
    {
    }

    public OpenCircuitException(string message, TimeSpan remainingDuration) : base(message)
    {
        RemainingDuration = remainingDuration;
    }

    public OpenCircuitException(string message, Exception cause) : base(message, cause)
    {
    }

    public OpenCircuitException(string message, Exception cause, TimeSpan remainingDuration) : base(message, cause)
    {
        RemainingDuration = remainingDuration;
    }

    public OpenCircuitException(Exception cause) : base(Default, cause)
    {
    }

    public OpenCircuitException(Exception cause, TimeSpan remainingDuration) : base(Default, cause)
    {
        RemainingDuration = remainingDuration;
    }

    /// <summary>The time until the breaker lets a call through to try.</summary>
    public TimeSpan RemainingDuration { get; }
}

/// <summary>The cause of a failure that was reported to a circuit breaker rather than thrown through it.</summary>
public class UserCalledFailException() : AkkaException("The caller reported a failure.");

public class IllegalStateException : AkkaException
{
    public IllegalStateException(string message) : base(message)
    {
    }

    public IllegalStateException(string message, Exception innerEx) : base(message, innerEx)
    {
    }
}
