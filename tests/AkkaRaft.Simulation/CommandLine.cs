using System.Globalization;
using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>What the program is asked to do.</summary>
internal sealed record CommandLine
{
    public const string Usage = """
        Simulates whole clusters from a seed, and stops where an invariant breaks.

          --seed N             one run of this seed; prints its last steps if it fails
          --seeds N            as many runs, from seed 1 on
          --minutes N          runs until so much time of the wall clock is over
          --scenario NAME      one scripted scenario; `list` names them
          --mutations          finds each fault that can be put into the core on purpose, and prints the table

          --first N            the first seed of --seeds and --minutes (1)
          --seconds S          virtual seconds of faults in a run (60)
          --servers N          3, 4, 5 or 7 servers (drawn by the seed)
          --only-faults 1,7    of the run's faults only these (`none` for none)
          --mutation NAME      puts a fault into the core
          --trace N            prints the last N steps in any case
          --hash               with --seeds: prints the hash of each seed's trace, and one over all of them
          --shrink             looks for a shorter run that still fails
          --timeline FILE      where a history that is not linearizable is drawn (artifacts/history.html)

        Exit codes: 0 nothing found, 1 an invariant broke, 2 wrong use.
        """;

    public ulong? Seed { get; private init; }

    public int? Seeds { get; private init; }

    public double? Minutes { get; private init; }

    public string? Scenario { get; private init; }

    /// <summary>Where a history that is not linearizable is drawn.</summary>
    public string Timeline { get; private init; } = "artifacts/history.html";

    public bool Mutations { get; private init; }

    public ulong First { get; private init; } = 1;

    public int? TraceLines { get; private init; }

    public bool Shrink { get; private init; }

    public bool Hash { get; private init; }

    public RunSettings Run { get; private init; } = new() { Seed = 0 };

    public static CommandLine Parse(string[] arguments)
    {
        var line = new CommandLine();
        for (var i = 0; i < arguments.Length; i++)
        {
            var name = arguments[i];
            string Value() => ++i < arguments.Length ? arguments[i] : throw new ArgumentException($"{name} needs a value.");
            line = name switch
            {
                "--seed" => line with { Seed = (ulong)Whole(name, Value()) },
                "--seeds" => line with { Seeds = (int)Whole(name, Value()) },
                "--minutes" => line with { Minutes = Number(name, Value()) },
                "--scenario" => line with { Scenario = Value() },
                "--mutations" => line with { Mutations = true },
                "--first" => line with { First = (ulong)Whole(name, Value()) },
                "--seconds" => line with { Run = line.Run with { SafetyTime = (long)(Number(name, Value()) * Duration.Second) } },
                "--servers" => line with { Run = line.Run with { Servers = Servers(Value()) } },
                "--only-faults" => line with { Run = line.Run with { OnlyFaults = Faults(Value()) } },
                "--mutation" => line with { Run = line.Run with { CoreFaults = Mutation(Value()) } },
                "--trace" => line with { TraceLines = (int)Whole(name, Value()) },
                "--timeline" => line with { Timeline = Value() },
                "--shrink" => line with { Shrink = true },
                "--hash" => line with { Hash = true },
                _ => throw new ArgumentException($"Unknown option {name}."),
            };
        }

        return line;
    }

    private static long Whole(string name, string value) =>
        long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new ArgumentException($"{name} needs a whole number, not '{value}'.");

    private static double Number(string name, string value) =>
        double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new ArgumentException($"{name} needs a number, not '{value}'.");

    private static int Servers(string value) =>
        value is "3" or "4" or "5" or "7"
            ? int.Parse(value, CultureInfo.InvariantCulture)
            : throw new ArgumentException("--servers takes 3, 4, 5 or 7.");

    private static SortedSet<int> Faults(string value) =>
        value == "none" ? [] : [.. value.Split(',').Select(number => (int)Whole("--only-faults", number))];

    private static RaftFault Mutation(string value) =>
        Enum.TryParse<RaftFault>(value, ignoreCase: true, out var fault)
            ? fault
            : throw new ArgumentException($"There is no mutation '{value}'; there are {string.Join(", ", Enum.GetNames<RaftFault>())}.");
}
