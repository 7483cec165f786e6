using System.Collections.Immutable;
using Akka.Actor;
using Akka.Persistence;
using AkkaRaft.Core;

namespace AkkaRaft.TestKit;

/// <summary>The disk of a server in a spec: it keeps what was written, as bytes, and can be made slow, stuck or broken.</summary>
public sealed class JournalStore
{
    private readonly Lock _lock = new();
    private readonly ActorSystem _system;
    private readonly string _persistenceId;
    private readonly List<Record> _records = [];
    private readonly Queue<(ImmutableArray<AtomicWrite> Writes, TaskCompletionSource<IImmutableList<Exception>> Done)> _held = new();

    private PersistentState _state = new();
    private long _highestSequenceNr;
    private bool _stalled;
    private int _delayed;
    private TimeSpan _delay;
    private (int Failures, int Rejections) _broken;
    private long _writes;

    internal JournalStore(ActorSystem system, string persistenceId)
    {
        _system = system;
        _persistenceId = persistenceId;
    }

    /// <summary>The log on the disk, as a server that starts from it would find it.</summary>
    public IReadOnlyList<LogEntry> Entries
    {
        get
        {
            lock (_lock)
            {
                return [.. _state.Entries];
            }
        }
    }

    /// <summary>The last entry on the disk, or that of the snapshot that stands for all of them.</summary>
    public LogIndex LastIndex
    {
        get
        {
            lock (_lock)
            {
                return _state.LastIndex;
            }
        }
    }

    /// <summary>The first record of the journal that is still there; those ahead of it were trimmed.</summary>
    public long FirstSequenceNr
    {
        get
        {
            lock (_lock)
            {
                return _records.Count == 0 ? 0 : _records[0].SequenceNr;
            }
        }
    }

    /// <summary>The term on the disk.</summary>
    public Term CurrentTerm
    {
        get
        {
            lock (_lock)
            {
                return _state.CurrentTerm;
            }
        }
    }

    /// <summary>How many writes wait because the spec wants it: those that are merely under way do not count.</summary>
    internal int HeldWrites
    {
        get
        {
            lock (_lock)
            {
                return _stalled ? _held.Count : _delayed;
            }
        }
    }

    internal long Activity => Interlocked.Read(ref _writes);

    internal long HighestSequenceNr
    {
        get
        {
            lock (_lock)
            {
                return _highestSequenceNr;
            }
        }
    }

    /// <summary>Each later write takes so long.</summary>
    public void Delay(TimeSpan by)
    {
        lock (_lock)
        {
            _delay = by;
        }
    }

    /// <summary>No write comes to an end until <see cref="Resume"/>; a crash loses those that wait.</summary>
    public void Stall()
    {
        lock (_lock)
        {
            _stalled = true;
        }
    }

    /// <summary>Ends <see cref="Stall"/>: what waits is written.</summary>
    public void Resume()
    {
        lock (_lock)
        {
            _stalled = false;
        }

        while (WriteHeld())
        {
        }
    }

    /// <summary>The next writes fail, as on a disk that is broken; nothing of them is kept.</summary>
    public void FailNext(int writes = 1)
    {
        lock (_lock)
        {
            _broken.Failures = writes;
        }
    }

    /// <summary>The next writes are rejected, as by a serializer that cannot write them; nothing of them is kept.</summary>
    public void RejectNext(int writes = 1)
    {
        lock (_lock)
        {
            _broken.Rejections = writes;
        }
    }

    /// <summary>Deletes the journal's records up to one, as the server asks for it, or as a disk that loses them.</summary>
    internal void Trim(long toSequenceNr)
    {
        lock (_lock)
        {
            _records.RemoveAll(record => record.SequenceNr <= toSequenceNr);
            _state = new PersistentState();
            foreach (var record in _records)
            {
                if (Load(record).Payload is RaftEvent raftEvent)
                {
                    _state.Replay(raftEvent);
                }
            }
        }
    }

