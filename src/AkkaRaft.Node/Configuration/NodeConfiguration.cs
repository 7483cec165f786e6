using System.Text.RegularExpressions;
using Hocon;
using AkkaConfig = Akka.Configuration.Config;
using AkkaConfigurationException = Akka.Configuration.ConfigurationException;
using AkkaConfigurationFactory = Akka.Configuration.ConfigurationFactory;

namespace AkkaRaft.Node.Configuration;

/// <summary>
/// Reads a node's HOCON file with all that it includes. HOCON's own library does the reading, as Akka's knows neither includes of
/// files nor environment variables; Akka then gets the outcome as text.
/// </summary>
internal static partial class NodeConfiguration
{
    /// <param name="file">The path of the file, absolute or from the current folder. What it includes counts from its own folder.</param>
    /// <exception cref="NodeConfigurationException">
    /// A file is missing, cannot be read, is not HOCON, or includes itself. The message tells the file, the line, the column and what
    /// was expected, as far as they are known.
    /// </exception>
    public static AkkaConfig Load(string file)
    {
        var files = NodeFiles.Read(file);
        foreach (var (path, text) in files.Texts)
        {
            if (ErrorOfItsOwn(text) is { } error)
                throw new NodeConfigurationException(At(path, error), error);
        }

        try
        {
            var hocon = HoconConfigurationFactory.ParseString(files.Wholes[file], (_, included) => Task.FromResult(files.Wholes[included]));
            return AkkaConfigurationFactory.ParseString(AkkaText.From(hocon));
        }
        catch (HoconParserException e) when (files.Texts.Count == 1)
        {
            throw new NodeConfigurationException(At(file, e), e);
        }
        catch (HoconParserException e)
        {
            throw new NodeConfigurationException($"{file}: {WithoutPlace(OneLine(e.Message))}", e);
        }
        catch (Exception e) when (e is HoconException or AkkaConfigurationException or FormatException)
        {
            throw new NodeConfigurationException($"{file}: {OneLine(e.Message)}", e);
        }
    }

    /// <summary>What is wrong with a text by itself, where it stands: what it includes and what it refers to are left out.</summary>
    private static HoconParserException? ErrorOfItsOwn(string text)
    {
        try
        {
            if (!string.IsNullOrWhiteSpace(text))
                HoconConfigurationFactory.ParseString(Reference().Replace(text, "${?"), (_, _) => Task.FromResult("{}"));
            return null;
        }
        catch (HoconParserException error)
        {
            return error;
        }
    }

    [GeneratedRegex(@"\$\{(?!\?)")]
    private static partial Regex Reference();

    /// <summary>Libraries differ in whether their messages begin with the place; it is told once either way.</summary>
    private static string At(string file, HoconParserException error)
    {
        var message = OneLine(error.Message);
        if (message.StartsWith("line ", StringComparison.Ordinal))
            return $"{file}, {message}";
        return error.LineNumber > 0 ? $"{file}, line {error.LineNumber}, column {error.LinePosition}: {message}" : $"{file}: {message}";
    }

    /// <summary>A line of the text that several files were put together to is a line of none of them.</summary>
    private static string WithoutPlace(string message) =>
        message.StartsWith("line ", StringComparison.Ordinal) ? message[(message.IndexOf(": ", StringComparison.Ordinal) + 2)..] : message;

    private static string OneLine(string message) => string.Join(' ', message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries));
}
