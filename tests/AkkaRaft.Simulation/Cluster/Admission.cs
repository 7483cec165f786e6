using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>Who may speak under a member's name.</summary>
internal static class Admission
{
    /// <summary>Whether a server of this incarnation is the one that was admitted, as far as the configuration says.</summary>
    public static bool Admits(this ClusterConfiguration configuration, ServerId id, long incarnation) =>
        incarnation == 0 || !configuration.Incarnations.TryGetValue(id, out var admitted) || admitted == incarnation;
}
