using Xunit.Sdk;

namespace Akka.TestKit.Xunit2.Internals;

public class AkkaEqualException : XunitException
{
    public AkkaEqualException(string format = "", params object[] args) : base(XunitAssertions.Text(format, args))
    {
    }

    public static AkkaEqualException ForMismatchedValues(object expected, object actual, string format = "", params object[] args)
    {
        var text = XunitAssertions.Text(format, args);
        return new AkkaEqualException(
            "{0}", $"{text}{Environment.NewLine}Expected: {expected ?? "(null)"}{Environment.NewLine}Actual:   {actual ?? "(null)"}");
    }
}
