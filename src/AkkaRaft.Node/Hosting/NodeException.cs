namespace AkkaRaft.Node.Hosting;

/// <summary>
/// Something that the person at the keyboard can put right. Its message is one line that says what is wrong and what would be right.
/// </summary>
internal sealed class NodeException(string message, int exitCode, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The program's exit code: <see cref="ExitCodes.Failure"/> or <see cref="ExitCodes.WrongUse"/>.</summary>
    public int ExitCode { get; } = exitCode;

    /// <summary>The paths of servers that did not answer, of each of which the reason may be found out.</summary>
    public IReadOnlyList<string> Silent { get; init; } = [];
}

/// <summary>What the program says to the shell that started it.</summary>
internal static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Success = 0;

    /// <summary>The cluster, or this machine, could not do it.</summary>
    public const int Failure = 1;

    /// <summary>The command line or a configuration file is wrong.</summary>
    public const int WrongUse = 2;

    /// <summary>It is not known whether the write, or the change, was done; a later one may tell.</summary>
    public const int InDoubt = 3;

    /// <summary>The program itself has a fault: it met what nobody has thought of.</summary>
    public const int Fault = 4;
}
