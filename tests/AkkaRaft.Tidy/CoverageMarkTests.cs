using System.Text.RegularExpressions;

namespace AkkaRaft.Tidy;

/// <summary>A branch that names a test is explained by that test, which expects to reach it.</summary>
public partial class CoverageMarkTests
{
    [Fact]
    public void Each_mark_names_a_test_that_expects_it()
    {
        var marks = Repository.Sources("src/AkkaRaft.Core").SelectMany(path => MarkPattern().Matches(Repository.Read(path))).ToList();

        Assert.NotEmpty(marks);
        Findings.AssertNone(marks.Select(mark => mark.Groups[1].Value).Where(mark => !IsExpected(mark)));
    }

    [Fact]
    public void A_mark_without_its_test_is_found()
    {
        Assert.False(IsExpected("QuorumTests.No_such_test"));
        Assert.False(IsExpected("NoSuchTests.No_such_test"));
    }

    private static bool IsExpected(string mark)
    {
        var parts = mark.Split('.');
        var file = $"tests/AkkaRaft.Core.Tests/{parts[0]}.cs";
        return File.Exists(Path.Combine(Repository.Root, file))
            && Regex.IsMatch(
                Repository.Read(file), $@"void {parts[1]}\([^)]*\)\s*\{{\s*using var mark = CoverageMark\.Expect\(\);");
    }

    [GeneratedRegex("CoverageMark\\.Hit\\(\\s*\"([A-Za-z_.0-9]+)\"\\)")]
    private static partial Regex MarkPattern();
}
