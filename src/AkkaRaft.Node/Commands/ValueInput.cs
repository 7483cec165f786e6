using System.CommandLine;
using System.CommandLine.Parsing;
using AkkaRaft.KeyValue;
using AkkaRaft.Node.Hosting;

namespace AkkaRaft.Node.Commands;

/// <summary>Where a command's value comes from: an argument, which is text, or any bytes from a file or from standard input.</summary>
internal sealed class ValueInput
{
    private const string StandardInput = "-";

    private readonly Argument<string?> _value;

    private readonly Option<string?> _file = new("--file") { Description = "Take the value from this file, byte by byte." };

    public ValueInput(string description) => _value = new Argument<string?>("VALUE")
    {
        Description = $"{description} {StandardInput} takes it from standard input, byte by byte.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public ValueInput AddTo(Command command)
    {
        command.Add(_value);
        command.Add(_file);
        return this;
    }

    /// <summary>How many values are given; one too many if there is more than one.</summary>
    public int Count(CommandResult result) =>
        (result.GetValue(_value) is null ? 0 : 1) + (result.GetResult(_file) is { Implicit: false } ? 1 : 0);

    /// <summary>Reads the value, or tells that none is given.</summary>
    /// <exception cref="NodeException">It cannot be read, or is larger than a command may be.</exception>
    public async Task<ValueBytes?> ReadAsync(ParseResult parsed, int maxBytes, CancellationToken cancellation)
    {
        if (parsed.GetValue(_file) is { } path)
        {
            try
            {
                await using var file = File.OpenRead(path);
                return await ReadAsync(file, $"'{path}'", maxBytes, cancellation);
            }
            catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
            {
                throw new NodeException($"The value cannot be read from '{path}': {cause.Message}", ExitCodes.WrongUse);
            }
        }

        if (parsed.GetValue(_value) is not StandardInput)
        {
            return parsed.GetValue(_value);
        }

        await using var input = Console.OpenStandardInput();
        return await ReadAsync(input, "standard input", maxBytes, cancellation);
    }

    private static async Task<ValueBytes> ReadAsync(Stream source, string name, int maxBytes, CancellationToken cancellation)
    {
        using var bytes = new MemoryStream();
        var part = new byte[64 * 1024];
        for (int read; (read = await source.ReadAsync(part, cancellation)) > 0;)
        {
            bytes.Write(part, 0, read);
            if (bytes.Length > maxBytes)
            {
                throw new NodeException(
                    $"The value in {name} has more than {maxBytes} bytes, which is the largest request. Nothing was written.",
                    ExitCodes.Failure);
            }
        }

        return bytes.ToArray();
    }
}
