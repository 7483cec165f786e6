namespace Akka.Util;

public static class WildcardMatch
{
    /// <summary>Whether the text fits a pattern in which <c>*</c> stands for any characters and <c>?</c> for exactly one.</summary>
    public static bool Like(this string text, string pattern, bool caseSensitive = false)
    {
        int at = 0, patternAt = 0, star = -1, resumeAt = 0;
        while (at < text.Length)
        {
            if (patternAt < pattern.Length && pattern[patternAt] == '*')
            {
                star = patternAt++;
                resumeAt = at;
            }
            else if (patternAt < pattern.Length && Fits(text[at], pattern[patternAt], caseSensitive))
            {
                at++;
                patternAt++;
            }
            else if (star >= 0)
            {
                // The last star takes one character more, and matching goes on behind it.
                patternAt = star + 1;
                at = ++resumeAt;
            }
            else
            {
                return false;
            }
        }

        while (patternAt < pattern.Length && pattern[patternAt] == '*') patternAt++;
        return patternAt == pattern.Length;
    }

    private static bool Fits(char character, char pattern, bool caseSensitive) =>
        pattern == '?' || character == pattern
        || !caseSensitive && char.ToUpperInvariant(character) == char.ToUpperInvariant(pattern);
}
