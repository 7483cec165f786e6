using Akka.Actor;
using AkkaRaft.Core;

namespace AkkaRaft.Server;

/// <summary>
/// Stops a server without loss. It transfers leadership first, so that the cluster need not detect that its leader is gone. Then it takes
/// nothing more and waits until its journal has confirmed all writes: an actor that is stopped keeps only the write that is at the journal,
/// and the writes behind it are lost.
/// </summary>
/// <param name="settings">The settings.</param>
/// <param name="server">The core.</param>
/// <param name="writer">The writes to wait for.</param>
/// <param name="supervisor">Hears that the server is ready to stop.</param>
/// <param name="log">Takes the lines.</param>
/// <param name="submit">Submits the requests that are batched.</param>
/// <param name="becomeFinishing">Changes the actor's behaviour to that of a server that only finishes.</param>
internal sealed class GracefulStop(
    RaftSettings settings,
    IServerPort server,
    JournalWriter writer,
    IActorRef supervisor,
    RaftServerLogger log,
    Action submit,
    Action becomeFinishing)
{
    private RequestId? _transfer;

    /// <summary>Whether the server is told to stop.</summary>
    public bool IsStopping { get; private set; }

    /// <summary>Whether the server only waits for what it began.</summary>
    public bool IsFinishing { get; private set; }

    public void Begin()
    {
        if (IsStopping)
        {
            return;
        }

        log.StopsOnPurpose(server.CurrentTerm);
        submit();
        IsStopping = true;
        if (server.Role != RaftRole.Leader)
        {
            FinishWrites();
            return;
        }

        server.StartTimer(TransferEnded.Instance, TransferEnded.Instance, 2 * settings.Protocol.ElectionTimeoutMax);
        _transfer = server.NextRequest();
        server.Step(new TransferLeadership(server.Now, _transfer, Target: null, Forwarded: true));
    }

    /// <summary>Ends the server's own leadership transfer, if the request is that one.</summary>
    /// <returns>Whether it was.</returns>
    public bool EndTransfer(RequestId request)
    {
        if (_transfer != request)
        {
            return false;
        }

        // Behind the effects that are being interpreted, which may hold writes.
        server.Self.Tell(TransferEnded.Instance);
        return true;
    }

    public void FinishWrites()
    {
        if (IsFinishing)
        {
            return;
        }

        IsFinishing = true;
        server.CancelTimer(TransferEnded.Instance);
        server.StartTimer(WritesTakeTooLong.Instance, WritesTakeTooLong.Instance, settings.Protocol.MaxWriteStall);
        becomeFinishing();
        ReportIfFinished();
    }

    /// <summary>Reports once the journal has confirmed all writes, and what is committed is applied and answered.</summary>
    public void ReportIfFinished()
    {
        if (IsFinishing && writer.PendingWrites == 0 && server.LastApplied == server.CommitIndex)
        {
            supervisor.Tell(ReadyToStop.Instance);
        }
    }

    public void OnWritesTakeTooLong()
    {
        log.StopsUnfinished(server.CurrentTerm, writer.PendingWrites, settings.Protocol.MaxWriteStall);
        supervisor.Tell(ReadyToStop.Instance);
    }
}

/// <summary>The leadership transfer of a stopping server is done, has failed, or has taken its time.</summary>
internal sealed class TransferEnded
{
    public static readonly TransferEnded Instance = new();
}

/// <summary>The journal or the state machine has had its time.</summary>
internal sealed class WritesTakeTooLong
{
    public static readonly WritesTakeTooLong Instance = new();
}
