using AkkaRaft.EndToEnd.Harness;

namespace AkkaRaft.EndToEnd.Chaos;

/// <summary>Draws faults from a seed and puts them in: some hit processes, some the network, and some come together.</summary>
internal sealed class Nemesis
{
    private readonly Random _random;
    private readonly ProcessFaults _processFaults;
    private readonly NetworkFaults _networkFaults;

    public Nemesis(TestCluster cluster, int seed, FaultLog log)
    {
        _random = new Random(seed);
        _processFaults = new ProcessFaults(cluster, log);
        _networkFaults = new NetworkFaults(cluster, log);
    }

    /// <summary>Puts in one fault, or one of each sort, and returns when all is healed.</summary>
    public async Task EpisodeAsync(CancellationToken ended)
    {
        // Each sort draws from its own source, so that what one does with its draws does not change what the other draws.
        var (forProcesses, forNetwork) = (new Random(_random.Next()), new Random(_random.Next()));
        switch (_random.Next(100))
        {
            case < 40:
                await _processFaults.RunOneAsync(forProcesses, ended);
                break;
            case < 70:
                await _networkFaults.RunOneAsync(forNetwork, ended);
                break;
            default:
                await Task.WhenAll(_processFaults.RunOneAsync(forProcesses, ended), _networkFaults.RunOneAsync(forNetwork, ended));
                break;
        }
    }

    /// <summary>How long the cluster is left in peace until the next episode.</summary>
    public TimeSpan Peace() => TimeSpan.FromSeconds(3 * _random.NextDouble());
}
