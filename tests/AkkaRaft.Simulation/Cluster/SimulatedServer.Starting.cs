using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

// Between the journal and the first step: whether the disk is what it was, as far as others can say.
internal sealed partial class SimulatedServer
{
    private StartCheck? _startCheck;

    /// <summary>What it tells of its start: the first version of the protocol tells nothing.</summary>
    public long SpokenStart => Options.Version == ProtocolVersion.First ? 0 : _startCheck?.Start ?? 0;

    /// <summary>It has read its journal, and asks the others what it has promised.</summary>
    public bool IsAsking { get; private set; }

    /// <summary>Its disk went back to an earlier state.</summary>
    public bool IsOlder { get; private set; }

    /// <summary>It was proved to it that its disk went back, and it is down for good.</summary>
    public bool KnowsThatItIsOlder { get; private set; }

    private IEnumerable<ServerId> OtherVoters =>
        Core!.Configuration.Voters.Union(Core.Configuration.OutgoingVoters).Where(voter => voter != Id);

    /// <summary>The process ends, and starts from a copy of its disk that was made earlier.</summary>
    public void StartFrom(SimulatedDisk copy)
    {
        Stop("its disk goes back to an earlier state", -1);
        Lost = (Disk.Incarnation, DurableLog.Copy());
        Disk = copy;
        IsOlder = true;
        RestartAfter(0);
    }

    private void AskForPromises(Promise onDisk, bool isNew)
    {
        // The time names it, and goes on from one life to the next.
        var start = Math.Max(_world.Now, 1 + (_startCheck?.Start ?? 0));
        _startCheck = new StartCheck(Id, start, onDisk, isNew || Options.Version == ProtocolVersion.First);
        if (_startCheck.IsAnsweredBy(OtherVoters))
        {
            TakePart();
            return;
        }

        IsAsking = true;
        Ask(_options.ElectionTimeoutMin);
    }

    private void Ask(TimeSpan patience)
    {
        foreach (var announcement in _startCheck!.AnnouncementsTo(OtherVoters).ToList())
        {
            SendOutsideTheProtocol(announcement);
        }

        _world.Schedule(_world.Now + Clock.RealTime(patience), new SimulatedEvent(EventKind.AskedLongEnough, Index, Life));
    }

    private void AskAgain()
    {
        if (Process == ProcessState.Running && !_startCheck!.IsAnsweredBy(OtherVoters))
        {
            Ask(_options.ElectionTimeoutMax);
        }
    }

    /// <summary>The protocol has not begun: requests wait, and what else comes is lost.</summary>
    private void HandleWhileAsking(in SimulatedEvent simulatedEvent)
    {
        switch (simulatedEvent.Kind)
        {
            case EventKind.Message:
                PassesStartCheck((Letter)simulatedEvent.Payload!);
                break;
            case EventKind.AskedLongEnough:
                TakePart();
                AskAgain();
                break;
            default:
                _backlog.Add(simulatedEvent);
                break;
        }

        if (IsAsking && Process == ProcessState.Running && _startCheck!.IsAnsweredBy(OtherVoters))
        {
            TakePart();
        }

        if (!IsAsking && Process == ProcessState.Running)
        {
            HandleBacklog();
        }
    }

    private bool PassesStartCheck(Letter letter)
    {
        var reception = _startCheck!.Receive(letter.Message, letter.Incarnation, letter.Start);
        if (reception.Proof is { } proof)
        {
            _world.Invariants.OlderDisks.OnProvedOlder(this, proof);
            KnowsThatItIsOlder = true;
            Stop(proof, -1);
            return false;
        }

        if (reception.Reply is { } reply)
        {
            SendOutsideTheProtocol(reply);
        }

        return reception.IsInput;
    }

    private void SendOutsideTheProtocol(RaftMessage message) => _world.Network.Send(message, Index, _world.IndexOf(message.To));
}
