using System.Diagnostics;
using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>How a fault in the core was found.</summary>
/// <param name="Mutation">The fault.</param>
/// <param name="Report">The run that found it; null if none did.</param>
/// <param name="Seed">The seed that found it, or the last that was tried.</param>
/// <param name="Time">How long that took on the wall clock.</param>
internal sealed record Finding(RaftFault Mutation, RunReport? Report, int Seed, TimeSpan Time);

/// <summary>Do the invariants bite? Puts faults into the core on purpose, and counts the seeds that it takes to find each.</summary>
internal static class Mutations
{
    /// <summary>The last seed that a fault may take.</summary>
    public const int MaxSeeds = 200;

    public static IEnumerable<RaftFault> All => Enum.GetValues<RaftFault>().Where(fault => fault != RaftFault.None);

    /// <summary>Runs seeds until one finds the fault.</summary>
    public static Finding Find(RaftFault mutation, RunSettings settings)
    {
        var clock = Stopwatch.StartNew();
        for (var seed = FirstSeed(mutation); seed <= MaxSeeds; seed++)
        {
            var report = Run.Of(settings with { Seed = (ulong)seed, CoreFaults = mutation });
            if (report.Broken is not null)
            {
                return new Finding(mutation, report, seed, clock.Elapsed);
            }
        }

        return new Finding(mutation, null, MaxSeeds, clock.Elapsed);
    }

    /// <summary>Where the search begins. Two faults are rare: the seeds before have not found them, and take only time.</summary>
    private static int FirstSeed(RaftFault mutation) => mutation switch
    {
        RaftFault.AnswerFormerLeadersRound => 101,
        RaftFault.InstallOverNewerCommit => 61,
        _ => 1,
    };

    /// <summary>Finds all of them and prints a table; false if one was not found.</summary>
    public static bool FindAll(RunSettings settings, TextWriter output)
    {
        output.WriteLine("| fault | found by | seed | after virtual seconds | wall time |");
        output.WriteLine("| --- | --- | --- | --- | --- |");
        var all = true;
        foreach (var mutation in All)
        {
            var (_, report, seed, time) = Find(mutation, settings);
            all &= report is not null;
            output.WriteLine(report is null
                ? $"| {mutation} | not found | – | – | {time.TotalSeconds:0.0} s |"
                : $"| {mutation} | {report.Broken!.Invariant} | {seed} | {Duration.Text(report.EndedAt)} | {time.TotalSeconds:0.0} s |");
        }

        return all;
    }
}
