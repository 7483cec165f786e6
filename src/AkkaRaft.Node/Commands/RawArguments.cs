using System.Text;
using System.Text.Unicode;

namespace AkkaRaft.Node.Commands;

/// <summary>
/// Finds arguments that are not text. .NET replaces bytes that are not UTF-8 by U+FFFD, and a command would then use another argument than
/// was typed.
/// </summary>
internal static class RawArguments
{
    private const char Replacement = '\uFFFD';
    private const string CommandLineFile = "/proc/self/cmdline";

    /// <summary>Says which of the program's arguments is no text, or null if all are.</summary>
    public static string? WhyNotText(IReadOnlyList<string> arguments) =>
        WhyNotText(arguments, () => File.Exists(CommandLineFile) ? File.ReadAllBytes(CommandLineFile) : null, OperatingSystem.IsWindows());

    /// <param name="arguments">The arguments as .NET gave them.</param>
    /// <param name="raw">The bytes of the whole command line, or null where they cannot be had. Asked for only in doubt.</param>
    /// <param name="isUtf16">Whether the system's arguments are UTF-16, in which nothing is replaced.</param>
    internal static string? WhyNotText(IReadOnlyList<string> arguments, Func<byte[]?> raw, bool isUtf16)
    {
        for (var at = 0; at < arguments.Count; at++)
        {
            if (HasHalfAPair(arguments[at]) || (!isUtf16 && arguments[at].Contains(Replacement) && !IsUtf8(raw())))
            {
                return $"Argument {at + 1} is no text: it has bytes that are no UTF-8. Keys, names and options are text; a value may be"
                    + " any bytes if it comes from --file PATH, or from standard input in the place of - as VALUE.";
            }
        }

        return null;
    }

    private static bool IsUtf8(byte[]? bytes) => bytes is not null && Utf8.IsValid(bytes);

    private static bool HasHalfAPair(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, at, out var rune))
            {
                return true;
            }

            at += rune.Utf16SequenceLength;
        }

        return false;
    }
}
