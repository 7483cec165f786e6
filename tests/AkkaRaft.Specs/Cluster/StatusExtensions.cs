namespace AkkaRaft.Specs.Cluster;

internal static class StatusExtensions
{
    /// <summary>
    /// Whether this is a leader's status, and every member's data directory is named in the log: from then on the leader writes nothing of
    /// its own but what the spec is about.
    /// </summary>
    public static bool HasAdmittedAll(this RaftStatus status) =>
        status is { IsChangingMembers: false, Progress.Count: > 0 } && status.Progress.All(member => member.IsAdmitted);
}
