using System.Diagnostics;
using System.Text.Json;

namespace Engine.Tests.Build;

/// <summary>What a project references under each engine; evaluated, as the packages cannot be restored from every feed.</summary>
public class EngineChoiceSpec
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Theory]
    [InlineData("src/AkkaRaft", "Akka Akka.Persistence Akka.Remote")]
    [InlineData("src/AkkaRaft.Node", "Akka.Persistence.Sql Hocon Hocon.Configuration")]
    [InlineData("src/AkkaRaft.TestKit", "Akka.Persistence Akka.TestKit.Xunit2")]
    public async Task The_packages_take_the_place_of_the_projects(string project, string packages)
    {
        var bundled = await ReferencesOf(project);
        var nuget = await ReferencesOf(project, ("AkkaEngine", "nuget"), ("AkkaVersion", "1.5.27"));

        Assert.Equal(packages.Split(' '), bundled.EngineProjects);
        Assert.Empty(bundled.EnginePackages);
        Assert.Equal(packages.Split(' '), nuget.EnginePackages.Keys);
        Assert.Empty(nuget.EngineProjects);
        Assert.DoesNotContain("Google.Protobuf", nuget.Packages);
        Assert.All(nuget.EnginePackages, package => Assert.Equal(package.Key.StartsWith("Akka") ? "1.5.27" : "2.0.*", package.Value));
    }

    [Fact]
    public async Task The_latest_fixes_of_the_minor_versions_come_in_unless_a_version_is_given()
    {
        var latest = await ReferencesOf("src/AkkaRaft.Node", ("AkkaEngine", "nuget"));
        var given = await ReferencesOf("src/AkkaRaft.Node", ("AkkaEngine", "nuget"), ("HoconVersion", "2.0.3"));

        Assert.Equal(["1.5.*", "2.0.*", "2.0.*"], latest.EnginePackages.Values);
        Assert.Equal(["1.5.*", "2.0.3", "2.0.3"], given.EnginePackages.Values);
    }

    [Fact]
    public async Task The_engines_own_tests_keep_to_its_projects()
    {
        var references = await ReferencesOf("tests/Engine.Tests", ("AkkaEngine", "nuget"));

        Assert.Contains("Akka", references.EngineProjects);
        Assert.Empty(references.EnginePackages);
    }

    [Fact]
    public async Task Another_engine_is_refused_with_the_two_that_there_are()
    {
        var (exitCode, output) = await MSBuild("src/AkkaRaft", ["-t:CheckAkkaEngine"], ("AkkaEngine", "nugget"));

        Assert.NotEqual(0, exitCode);
        Assert.Contains("AkkaEngine is 'nugget'; it must be 'bundled' (the default) or 'nuget'.", output);
    }

    private static async Task<References> ReferencesOf(string project, params (string Name, string Value)[] environment)
    {
        var (exitCode, output) = await MSBuild(
            project, ["-getItem:PackageReference", "-getItem:PackageVersion", "-getItem:ProjectReference"], environment);
        Assert.True(exitCode == 0, output);
        var items = JsonDocument.Parse(output).RootElement.GetProperty("Items");
        var versions = items.GetProperty("PackageVersion").EnumerateArray()
            .ToDictionary(item => Text(item, "Identity"), item => Text(item, "Version"));
        var packages = items.GetProperty("PackageReference").EnumerateArray().Select(item => Text(item, "Identity")).Order().ToList();
        return new References(
            packages,
            packages.Where(IsOfEngine).ToDictionary(id => id, id => versions[id]),
            [.. items.GetProperty("ProjectReference").EnumerateArray().Select(item => Text(item, "Filename")).Where(IsOfEngine).Order()]);
    }

    private static bool IsOfEngine(string name) => name is "Akka" or "Hocon" || name.StartsWith("Akka.") || name.StartsWith("Hocon.");

    private static string Text(JsonElement item, string name) => item.GetProperty(name).GetString()!;

    private static async Task<(int ExitCode, string Output)> MSBuild(
        string project, string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet", ["msbuild", "-nologo", project, .. arguments])
        {
            WorkingDirectory = Root(),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // What this test run was built with, and what it tells its own MSBuild, must not reach the other.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        foreach (var name in new[] { "AkkaEngine", "AkkaVersion", "HoconVersion" })
            start.Environment.Remove(name);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Patience);
        return (process.ExitCode, await output + await errors);
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "AkkaRaft.sln")))
            folder = folder.Parent!;
        return folder.FullName;
    }

    private sealed record References(
        IReadOnlyList<string> Packages, IReadOnlyDictionary<string, string> EnginePackages, IReadOnlyList<string> EngineProjects);
}
