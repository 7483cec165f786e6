using System.Text;

namespace AkkaRaft.Node.KeyValue;

/// <summary>
/// Text as UTF-8, and refused where it has none: .NET would put U+FFFD in the place of half a surrogate pair, and something else would be
/// stored than was given.
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

    /// <summary>A key, or how keys begin, as it is sent.</summary>
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
