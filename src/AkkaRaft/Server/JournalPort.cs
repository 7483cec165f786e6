namespace AkkaRaft.Server;

/// <summary>What the persistent actor lends of its journal.</summary>
/// <param name="LastSequenceNr">The number of the record that is being replayed, or was confirmed last.</param>
/// <param name="PersistAll">Writes records together, and calls back for each.</param>
/// <param name="Persist">Writes one record, and calls back.</param>
/// <param name="Delete">Deletes records up to a number.</param>
internal sealed record JournalPort(
    Func<long> LastSequenceNr,
    Action<IReadOnlyList<object>, Action<object>> PersistAll,
    Action<object, Action<object>> Persist,
    Action<long> Delete);
