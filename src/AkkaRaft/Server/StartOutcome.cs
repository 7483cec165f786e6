using Akka.Actor;

namespace AkkaRaft.Server;

/// <summary>The outcome of the server's last start, and the actors that wait for it.</summary>
internal sealed class StartOutcome
{
    private readonly List<IActorRef> _waiting = [];
    private object? _outcome;

    /// <summary>Whether the present run of the server has started.</summary>
    public bool IsStarted { get; private set; }

    /// <summary>Why the server must not run, or null when it may.</summary>
    public ServerRefused? Refusal => _outcome as ServerRefused;

    public void NoteRestart() => IsStarted = false;

    public void Note(object outcome)
    {
        _outcome = outcome;
        IsStarted = outcome is ServerStarted;
        _waiting.ForEach(waiting => waiting.Tell(outcome));
        _waiting.Clear();
    }

    /// <summary>Tells an actor the outcome, now or when it is known.</summary>
    public void Tell(IActorRef waiting)
    {
        if (_outcome is { } outcome)
        {
            waiting.Tell(outcome);
        }
        else
        {
            _waiting.Add(waiting);
        }
    }
}
