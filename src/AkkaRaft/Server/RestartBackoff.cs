namespace AkkaRaft.Server;

/// <summary>The wait before a restart: it doubles with each failure, and is short again after a run that was long enough.</summary>
internal sealed class RestartBackoff(TimeSpan min, TimeSpan max)
{
    private TimeSpan? _next;
    private TimeSpan _startedAt;

    public void NoteStart(TimeSpan now) => _startedAt = now;

    /// <summary>The wait after a run that ends now.</summary>
    public TimeSpan Next(TimeSpan now)
    {
        if (now - _startedAt > max)
        {
            _next = null;
        }

        var backoff = _next ?? min;
        _next = TimeSpan.FromTicks(Math.Min(backoff.Ticks * 2, max.Ticks));
        return backoff;
    }
}
