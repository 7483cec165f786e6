using AkkaRaft.Core;

namespace AkkaRaft.TestKit;

/// <summary>A command that a server has applied.</summary>
/// <param name="Index">Its place in the log.</param>
/// <param name="Command">The command.</param>
public sealed record AppliedCommand(LogIndex Index, object Command);

/// <summary>What a server's state machine has been given in its present life, and a gate that holds it up.</summary>
internal sealed class StateMachineRecord
{
    private readonly object _lock = new();
    private List<AppliedCommand> _applied = [];
    private bool _held;
    private bool _ended;

    public bool IsHeld
    {
        get
        {
            lock (_lock)
            {
                return _held;
            }
        }
    }

    public IReadOnlyList<AppliedCommand> Applied
    {
        get
        {
            lock (_lock)
            {
                return [.. _applied];
            }
        }
    }

    public void Hold()
    {
        lock (_lock)
        {
            _held = true;
        }
    }

    public void Release()
    {
        lock (_lock)
        {
            _held = false;
            Monitor.PulseAll(_lock);
        }
    }

    public void BeginLife()
    {
        lock (_lock)
        {
            _applied = [];
            _ended = false;
        }
    }

    /// <summary>The server crashes: a command that is held up comes to no end.</summary>
    public void EndLife()
    {
        lock (_lock)
        {
            _ended = true;
            _held = false;
            Monitor.PulseAll(_lock);
        }
    }

    public void Add(AppliedCommand command)
    {
        lock (_lock)
        {
            while (_held)
            {
                Monitor.Wait(_lock);
            }

            if (_ended)
            {
                throw new OperationCanceledException("The server has crashed.");
            }

            _applied.Add(command);
        }
    }
}

/// <summary>Notes what the user's state machine is given.</summary>
internal class RecordingStateMachine : ITimedStateMachine, IStateDigest
{
    private readonly IStateMachine _inner;
    private readonly StateMachineRecord _record;

    public RecordingStateMachine(IStateMachine inner, StateMachineRecord record)
    {
        _inner = inner;
        _record = record;
        record.BeginLife();
    }

    public string Digest => (_inner as IStateDigest)?.Digest ?? "";

    public bool NeedsTime => _inner is ITimedStateMachine { NeedsTime: true };

    public void AdvanceTime(LogIndex index, TimeSpan now) => (_inner as ITimedStateMachine)?.AdvanceTime(index, now);

    public object? Apply(LogIndex index, object command)
    {
        _record.Add(new AppliedCommand(index, command));
        return _inner.Apply(index, command);
    }

    public object? Query(object query) => _inner.Query(query);

    /// <summary>Wraps a state machine; one that has snapshots has them still.</summary>
    public static RecordingStateMachine Around(IStateMachine inner, StateMachineRecord record) =>
        inner is ISnapshotStateMachine machine ? new WithSnapshots(machine, record) : new RecordingStateMachine(inner, record);

    private sealed class WithSnapshots(ISnapshotStateMachine inner, StateMachineRecord record)
        : RecordingStateMachine(inner, record), ISnapshotStateMachine
    {
        public IStateCapture Capture() => inner.Capture();

        public void Restore(Stream source) => inner.Restore(source);
    }
}

/// <summary>
/// The state machine of a spec that brings none: it answers each command with itself, and each query with the number of commands.
/// </summary>
internal sealed class EchoStateMachine : ISnapshotStateMachine, IStateDigest
{
    private int _commands;

    public string Digest => $"{_commands} commands";

    public object? Apply(LogIndex index, object command)
    {
        _commands++;
        return command;
    }

    public object? Query(object query) => _commands;

    public IStateCapture Capture() => new Captured(_commands);

    public void Restore(Stream source)
    {
        using var reader = new BinaryReader(source);
        _commands = reader.ReadInt32();
    }

    private sealed class Captured(int commands) : IStateCapture
    {
        public void WriteTo(Stream target)
        {
            using var writer = new BinaryWriter(target);
            writer.Write(commands);
        }

        public void Dispose()
        {
        }
    }
}
