using Hocon.Parsing;

namespace Hocon;

public class HoconException : Exception
{
    public HoconException(string message)
        : base(message)
    {
    }

    public HoconException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>A value that is missing or is not what was asked for.</summary>
public class HoconValueException : HoconException
{
    public HoconValueException(string message, string failPath, Exception? innerException)
        : base(message, innerException) => FailPath = failPath;

    public string FailPath { get; }
}

/// <summary>A text that is not HOCON. The message names the file if there is one, the line and the column.</summary>
public sealed class HoconParserException : Exception
{
    public HoconParserException()
    {
    }

    public HoconParserException(string message)
        : base(message)
    {
    }

    public HoconParserException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    internal HoconParserException(HoconSyntaxException e)
        : base(e.Message, e.InnerException) => (LineNumber, LinePosition) = (e.Position.Line, e.Position.Column);

    public int LineNumber { get; }

    public int LinePosition { get; }
}
