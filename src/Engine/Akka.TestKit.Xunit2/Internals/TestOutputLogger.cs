using Akka.Actor;
using Akka.Event;
using Akka.Util;
using Xunit.Abstractions;

namespace Akka.TestKit.Xunit2.Internals;

/// <summary>Writes log events to a test's output.</summary>
public class TestOutputLogger : ReceiveActor
{
    private readonly ITestOutputHelper _output;

    public TestOutputLogger(ITestOutputHelper output)
    {
        _output = output;
        Receive<LogEvent>(Write);
        Receive<InitializeLogger>(initialize =>
        {
            initialize.LoggingBus.Subscribe(Self, typeof(LogEvent));
            Sender.Tell(new LoggerInitialized());
        });
    }

    private void Write(LogEvent logEvent)
    {
        try
        {
            _output.WriteLine(logEvent.ToString());
        }
        catch (FormatException failure)
        {
            // Thrown to the supervisor, which has it logged: a broken log line must be seen.
            var text = logEvent.Message is LogMessage message ? message.Unformatted() : logEvent.Message?.GetType().ToString();
            var described = new FormatException($"A log message does not fit its arguments: {text}", failure);
            throw logEvent.Cause is null ? described : new AggregateException(logEvent.Cause, described);
        }
        catch (InvalidOperationException failure)
        {
            // The test is over, and its output closed, while its system still logs.
            StandardOutWriter.WriteLine($"Not in the output of a test, since that is over ({failure.Message}): {logEvent}");
        }
    }
}

internal sealed class PrefixedOutput(ITestOutputHelper output, string prefix) : ITestOutputHelper
{
    public void WriteLine(string message) => output.WriteLine(prefix + message);

    public void WriteLine(string format, params object[] args) => output.WriteLine(prefix + format, args);
}
