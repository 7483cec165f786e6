namespace AkkaRaft.Core.Tests.Scripts;

/// <summary>A script that cannot be run, or does not give what it says. The message begins with file and line.</summary>
internal sealed class ScriptException(string file, int line, string what, Exception? cause = null)
    : Exception($"{file}:{line}: {what}", cause);
