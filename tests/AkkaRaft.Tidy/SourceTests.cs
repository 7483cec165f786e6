namespace AkkaRaft.Tidy;

/// <summary>What makes the code hard to read is found here, before a person meets it.</summary>
public class SourceTests
{
    private static readonly Func<string, string, IEnumerable<string>>[] RulesOfProduct =
        [SourceRules.LongFiles, SourceRules.LongMethods, SourceRules.ManyFields, SourceRules.Partial, SourceRules.Unfinished];

    [Fact]
    public void The_product_keeps_the_rules() =>
        Findings.AssertNone(Repository.Sources("src").SelectMany(path => RulesOfProduct.SelectMany(rule => rule(path, Repository.Read(path)))));

    [Fact]
    public void The_tests_keep_the_rules() => Findings.AssertNone(
        Repository.Sources("tests")
            .Where(path => !path.StartsWith("tests/AkkaRaft.Tidy/", StringComparison.Ordinal))
            .SelectMany(path => SourceRules.LongFiles(path, Repository.Read(path)).Concat(SourceRules.Unfinished(path, Repository.Read(path)))));

    [Fact]
    public void Code_and_pages_use_the_words_of_the_field()
    {
        var files = Repository.Sources("src").Concat(Repository.Pages()).Concat(Repository.Files("hocon", "*.conf"))
            .Concat(Repository.Files("samples", "*.*")).Concat(Repository.Files("src", "*.proto")).Concat(Repository.Files("src", "*.conf"));
        Findings.AssertNone(
            from path in files
            from word in Words.Unusual
            from line in SourceRules.Lines(path, Repository.Read(path), word.Pattern.IsMatch, $"say {word.Instead}")
            select line);
    }

    [Fact]
    public void Nothing_is_declared_that_nobody_uses()
    {
        var words = Repository.Sources("src").Concat(Repository.Sources("tests")).Concat(Repository.Sources("samples"))
            .SelectMany(path => Identifiers(Repository.Read(path)))
            .CountBy(word => word)
            .ToDictionary();
        Findings.AssertNone(
            from path in Repository.Sources("src")
            from member in SourceRules.HiddenMembers(path, Repository.Read(path))
            where words.GetValueOrDefault(member.Name) < 2 && member.Name != "Main"
            select $"{member.Where}: nobody uses {member.Name}");
    }

    [Theory]
    [InlineData("LongFiles")]
    [InlineData("LongMethods")]
    [InlineData("ManyFields")]
    [InlineData("Partial")]
    [InlineData("Unfinished")]
    public void Each_rule_finds_what_it_is_for(string rule)
    {
        var lines = string.Concat(Enumerable.Range(0, SourceRules.MaxFileLines + 1).Select(number => $"        M({number});\n"));
        var fields = string.Concat(Enumerable.Range(0, SourceRules.MaxFields - 1).Select(number => $"    private int _f{number};\n"));
        var bad = $"partial class C(int a, int b)\n{{\n{fields}    // TODO\n    int P => a + b;\n    void M(int i)\n    {{\n{lines}    }}\n}}\n";
        var find = RulesOfProduct.Single(each => each.Method.Name == rule);

        Assert.Single(find("bad.cs", bad));
        Assert.Empty(find("good.cs", "class C\n{\n    private int _a;\n}\n"));
    }

    [Fact]
    public void The_word_rules_find_what_they_are_for() => Assert.All(
        ["hands the lead over", "takes part", "in this life", "has lost its memory", "HintIndex", "AnswerBox", "it knocks"],
        line => Assert.Contains(Words.Unusual, word => word.Pattern.IsMatch(line)));

    private static IEnumerable<string> Identifiers(string text)
    {
        var from = -1;
        for (var i = 0; i <= text.Length; i++)
        {
            var isPart = i < text.Length && (char.IsLetterOrDigit(text[i]) || text[i] == '_');
            if (isPart && from < 0)
            {
                from = i;
            }
            else if (!isPart && from >= 0)
            {
                yield return text[from..i];
                from = -1;
            }
        }
    }
}
