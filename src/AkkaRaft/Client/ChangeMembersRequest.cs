using AkkaRaft.Core;
using AkkaRaft.Serialization;

namespace AkkaRaft.Client;

/// <summary>Asks for a change of members.</summary>
internal sealed record ChangeMembersRequest(Forwarding? Forwarding, long Id, IReadOnlyList<MemberChange> Changes) : IRaftWireMessage;
