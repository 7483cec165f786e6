namespace AkkaRaft.Core;

/// <summary>
/// What the server has the shell write, and how much of it is durable. Writes become durable in the order in which they were issued, so a
/// sequence number tells how far the disk is.
/// </summary>
internal sealed class DurableWrites(StepContext step, RaftOptions options, LogIndex durableIndex)
{
    /// <summary>Events of the current step. They go out as one <see cref="Persist"/>.</summary>
    private readonly List<RaftEvent> _events = [];

    /// <summary>Writes of entries that are not durable yet, by sequence. The last index never falls along it.</summary>
    private readonly List<PendingWrite> _pending = [];

    /// <summary>The term or the vote differs from the journal's.</summary>
    private bool _termIsDirty;

    /// <summary>When a write became durable last, or was issued while no other waited.</summary>
    private TimeSpan _lastProgress;

    /// <summary>With <paramref name="Sequence"/> the log is durable up to <paramref name="LastIndex"/>.</summary>
    private readonly record struct PendingWrite(long Sequence, LogIndex LastIndex);

    /// <summary>The last write that was issued.</summary>
    public long IssuedSequence { get; private set; }

    /// <summary>The last write that is durable.</summary>
    public long DurableSequence { get; private set; }

    /// <summary>The write that holds the current term and vote.</summary>
    public long TermSequence { get; private set; }

    /// <summary>The write that the current step will issue.</summary>
    public long NextSequence => IssuedSequence + 1;

    /// <summary>Up to here the log on disk is the log in memory.</summary>
    public LogIndex DurableIndex { get; private set; } = durableIndex;

    /// <summary>The disk has no room for entries.</summary>
    public bool DiskIsFull { get; set; }

    /// <summary>Whether the current term and vote are durable.</summary>
    public bool TermAndVoteAreDurable => TermSequence <= DurableSequence;

    /// <summary>Whether writes wait and none has become durable for too long: the disk cannot be relied on.</summary>
    public bool HasStalled => DurableSequence < IssuedSequence && step.Now - _lastProgress >= options.MaxWriteStall;

    /// <summary>Has the term and the vote written, which are new.</summary>
    public void WriteNewTerm()
    {
        _termIsDirty = true;
        TermSequence = NextSequence;
    }

    /// <summary>Has the term and the vote written once more, as the record that holds them now will be trimmed.</summary>
    public void WriteTermAgain() => _termIsDirty = true;

    /// <summary>Has an event written.</summary>
    public void Write(RaftEvent raftEvent) => _events.Add(raftEvent);

    /// <summary>Has entries written that were put behind the log's last.</summary>
    public void WriteEntries(IReadOnlyList<LogEntry> entries, LogIndex lastIndex)
    {
        _events.Add(new EntriesAppended(entries));
        _pending.Add(new PendingWrite(NextSequence, lastIndex));
    }

    /// <summary>Notes that a suffix was cut off the log. The write that follows replaces it on disk too.</summary>
    public void CutFrom(LogIndex index)
    {
        DurableIndex = LogIndex.Min(DurableIndex, index.Previous);
        for (var i = 0; i < _pending.Count; i++)
        {
            _pending[i] = _pending[i] with { LastIndex = LogIndex.Min(_pending[i].LastIndex, index.Previous) };
        }
    }

    /// <summary>Notes that a snapshot takes the place of the whole log with the next write.</summary>
    public void ReplaceLog(LogIndex commitIndex, LogIndex lastIndex)
    {
        DurableIndex = LogIndex.Min(DurableIndex, commitIndex);
        _pending.Clear();
        _pending.Add(new PendingWrite(NextSequence, lastIndex));
    }

    /// <summary>The write after which the log is durable up to an index; 0 when it is already.</summary>
    public long SequenceThatWrites(LogIndex index) =>
        index <= DurableIndex ? 0 : _pending.Find(write => write.LastIndex >= index).Sequence;

    /// <summary>Notes that writes are durable.</summary>
    /// <returns>Whether that is news.</returns>
    public bool NoteDurable(long upTo)
    {
        if (upTo <= DurableSequence)
        {
            return false;
        }

        DurableSequence = upTo;
        _lastProgress = step.Now;
        var written = 0;
        while (written < _pending.Count && _pending[written].Sequence <= upTo)
        {
            DurableIndex = LogIndex.Max(DurableIndex, _pending[written].LastIndex);
            written++;
        }

        _pending.RemoveRange(0, written);
        return true;
    }

    /// <summary>Issues the write of the current step, ahead of all its messages, so that the disk starts ahead of the network.</summary>
    public void Issue(Term currentTerm, ServerId? votedFor)
    {
        if (!_termIsDirty && _events.Count == 0)
        {
            return;
        }

        IReadOnlyList<RaftEvent> events = _termIsDirty ? [new TermAndVote(currentTerm, votedFor), .. _events] : [.. _events];
        _lastProgress = IssuedSequence == DurableSequence ? step.Now : _lastProgress;
        step.EmitFirst(new Persist(++IssuedSequence, events));
        _events.Clear();
        _termIsDirty = false;
    }
}
