namespace AkkaRaft.Node.Hosting;

/// <summary>
/// An error that the user can correct. Its message is one line that says what is wrong and what would be right.
/// </summary>
internal sealed class NodeException(string message, int exitCode, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The program's exit code: <see cref="ExitCodes.Failure"/> or <see cref="ExitCodes.WrongUse"/>.</summary>
    public int ExitCode { get; } = exitCode;

    /// <summary>The paths of servers that did not answer. The command line tries to find out why.</summary>
    public IReadOnlyList<string> Unresponsive { get; init; } = [];
}

/// <summary>The exit codes of the program.</summary>
internal static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Success = 0;

    /// <summary>The cluster, or this machine, could not do it.</summary>
    public const int Failure = 1;

    /// <summary>The command line or a configuration file is wrong.</summary>
    public const int WrongUse = 2;

    /// <summary>It is not known whether the write, or the change, was done; it may still happen.</summary>
    public const int InDoubt = 3;

    /// <summary>The program has a bug: an exception that nothing handles.</summary>
    public const int Fault = 4;
}
