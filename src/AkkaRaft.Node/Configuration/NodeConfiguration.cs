using Hocon;
using AkkaConfig = Akka.Configuration.Config;
using AkkaConfigurationException = Akka.Configuration.ConfigurationException;
using AkkaConfigurationFactory = Akka.Configuration.ConfigurationFactory;

namespace AkkaRaft.Node.Configuration;

/// <summary>
/// Reads a node's HOCON file with all that it includes. HOCON's own library does the reading, as Akka's knows neither includes of
/// files nor environment variables; Akka then gets the outcome as text.
/// </summary>
internal static class NodeConfiguration
{
    /// <param name="file">The path of the file, absolute or from the current folder. What it includes counts from its own folder.</param>
    /// <exception cref="NodeConfigurationException">
    /// A file is missing, cannot be read, is not HOCON, or includes itself. The message tells the file, the line, the column and what
    /// was expected, as far as they are known.
    /// </exception>
    public static AkkaConfig Load(string file)
    {
        var texts = NodeFiles.Read(file);
        try
        {
            var hocon = HoconConfigurationFactory.ParseString(texts[file], (_, included) => Task.FromResult(texts[included]));
            return AkkaConfigurationFactory.ParseString(AkkaText.From(hocon));
        }
        catch (HoconParserException e)
        {
            throw new NodeConfigurationException(Describe(file, texts, e), e);
        }
        catch (Exception e) when (e is HoconException or AkkaConfigurationException or FormatException)
        {
            throw new NodeConfigurationException($"{file}: {OneLine(e.Message)}", e);
        }
    }

    /// <summary>Where it is wrong: the first file, included ones ahead, that has the same error when it is read by itself.</summary>
    private static string Describe(string file, IReadOnlyDictionary<string, string> texts, HoconParserException whole)
    {
        foreach (var (path, text) in texts)
        {
            if (ErrorOfItsOwn(text) is { } error && whole.Message.Contains(error.Message, StringComparison.Ordinal))
                return At(path, error);
        }

        return At(file, whole);
    }

    private static HoconParserException? ErrorOfItsOwn(string text)
    {
        try
        {
            HoconConfigurationFactory.ParseString(text, (_, _) => Task.FromResult("{}"));
            return null;
        }
        catch (HoconParserException error)
        {
            return error;
        }
    }

    /// <summary>Libraries differ in whether their messages begin with the place; it is told once either way.</summary>
    private static string At(string file, HoconParserException error)
    {
        var message = OneLine(error.Message);
        if (message.StartsWith("line ", StringComparison.Ordinal))
            return $"{file}, {message}";
        return error.LineNumber > 0 ? $"{file}, line {error.LineNumber}, column {error.LinePosition}: {message}" : $"{file}: {message}";
    }

    private static string OneLine(string message) => string.Join(' ', message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries));
}
