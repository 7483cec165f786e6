using Akka.Actor;
using AkkaRaft.Client;
using AkkaRaft.Core;

namespace AkkaRaft.Server;

/// <summary>
/// A server that is told to stop. It hands over first, so that the cluster need not find out by itself that its leader is gone. Then it
/// takes nothing in any more and waits until its journal has confirmed all that it issued: an actor that is stopped keeps only the write
/// that is at the journal, and those behind it, which are still its own, are lost without a word.
/// </summary>
internal sealed partial class RaftActor
{
    private RequestId? _handOver;
    private bool _isStopping;

    /// <summary>Whether the server only waits for what it began.</summary>
    private bool _isFinishing;

    private void OnHandOver()
    {
        if (_isStopping)
        {
            return;
        }

        _log.StopsOnPurpose(CurrentTerm);
        HandInRequests();
        _isStopping = true;
        if (Server.Role != RaftRole.Leader)
        {
            FinishWrites();
            return;
        }

        Timers.StartSingleTimer(
            HandOverEnds.Instance, HandOverEnds.Instance, 2 * _settings.Protocol.ElectionTimeoutMax);
        _handOver = new RequestId(++_lastRequest);
        Handle(new TransferLeadership(Now, _handOver, Target: null, Forwarded: true));
    }

    /// <summary>Whether it was this server itself that wanted to be rid of the lead.</summary>
    private bool IsOwnHandOver(RequestId request)
    {
        if (_handOver != request)
        {
            return false;
        }

        // Behind the effects that are being interpreted, which may hold writes.
        Self.Tell(HandOverEnds.Instance);
        return true;
    }

    private void FinishWrites()
    {
        if (_isFinishing)
        {
            return;
        }

        _isFinishing = true;
        Timers.Cancel(HandOverEnds.Instance);
        Timers.StartSingleTimer(WritesTakeTooLong.Instance, WritesTakeTooLong.Instance, _settings.Protocol.MaxWriteStall);
        Become(Finishing);
        SayWhenFinished();
    }

    /// <summary>Nothing comes in any more but the end of what is under way. The journal's answers come by another way.</summary>
    private void Finishing()
    {
        Command<EntriesApplied>(OnApplied);
        Command<GetStatus>(AnswerStatus);
        Command<ClientMessage>(RefuseAsStopping);
        Command<WritesTakeTooLong>(_ => EndUnfinished());
        CommandAny(_ => { });
    }

    /// <summary>Says so once the journal has confirmed all writes, and what is committed is applied and its clients have their answers.</summary>
    private void SayWhenFinished()
    {
        if (_isFinishing && _pendingWrites == 0 && Server.LastApplied == Server.CommitIndex)
        {
            Context.Parent.Tell(ReadyToStop.Instance);
        }
    }

    private void EndUnfinished()
    {
        _log.StopsUnfinished(CurrentTerm, _pendingWrites, _settings.Protocol.MaxWriteStall);
        Context.Parent.Tell(ReadyToStop.Instance);
    }

    private void RefuseAsStopping(ClientMessage message)
    {
        if (!MayCome(message))
        {
            return;
        }

        foreach (var id in message.Ids)
        {
            Refuse(Sender, id, RejectionReason.ShuttingDown);
        }

        _answers.Flush(CurrentTerm, Self);
    }

    /// <summary>The hand-over is done, failed, or has taken its time.</summary>
    private sealed class HandOverEnds
    {
        public static readonly HandOverEnds Instance = new();
    }

    /// <summary>The journal or the state machine has had its time.</summary>
    private sealed class WritesTakeTooLong
    {
        public static readonly WritesTakeTooLong Instance = new();
    }
}
