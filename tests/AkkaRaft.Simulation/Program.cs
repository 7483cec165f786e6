namespace AkkaRaft.Simulation;

internal static class Program
{
    private static int Main(string[] arguments)
    {
        try
        {
            return Commands.Execute(CommandLine.Parse(arguments), Console.Out);
        }
        catch (ArgumentException wrongUse)
        {
            Console.Error.WriteLine(wrongUse.Message);
            Console.Error.WriteLine(CommandLine.Usage);
            return 2;
        }
    }
}
