using System.Diagnostics;

namespace AkkaRaft.EndToEnd.Harness;

/// <summary>Waits for a condition, with a deadline that says what was waited for.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    public static async Task<T> GetAsync<T>(string what, Func<Task<T?>> probe, TimeSpan? within = null)
        where T : class
    {
        var patience = within ?? TimeSpan.FromSeconds(60);
        var waited = Stopwatch.StartNew();
        var (tries, longest) = (0, TimeSpan.Zero);
        while (true)
        {
            var begun = waited.Elapsed;
            if (await probe() is { } found)
            {
                return found;
            }

            tries++;
            longest = TimeSpan.FromTicks(Math.Max(longest.Ticks, (waited.Elapsed - begun).Ticks));
            Assert.True(
                waited.Elapsed < patience,
                $"Waited {patience.TotalSeconds:0} s in vain for: {what}. Tried {tries} times; the longest try took {longest.TotalSeconds:0.0} s.");
            await Task.Delay(Interval);
        }
    }

    public static Task IsTrueAsync(string what, Func<Task<bool>> condition, TimeSpan? within = null) =>
        GetAsync(what, async () => await condition() ? "so" : null, within);
}
