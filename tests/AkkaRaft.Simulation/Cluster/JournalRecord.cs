using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>One write in a journal's file, with what a real one carries to tell a torn record and a flipped bit.</summary>
internal sealed class JournalRecord
{
    private uint _checksum;
    private int _writtenLength;

    public JournalRecord(long sequence, IReadOnlyList<RaftEvent> events)
    {
        Sequence = sequence;
        Events = events;
        _checksum = Checksum();
        _writtenLength = Length;
    }

    public long Sequence { get; }

    public IReadOnlyList<RaftEvent> Events { get; }

    /// <summary>Only a part of it got onto the disk.</summary>
    public bool IsTorn => _writtenLength < Length;

    /// <summary>All of it is there, and something in it is not what was written.</summary>
    public bool IsCorrupt => !IsTorn && _checksum != Checksum();

    private int Length => 32 * Events.Count;

    public void Tear(SimulationRandom random) => _writtenLength = random.Below(Length);

    /// <summary>A bit of the file flips; it does not matter here which, as the checksum covers itself.</summary>
    public void FlipBit(SimulationRandom random) => _checksum ^= 1u << random.Below(32);

    private uint Checksum()
    {
        var hash = unchecked((uint)Sequence * 2654435761u);
        foreach (var written in Events)
        {
            hash = written switch
            {
                TermAndVote vote => Mix(hash, vote.CurrentTerm.Value),
                EntriesAppended appended => Mix(Mix(hash, appended.Entries[0].Index.Value), appended.Entries[^1].Term.Value),
                _ => Mix(hash, 1),
            };
        }

        return hash;
    }

    private static uint Mix(uint hash, long value) => unchecked((hash ^ (uint)value) * 16777619u);
}
