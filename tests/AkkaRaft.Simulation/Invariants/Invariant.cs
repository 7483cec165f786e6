using System.Runtime.CompilerServices;
using System.Text;
using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>Something that must hold whatever happens. It is told what happens, and looks only at what that may have changed.</summary>
internal abstract class Invariant
{
    /// <summary>The world that is watched.</summary>
    public required World World { get; init; }

    /// <summary>A server has begun a life with what its journal gave back.</summary>
    public virtual void AfterStart(SimulatedServer server)
    {
    }

    /// <summary>A server has taken an input; what changed is in its <see cref="SimulatedServer.Change"/>.</summary>
    public virtual void AfterStep(SimulatedServer server, RaftInput input)
    {
    }

    /// <summary>A server has become leader.</summary>
    public virtual void OnLeader(SimulatedServer server)
    {
    }

    /// <summary>An entry was said to be committed for the first time.</summary>
    public virtual void OnFirstCommitted(SimulatedServer server, LogEntry entry)
    {
    }

    /// <summary>A server says that an entry is committed, be it the first or not.</summary>
    public virtual void OnCommitted(SimulatedServer server, LogEntry entry)
    {
    }

    /// <summary>A message is about to leave.</summary>
    public virtual void OnSend(SimulatedServer server, RaftMessage message)
    {
    }

    /// <summary>An entry is about to be applied.</summary>
    public virtual void BeforeApply(SimulatedServer server, LogEntry entry)
    {
    }

    /// <summary>An entry was applied.</summary>
    public virtual void AfterApply(SimulatedServer server, LogEntry entry)
    {
    }

    /// <summary>A client is about to be told that its command is committed and applied.</summary>
    public virtual void OnAcknowledged(SimulatedServer server, Attempt attempt, LogEntry entry)
    {
    }

    /// <summary>A client is about to be told that its request never takes effect.</summary>
    public virtual void OnRejected(SimulatedServer server, Attempt attempt)
    {
    }

    /// <summary>The run is over.</summary>
    public virtual void AtEnd()
    {
    }

    /// <summary>Ends the run with the facts.</summary>
    protected void Require(
        bool condition, SimulatedServer server, [InterpolatedStringHandlerArgument(nameof(condition))] Facts facts)
    {
        if (!condition)
        {
            throw Broken(server, facts.ToString());
        }
    }

    protected InvariantBrokenException Broken(SimulatedServer server, string facts) => new(GetType().Name, $"{server.Id}: {facts}");

    /// <summary>The text of what was seen, which costs nothing as long as all is well.</summary>
    [InterpolatedStringHandler]
    protected readonly ref struct Facts
    {
        private readonly StringBuilder? _text;

        public Facts(int literalLength, int formattedCount, bool condition) =>
            _text = condition ? null : new StringBuilder(literalLength + (formattedCount * 8));

        public void AppendLiteral(string literal) => _text?.Append(literal);

        public void AppendFormatted<T>(T value) => _text?.Append(value);

        public override string ToString() => _text?.ToString() ?? "";
    }
}
