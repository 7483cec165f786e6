using System.Text;

namespace AkkaRaft.KeyValue;

/// <summary>
/// Encodes text as UTF-8, and refuses text that has none. .NET would replace half a surrogate pair by U+FFFD, and the store would keep
/// another text than the caller's.
/// </summary>
internal static class KeyValueText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="ArgumentException">The text has half a surrogate pair.</exception>
    public static byte[] Encode(string text, string name)
    {
        ArgumentNullException.ThrowIfNull(text, name);
        try
        {
            return Strict.GetBytes(text);
        }
        catch (EncoderFallbackException cause)
        {
            throw NoText(name, cause);
        }
    }

    /// <summary>Checks a key or a prefix.</summary>
    /// <exception cref="ArgumentException">The text has half a surrogate pair.</exception>
    public static string Checked(string text, string name)
    {
        try
        {
            Strict.GetByteCount(text);
            return text;
        }
        catch (EncoderFallbackException cause)
        {
            throw NoText(name, cause);
        }
    }

    private static ArgumentException NoText(string name, EncoderFallbackException cause) => new(
        $"The {name} is no text: character {cause.Index + 1} is half a surrogate pair. Keys are text; other bytes can only be values.",
        name,
        cause);
}
