namespace AkkaRaft.Core;

// What waits for the disk. Writes are durable in the order in which they were issued, so a sequence number says all: a message that
// promises something goes out when the write with the promise, and with it every earlier one, is durable.
public sealed partial class RaftServer
{
    /// <summary>Events of the current step; they go out as one <see cref="Persist"/>.</summary>
    private readonly List<RaftEvent> _events = [];

    /// <summary>Writes of entries that are not durable yet, by sequence. The last index never falls along it.</summary>
    private readonly List<PendingWrite> _pendingWrites = [];

    /// <summary>Messages that wait for a write, in the order in which they were posted; all of the current term.</summary>
    private readonly List<HeldMessage> _heldMessages = [];

    /// <summary>The term or the vote is another than the journal's.</summary>
    private bool _termIsDirty;

    private long _issuedSequence;
    private long _durableSequence;

    /// <summary>When a write became durable last, or was issued while no other waited.</summary>
    private TimeSpan _lastWriteProgress;

    /// <summary>The write that holds the current term and vote.</summary>
    private long _termSequence;

    /// <summary>Up to here the log on disk is the log in memory.</summary>
    private LogIndex _durableIndex;

    private (RaftRole Role, Term Term, ServerId? Leader)? _toldRole;

    /// <summary>With <paramref name="Sequence"/> the log is durable up to <paramref name="LastIndex"/>.</summary>
    private readonly record struct PendingWrite(long Sequence, LogIndex LastIndex);

    private readonly record struct HeldMessage(long Sequence, RaftMessage Message);

    private bool TermAndVoteAreDurable => _termSequence <= _durableSequence;

    /// <summary>Whether writes wait and none of them has become durable for too long: the disk cannot be relied on.</summary>
    private bool DiskHasStopped => _durableSequence < _issuedSequence && _now - _lastWriteProgress >= Options.MaxWriteStall;

    private void SetTermAndVote(Term term, ServerId? vote)
    {
        if (term > CurrentTerm)
        {
            // What was meant for an earlier term is void: an append that it acknowledges may be cut off in this one.
            _heldMessages.Clear();
        }

        CurrentTerm = term;
        VotedFor = vote;
        _termIsDirty = true;
        _termSequence = _issuedSequence + 1;
    }

    /// <summary>Puts entries behind the last and has them written.</summary>
    private void AppendToLog(IReadOnlyList<LogEntry> entries)
    {
        foreach (var entry in entries)
        {
            Require(
                entry.Term >= _log.LastTerm && entry.Term <= CurrentTerm,
                $"entry {entry.Index} of term {entry.Term} after one of term {_log.LastTerm}");
            _log.Append(entry);
            _configurations.Append(entry);
        }

        _events.Add(new EntriesAppended(entries));
        _pendingWrites.Add(new PendingWrite(_issuedSequence + 1, LastLogIndex));
    }

    /// <summary>Cuts a conflicting suffix off (section 5.3). The write that follows replaces it on disk too.</summary>
    private void CutLogFrom(LogIndex index)
    {
        Require(index > CommitIndex, $"the committed entry {index} would be overwritten");
        _log.CutFrom(index);
        _configurations.CutFrom(index);
        _durableIndex = LogIndex.Min(_durableIndex, index.Previous);
        for (var i = 0; i < _pendingWrites.Count; i++)
        {
            _pendingWrites[i] = _pendingWrites[i] with { LastIndex = LogIndex.Min(_pendingWrites[i].LastIndex, index.Previous) };
        }
    }

    /// <summary>The write after which the log is durable up to an index; 0 when it is already.</summary>
    private long SequenceThatWrites(LogIndex index) =>
        index <= _durableIndex ? 0 : _pendingWrites.Find(write => write.LastIndex >= index).Sequence;

    /// <summary>Sends a message as soon as the term that it names, and the write that it depends on, are durable.</summary>
    private void Post(RaftMessage message, long sequence = 0)
    {
        var needed = Math.Max(sequence, _termSequence);
        if (needed <= _durableSequence || Has(RaftFault.AnswerBeforeWrite))
        {
            Emit(new Send(message));
        }
        else if (_heldMessages.Count < Options.MaxHeldMessages || message is RequestVote)
        {
            // A candidate asks each voter once a term. Dropped at the bound, its requests would never reach the same few voters.
            _heldMessages.Add(new HeldMessage(needed, message));
        }
    }

    private void NoteDurable(long upTo)
    {
        Require(upTo <= _issuedSequence, $"write {upTo} is durable and only {_issuedSequence} were issued");
        if (upTo <= _durableSequence)
        {
            return;
        }

        _durableSequence = upTo;
        _lastWriteProgress = _now;
        var written = 0;
        while (written < _pendingWrites.Count && _pendingWrites[written].Sequence <= upTo)
        {
            _durableIndex = LogIndex.Max(_durableIndex, _pendingWrites[written].LastIndex);
            written++;
        }

        _pendingWrites.RemoveRange(0, written);
        ReleaseMessages();
    }

    /// <summary>Sends what the disk has caught up with.</summary>
    private void ReleaseMessages()
    {
        var kept = 0;
        for (var i = 0; i < _heldMessages.Count; i++)
        {
            var held = _heldMessages[i];
            if (held.Sequence > _durableSequence)
            {
                _heldMessages[kept++] = held;
            }
            else if (!IsOvertaken(held.Message))
            {
                Emit(new Send(held.Message));
            }
        }

        _heldMessages.RemoveRange(kept, _heldMessages.Count - kept);
    }

    /// <summary>
    /// Whether a message asks for votes in an election that this server has left meanwhile: since then it may have followed a leader, and
    /// learnt that it is no voter any more.
    /// </summary>
    private bool IsOvertaken(RaftMessage message) => message switch
    {
        PreVote => Role != RaftRole.PreCandidate || message.Term != CurrentTerm,
        RequestVote => Role != RaftRole.Candidate || message.Term != CurrentTerm,
        _ => false,
    };

    /// <summary>Ends a step: the role first, then one write at most, so that the disk starts ahead of the network.</summary>
    private IReadOnlyList<RaftEffect> TakeEffects()
    {
        if (_termIsDirty || _events.Count > 0)
        {
            IReadOnlyList<RaftEvent> events = _termIsDirty ? [new TermAndVote(CurrentTerm, VotedFor), .. _events] : [.. _events];
            _lastWriteProgress = _issuedSequence == _durableSequence ? _now : _lastWriteProgress;
            _effects.Insert(0, new Persist(++_issuedSequence, events));
            _events.Clear();
            _termIsDirty = false;
        }

        if (_toldRole != (Role, CurrentTerm, Leader))
        {
            _toldRole = (Role, CurrentTerm, Leader);
            _effects.Insert(0, new RoleChanged(Role, CurrentTerm, Leader));
        }

        if (_effects.Count == 0)
        {
            return [];
        }

        var effects = _effects;
        _effects = [];
        return effects;
    }
}
