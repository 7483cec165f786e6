namespace AkkaRaft.Core;

/// <summary>Who a server is.</summary>
/// <param name="Id">The server's name.</param>
/// <param name="Incarnation">Names the data directory; 0 for none.</param>
/// <param name="NewHistory">What this server calls the cluster's history if it is the one to begin it; 0 for none.</param>
internal sealed record ServerIdentity(ServerId Id, long Incarnation, long NewHistory);
