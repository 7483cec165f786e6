namespace AkkaRaft.Core;

/// <summary>
/// The protocol versions that the members are known to speak: from what each said in any role, and from what leaders said of all. A new
/// leader so knows a member's version that it has not heard itself.
/// </summary>
internal sealed class MemberVersions
{
    private readonly Dictionary<ServerId, int> _spoken = [];

    /// <summary>The version that all members are known to speak.</summary>
    public int ClusterVersion { get; set; } = ProtocolVersion.First;

    /// <summary>Notes the version of a member that was heard.</summary>
    public void Note(ServerId member, int version) => _spoken[member] = version;

    /// <summary>Takes the leader's word that all members speak a version.</summary>
    public void NoteClusterVersion(int version, IEnumerable<ServerId> otherMembers)
    {
        if (version == ClusterVersion)
        {
            return;
        }

        ClusterVersion = version;
        foreach (var member in otherMembers)
        {
            _spoken[member] = Math.Max(version, _spoken.GetValueOrDefault(member));
        }
    }

    /// <summary>The version of a member; 0 when it is not known.</summary>
    public int Of(ServerId member) => _spoken.GetValueOrDefault(member);
}
