using AkkaRaft.Core;

namespace AkkaRaft.Server;

/// <summary>Writes to the journal without waiting for it, and tells the core what is durable.</summary>
/// <param name="journal">The journal.</param>
/// <param name="identity">Whose it is.</param>
/// <param name="extent">Takes note of what is in it.</param>
/// <param name="server">The core.</param>
/// <param name="confirmed">Called after each write that the journal has confirmed.</param>
internal sealed class JournalWriter(
    JournalPort journal, JournalIdentity identity, JournalExtent extent, IServerPort server, Action confirmed)
{
    /// <summary>How many writes the journal has not confirmed yet.</summary>
    public int PendingWrites { get; private set; }

    /// <summary>Writes events. A journal's first write begins with its owner.</summary>
    public void Write(Persist persist)
    {
        var events = new List<object>(persist.Events.Count + 1);
        if (!identity.HasOwner)
        {
            identity.HasOwner = true;
            events.Add(identity.Record());
        }

        events.AddRange(persist.Events);
        var waitingFor = events.Count;
        PendingWrites++;
        CrashPoint.Reached(CrashPoint.BeforePersist);
        journal.PersistAll(events, written =>
        {
            extent.Note(journal.LastSequenceNr(), written);
            waitingFor--;
            if (waitingFor == 0)
            {
                PendingWrites--;
                identity.NoteDurable();
                CrashPoint.Reached(CrashPoint.AfterPersist);
                server.Step(new Persisted(server.Now, persist.Sequence));
                confirmed();
            }
        });
    }

    /// <summary>Gives a journal of the first format, which has an owner, an incarnation.</summary>
    public void NameJournalOfFirstFormat()
    {
        if (identity is { HasOwner: true, IsNamed: false })
        {
            WriteOwner(identity.Record(), _ => identity.NoteDurable());
        }
    }

    /// <summary>Writes a record of the owner.</summary>
    /// <param name="owner">The record.</param>
    /// <param name="written">Called when it is durable.</param>
    public void WriteOwner(JournalOwner owner, Action<object> written)
    {
        PendingWrites++;
        journal.Persist(owner, record =>
        {
            PendingWrites--;
            written(record);
            confirmed();
        });
    }
}
