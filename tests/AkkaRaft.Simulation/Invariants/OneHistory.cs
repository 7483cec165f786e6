using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>The name of a cluster's history is committed once, and never another: clients take another name for another history.</summary>
internal sealed class OneHistory : Invariant
{
    private long _name;

    public override void OnFirstCommitted(SimulatedServer server, LogEntry entry)
    {
        if (entry.Payload is not ConfigurationChange { Configuration.History: > 0 and var name })
        {
            return;
        }

        Require(_name == 0 || name == _name, server, $"the history is named {name} at {entry.Index}, and was named {_name}");
        _name = name;
    }

    public override void AfterStart(SimulatedServer server)
    {
        var name = server.Core!.CommittedHistory;
        Require(name == 0 || name == _name, server, $"it knows the history as {name}, and it is named {_name}");
    }
}