    /// <summary>The last record cannot be read any more, as one that is marked as deleted; its number is known.</summary>
    internal void HideLast()
    {
        lock (_lock)
        {
            _records.RemoveAt(_records.Count - 1);
        }
    }

    /// <summary>What the disk held before the server ever ran.</summary>
    internal void Prepare(IEnumerable<object> events)
    {
        lock (_lock)
        {
            foreach (var journalEvent in events)
            {
                Keep(_highestSequenceNr + 1, journalEvent, "");
            }
        }
    }

    /// <summary>The server crashed: what was not written by now never will be.</summary>
    internal void LoseHeldWrites()
    {
        lock (_lock)
        {
            while (_held.TryDequeue(out var held))
            {
                held.Done.TrySetException(new IOException("The server crashed before the write was done."));
            }
        }
    }

    internal IReadOnlyList<IPersistentRepresentation> Read(long from, long to)
    {
        lock (_lock)
        {
            return [.. _records.Where(record => record.SequenceNr >= from && record.SequenceNr <= to).Select(Load)];
        }
    }

    internal Task<IImmutableList<Exception>> Write(ImmutableArray<AtomicWrite> writes)
    {
        var done = new TaskCompletionSource<IImmutableList<Exception>>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _held.Enqueue((writes, done));
            if (_stalled)
            {
                return done.Task;
            }

            if (_delay > TimeSpan.Zero)
            {
                _delayed++;
                _system.Scheduler.Advanced.ScheduleOnce(_delay, WriteDelayed);
                return done.Task;
            }
        }

        WriteHeld();
        return done.Task;
    }

    private void WriteDelayed()
    {
        lock (_lock)
        {
            _delayed--;
        }

        WriteHeld();
    }

    private bool WriteHeld()
    {
        lock (_lock)
        {
            if (_stalled || !_held.TryDequeue(out var held))
            {
                return false;
            }

            Interlocked.Increment(ref _writes);
            if (_broken.Failures > 0)
            {
                _broken.Failures--;
                held.Done.TrySetException(new IOException("The spec's disk is broken."));
            }
            else if (_broken.Rejections > 0)
            {
                _broken.Rejections--;
                held.Done.TrySetResult([.. held.Writes.Select(_ => new IOException("The spec's disk rejects the write."))]);
            }
            else
            {
                foreach (var representation in held.Writes.SelectMany(write => (IEnumerable<IPersistentRepresentation>)write.Payload))
                {
                    Keep(representation.SequenceNr, representation.Payload, representation.WriterGuid);
                }

                // One answer for each write, null where it was kept.
                held.Done.TrySetResult([.. held.Writes.Select(_ => (Exception)null!)]);
            }

            return true;
        }
    }

    private void Keep(long sequenceNr, object journalEvent, string writer)
    {
        if (sequenceNr != _highestSequenceNr + 1)
        {
            throw new RaftTestException($"Event {sequenceNr} of {_persistenceId} is to be written behind {_highestSequenceNr}.");
        }

        _highestSequenceNr = sequenceNr;

        var serializer = _system.Serialization.FindSerializerFor(journalEvent);
        var manifest = Akka.Serialization.Serialization.ManifestFor(serializer, journalEvent);
        _records.Add(new Record(sequenceNr, serializer.Identifier, manifest, serializer.ToBinary(journalEvent), writer));
        if (journalEvent is RaftEvent raftEvent)
        {
            _state.Replay(raftEvent);
        }
    }

    private Persistent Load(Record record)
    {
        var journalEvent = _system.Serialization.Deserialize(record.Bytes, record.SerializerId, record.Manifest);
        return new Persistent(
            journalEvent, record.SequenceNr, _persistenceId, journalEvent.GetType().FullName, false, ActorRefs.NoSender, record.Writer);
    }

    private sealed record Record(long SequenceNr, int SerializerId, string Manifest, byte[] Bytes, string Writer);
}
