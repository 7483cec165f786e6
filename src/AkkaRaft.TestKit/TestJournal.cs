using System.Collections.Concurrent;
using System.Collections.Immutable;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;

namespace AkkaRaft.TestKit;

/// <summary>
/// A journal whose records live in a <see cref="JournalStore"/>, which outlives crashes of its server. A plugin for specs, one for each
/// server. It speaks the journals' messages itself, as Akka's base class for journals has changed its signatures among the versions 1.5.
/// </summary>
public sealed class TestJournal : ReceiveActor
{
    private static readonly ConcurrentDictionary<string, JournalStore> Stores = new();

    private readonly JournalStore _store;

    /// <summary>Called by Akka, with the plugin's section.</summary>
    public TestJournal(Config config)
    {
        _store = Stores[config.GetString("store") ?? ""];
        Receive<WriteMessages>(OnWrite);
        Receive<WriteEnded>(OnWriteEnded);
        Receive<ReplayMessages>(OnReplay);
        Receive<DeleteMessagesTo>(OnDelete);
    }

    internal static void Register(string name, JournalStore store) => Stores[name] = store;

    internal static void Forget(string name) => Stores.TryRemove(name, out _);

    private void OnWrite(WriteMessages request)
    {
        var self = Self;
        _store.Write([.. request.Messages.OfType<AtomicWrite>()]).ContinueWith(
            result => self.Tell(new WriteEnded(request, result), ActorRefs.NoSender), TaskScheduler.Default);
    }

    // A persistent actor has one write under way at a time, so that the answers need not be put in order.
    private void OnWriteEnded(WriteEnded ended)
    {
        var (request, result) = ended;
        var failure = result.Exception?.InnerException;
        request.PersistentActor.Tell(
            failure is null
                ? WriteMessagesSuccessful.Instance
                : new WriteMessagesFailed(failure, request.Messages.OfType<AtomicWrite>().Count()));
        var write = 0;
        foreach (var envelope in request.Messages)
        {
            if (envelope is not AtomicWrite)
            {
                request.PersistentActor.Tell(new LoopMessageSuccess(envelope.Payload, request.ActorInstanceId), envelope.Sender);
                continue;
            }

            var rejection = failure is null ? result.Result[write++] : null;
            foreach (var record in (IEnumerable<IPersistentRepresentation>)envelope.Payload)
            {
                object answer = failure is not null ? new WriteMessageFailure(record, failure, request.ActorInstanceId)
                    : rejection is not null ? new WriteMessageRejected(record, rejection, request.ActorInstanceId)
                    : new WriteMessageSuccess(record, request.ActorInstanceId);
                request.PersistentActor.Tell(answer, record.Sender);
            }
        }
    }

    private void OnReplay(ReplayMessages request)
    {
        foreach (var record in _store.Read(request.FromSequenceNr, request.ToSequenceNr).Take((int)Math.Min(request.Max, int.MaxValue)))
        {
            request.PersistentActor.Tell(new ReplayedMessage(record), ActorRefs.NoSender);
        }

        request.PersistentActor.Tell(new RecoverySuccess(_store.HighestSequenceNr), ActorRefs.NoSender);
    }

    private void OnDelete(DeleteMessagesTo request)
    {
        _store.Trim(request.ToSequenceNr);
        request.PersistentActor.Tell(new DeleteMessagesSuccess(request.ToSequenceNr));
    }

    private sealed record WriteEnded(WriteMessages Request, Task<IImmutableList<Exception>> Result);
}
