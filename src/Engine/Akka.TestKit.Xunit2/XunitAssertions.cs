using System.Globalization;
using Akka.TestKit.Xunit2.Internals;
using Xunit;

namespace Akka.TestKit.Xunit2;

public class XunitAssertions : ITestKitAssertions
{
    public void Fail(string format = "", params object[] args) => Assert.True(false, Text(format, args));

    public void AssertTrue(bool condition, string format = "", params object[] args)
    {
        if (!condition) Fail(format, args);
    }

    public void AssertFalse(bool condition, string format = "", params object[] args)
    {
        if (condition) Assert.False(true, Text(format, args));
    }

    public void AssertEqual<T>(T expected, T actual, string format = "", params object[] args)
    {
        if (!new AkkaAssertEqualityComparer<T>().Equals(expected, actual))
            throw AkkaEqualException.ForMismatchedValues(expected!, actual!, format, args);
    }

    public void AssertEqual<T>(T expected, T actual, Func<T, T, bool> comparer, string format = "", params object[] args)
    {
        if (!comparer(expected, actual)) throw AkkaEqualException.ForMismatchedValues(expected!, actual!, format, args);
    }

    /// <summary>Made only for what has failed, since the text of an actor or a message may be costly.</summary>
    internal static string Text(string format, object[] args)
    {
        if (args is null or []) return format;
        try
        {
            return string.Format(CultureInfo.InvariantCulture, format, args);
        }
        catch (FormatException)
        {
            return $"Could not string.Format(\"{format}\", {string.Join(", ", args)})";
        }
    }
}
