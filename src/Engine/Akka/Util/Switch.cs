namespace Akka.Util;

public class Switch
{
    private readonly object _lock = new();
    private volatile bool _on;

    public Switch(bool startAsOn = false)
    {
        _on = startAsOn;
    }

    public bool IsOn => _on;

    public bool IsOff => !_on;

    public bool SwitchOn() => TranscendFrom(false, () => { });

    public bool SwitchOn(Action action) => TranscendFrom(false, action);

    public bool SwitchOff() => TranscendFrom(true, () => { });

    public bool SwitchOff(Action action) => TranscendFrom(true, action);

    /// <summary>Runs the action when on, without keeping others from switching meanwhile.</summary>
    public bool IfOn(Action action) => RunWhen(_on, action);

    public bool IfOff(Action action) => RunWhen(!_on, action);

    /// <summary>Runs the action when on; nobody can switch while it runs.</summary>
    public bool WhileOn(Action action)
    {
        lock (_lock) return RunWhen(_on, action);
    }

    public bool WhileOff(Action action)
    {
        lock (_lock) return RunWhen(!_on, action);
    }

    public void Locked(Action action)
    {
        lock (_lock) action();
    }

    protected bool TranscendFrom(bool from, Action action)
    {
        lock (_lock)
        {
            if (_on != from) return false;
            _on = !from;
            try
            {
                action();
            }
            catch
            {
                _on = from;
                throw;
            }

            return true;
        }
    }

    private static bool RunWhen(bool condition, Action action)
    {
        if (condition) action();
        return condition;
    }
}
