using AkkaRaft.Core.Tests.Scripts;

namespace AkkaRaft.Core.Tests;

/// <summary>Each script of the folder Scenarios gives what was recorded (docs/testing.md, "Scenario scripts").</summary>
public class ScenarioScriptTests
{
    public static TheoryData<string> Files => [.. Directory.GetFiles(ScriptRunner.Folder, "*.txt").Select(path => Path.GetFileName(path)!).Order()];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_script_gives_what_was_recorded(string file) => ScriptRunner.RunFile(file);
}
