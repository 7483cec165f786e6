using AkkaRaft.Core;
using AkkaRaft.Serialization;

namespace AkkaRaft.Server;

/// <summary>A message between servers, with the name of the cluster that both must belong to.</summary>
internal sealed record PeerMessage(string ClusterId, RaftMessage Message) : IRaftWireMessage;
