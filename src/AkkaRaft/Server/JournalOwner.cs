using AkkaRaft.Core;
using AkkaRaft.Serialization;

namespace AkkaRaft.Server;

/// <summary>The first event of a journal: which server of which cluster it belongs to. No other may use it.</summary>
internal sealed record JournalOwner(string ClusterId, ServerId ServerId) : IRaftWireMessage;
