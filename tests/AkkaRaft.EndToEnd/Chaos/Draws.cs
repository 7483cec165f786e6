namespace AkkaRaft.EndToEnd.Chaos;

/// <summary>What faults draw.</summary>
internal static class Draws
{
    /// <summary>A time between two, where short ones are as likely as long ones by their order of magnitude.</summary>
    public static TimeSpan Time(this Random random, double fromSeconds, double toSeconds) =>
        TimeSpan.FromSeconds(fromSeconds * Math.Pow(toSeconds / fromSeconds, random.NextDouble()));

    /// <summary>Some of a number of things, in any order.</summary>
    public static IReadOnlyList<int> Some(this Random random, int howMany, int of)
    {
        var all = Enumerable.Range(0, of).ToArray();
        random.Shuffle(all);
        return all[..howMany];
    }

    /// <summary>Waits, or until the run ends if that comes first: a fault is healed either way.</summary>
    public static async Task WaitAsync(TimeSpan time, CancellationToken ended) =>
        await Task.Delay(time, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
