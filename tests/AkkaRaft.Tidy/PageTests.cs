using System.Text.RegularExpressions;

namespace AkkaRaft.Tidy;

/// <summary>Links in the pages lead somewhere. That every setting is documented, SettingsTableSpec checks.</summary>
public partial class PageTests
{
    [Fact]
    public void Every_link_within_the_repository_leads_to_a_file_and_a_heading() =>
        Findings.AssertNone(Repository.Pages().SelectMany(path => DeadLinks(path, Repository.Read(path))));

    [Fact]
    public void A_dead_link_is_found()
    {
        Assert.Single(DeadLinks("README.md", "[a](docs/nowhere.md)"));
        Assert.Single(DeadLinks("README.md", "[a](docs/protocol.md#no-such-heading)"));
        Assert.Empty(DeadLinks("README.md", "[a](docs/protocol.md#invariants) and [b](https://getakka.net)"));
    }

    private static IEnumerable<string> DeadLinks(string path, string text)
    {
        foreach (Match link in LinkPattern().Matches(text))
        {
            var parts = link.Groups[1].Value.Split('#');
            var target = parts[0].Length == 0
                ? path
                : Path.GetRelativePath(
                    Repository.Root, Path.GetFullPath(Path.Combine(Repository.Root, Path.GetDirectoryName(path)!, parts[0])));
            var full = Path.Combine(Repository.Root, target);
            if (!File.Exists(full) && !Directory.Exists(full))
            {
                yield return $"{path}: {link.Groups[1].Value} leads to no file";
            }
            else if (parts.Length > 1 && !HeadingsOf(Repository.Read(target)).Contains(parts[1]))
            {
                yield return $"{path}: {link.Groups[1].Value} leads to no heading";
            }
        }
    }

    private static IEnumerable<string> HeadingsOf(string text) => HeadingPattern().Matches(text)
        .Select(match => NotInAnchors().Replace(match.Groups[1].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    [GeneratedRegex(@"\]\((?!https?:|mailto:)([^)\s]+)\)")]
    private static partial Regex LinkPattern();

    [GeneratedRegex("^#+ (.*)$", RegexOptions.Multiline)]
    private static partial Regex HeadingPattern();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchors();
}
