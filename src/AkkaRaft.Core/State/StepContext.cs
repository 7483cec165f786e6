namespace AkkaRaft.Core;

/// <summary>The step under way: its time, and the effects that it has so far.</summary>
internal sealed class StepContext
{
    private List<RaftEffect> _effects = [];

    /// <summary>The time of the current input. It never goes back.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>Begins a step.</summary>
    public void Begin(TimeSpan now) => Now = now > Now ? now : Now;

    /// <summary>Adds an effect behind the others.</summary>
    public void Emit(RaftEffect effect) => _effects.Add(effect);

    /// <summary>Adds an effect ahead of the others.</summary>
    public void EmitFirst(RaftEffect effect) => _effects.Insert(0, effect);

    /// <summary>Ends a step and gives its effects, in order.</summary>
    public IReadOnlyList<RaftEffect> Take()
    {
        if (_effects.Count == 0)
        {
            return [];
        }

        var effects = _effects;
        _effects = [];
        return effects;
    }
}
