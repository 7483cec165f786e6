namespace AkkaRaft.Simulation;

/// <summary>What a server has promised is on its disk at each start, unless that went back to an earlier state.</summary>
internal sealed class OnlyOlderDisksAreRefused : Invariant
{
    /// <summary>A server has found that others heard it promise more than its disk has.</summary>
    public void OnProvedOlder(SimulatedServer server, string proof) => Require(server.IsOlder, server, $"{proof}, and its disk never went back");
}
