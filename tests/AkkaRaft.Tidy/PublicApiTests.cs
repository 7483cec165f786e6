using System.Reflection;
using PublicApiGenerator;

namespace AkkaRaft.Tidy;

/// <summary>
/// The public surface of each package, as text. A change of it shows in the diff of a file in <c>PublicApi</c>; run with
/// <c>AKKARAFT_RECORD=1</c> to take it over.
/// </summary>
public class PublicApiTests
{
    public static TheoryData<string> Packages => ["AkkaRaft.Core", "AkkaRaft", "AkkaRaft.KeyValue", "AkkaRaft.TestKit"];

    [Theory]
    [MemberData(nameof(Packages))]
    public void The_public_surface_is_the_recorded_one(string package)
    {
        var file = $"tests/AkkaRaft.Tidy/PublicApi/{package}.txt";
        var options = new ApiGeneratorOptions { IncludeAssemblyAttributes = false };
        var surface = Assembly.Load(package).GeneratePublicApi(options).ReplaceLineEndings("\n").TrimEnd() + "\n";
        if (Environment.GetEnvironmentVariable("AKKARAFT_RECORD") == "1")
        {
            File.WriteAllText(Path.Combine(Repository.Root, file), surface);
        }

        Assert.Equal(Repository.Read(file).ReplaceLineEndings("\n"), surface);
    }
}
