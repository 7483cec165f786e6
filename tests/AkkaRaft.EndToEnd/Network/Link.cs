namespace AkkaRaft.EndToEnd.Network;

/// <summary>The way from one node to another; the way back is a link of its own.</summary>
internal sealed class Link(string from, string to)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _closed;
    private LinkFault _fault;

    public string From { get; } = from;

    public string To { get; } = to;

    public LinkFault Fault
    {
        get
        {
            lock (_lock)
            {
                return _fault;
            }
        }
    }

    /// <summary>Puts a fault into the link, in place of the one it has; <see cref="LinkFaultKind.None"/> heals it.</summary>
    public void Set(LinkFault fault)
    {
        TaskCompletionSource? opened = null;
        lock (_lock)
        {
            _fault = fault;
            if (fault.Kind == LinkFaultKind.Cut)
            {
                _closed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
            else
            {
                (opened, _closed) = (_closed, null);
            }
        }

        opened?.SetResult();
    }

    /// <summary>Waits while the link is cut.</summary>
    public async Task PassableAsync(CancellationToken cancellationToken)
    {
        while (Closed is { } closed)
        {
            await closed.WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc />
    public override string ToString() => $"{From}→{To}";

    private Task? Closed
    {
        get
        {
            lock (_lock)
            {
                return _closed?.Task;
            }
        }
    }
}
