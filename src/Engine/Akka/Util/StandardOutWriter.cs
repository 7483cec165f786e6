namespace Akka.Util;

public static class StandardOutWriter
{
    private static readonly Lock Gate = new();

    public static void Write(string message, ConsoleColor? foregroundColor = null, ConsoleColor? backgroundColor = null) =>
        Print(message, foregroundColor, backgroundColor, Console.Write);

    public static void WriteLine(string message, ConsoleColor? foregroundColor = null, ConsoleColor? backgroundColor = null) =>
        Print(message, foregroundColor, backgroundColor, Console.WriteLine);

    private static void Print(string message, ConsoleColor? foreground, ConsoleColor? background, Action<string> print)
    {
        lock (Gate)
        {
            var colored = !Console.IsOutputRedirected && (foreground.HasValue || background.HasValue);
            if (colored && foreground.HasValue) Console.ForegroundColor = foreground.Value;
            if (colored && background.HasValue) Console.BackgroundColor = background.Value;
            print(message);
            if (colored) Console.ResetColor();
        }
    }
}
