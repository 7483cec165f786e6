using AkkaRaft.EndToEnd.Harness;

namespace AkkaRaft.EndToEnd.PowerLoss;

/// <summary>Starts nodes on what a loss of power may have left, and looks for the writes that were acknowledged before it.</summary>
/// <param name="recording">What the node did before.</param>
/// <param name="seed">The source of all draws: the same state has the same number with the same recording.</param>
/// <param name="fault">What is taken for wrong on purpose.</param>
internal sealed class PowerLossTrial(PowerLossRecording recording, int seed, SyncFault fault = SyncFault.None)
{
    private readonly CrashStates _states = new(recording.Operations, fault);

    /// <summary>Tries one state.</summary>
    /// <returns>What is wrong, in words, or null.</returns>
    public async Task<string?> TryAsync(int state)
    {
        var random = new Random(HashCode(seed, state));
        var moment = DrawMoment(random);
        await using var cluster = TestCluster.Prepare(new TestClusterOptions { Nodes = 1, Overrides = PowerLossRecording.Overrides });
        _states.Write(moment, random, cluster.DataFolder(0));
        cluster.StartNode(0);
        var reading = ClusterChecks.ReadAllAsync(cluster);
        var ending = cluster.HasEndedAsync(0, TimeSpan.FromMinutes(2));
        if (await Task.WhenAny(reading, ending) == ending)
        {
            return $"at {moment:O} the node does not start: {cluster.LastLines(0)}";
        }

        Dictionary<string, string> found;
        try
        {
            found = await reading;
        }
        catch (RaftRequestException failure)
        {
            return $"at {moment:O} the node does not lead: {failure.Message} {cluster.LastLines(0)}";
        }

        var lost = recording.Writes.Where(write => write.Told <= moment && found.GetValueOrDefault(write.Key) != write.Value).ToList();
        var invented = found.Where(item => !recording.Writes.Any(write => write.Key == item.Key && write.Value == item.Value)).ToList();
        return lost.Count + invented.Count == 0
            ? null
            : $"at {moment:O}, of {recording.Writes.Count(write => write.Told <= moment)} acknowledged writes {lost.Count} are lost,"
                + $" {string.Join(", ", lost.Take(3).Select(write => write.Key))} among them; {invented.Count} keys were never written";
    }

    /// <summary>Half of all states are of the moment of an acknowledgement, when the least is there that must be.</summary>
    private DateTime DrawMoment(Random random)
    {
        var told = recording.Writes.Select(write => write.Told).OfType<DateTime>().Order().ToList();
        return fault == SyncFault.LastSyncIsLate || random.Next(2) == 0
            ? told[random.Next(told.Count)]
            : _states.Moments[random.Next(_states.Moments.Count)];
    }

    // System.HashCode differs from process to process.
    private static int HashCode(int seed, int state) => unchecked((seed * 1_000_003) + state);
}
