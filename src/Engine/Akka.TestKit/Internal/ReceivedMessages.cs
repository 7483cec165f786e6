namespace Akka.TestKit.Internal;

/// <summary>What a test actor has received and its test has not looked at yet.</summary>
internal sealed class ReceivedMessages
{
    private readonly Queue<MessageEnvelope> _messages = new();

    /// <summary>Told of the next message, and then forgotten.</summary>
    private readonly List<TaskCompletionSource> _waiting = [];

    public int Count
    {
        get
        {
            lock (_messages) return _messages.Count;
        }
    }

    public void Add(MessageEnvelope message)
    {
        TaskCompletionSource[] waiting;
        lock (_messages)
        {
            _messages.Enqueue(message);
            waiting = [.. _waiting];
            _waiting.Clear();
            Monitor.PulseAll(_messages);
        }

        foreach (var waiter in waiting) waiter.TrySetResult();
    }

    public bool TryTake(out MessageEnvelope message)
    {
        lock (_messages) return _messages.TryDequeue(out message!);
    }

    public bool TryPeek(out MessageEnvelope message)
    {
        lock (_messages) return _messages.TryPeek(out message!);
    }

    public MessageEnvelope[] ToArray()
    {
        lock (_messages) return [.. _messages];
    }

    /// <summary>Holds the thread until there is a message or the time is over.</summary>
    public bool Wait(TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var wakeUp = cancellationToken.Register(() =>
        {
            lock (_messages) Monitor.PulseAll(_messages);
        });
        var end = timeout.IsInfiniteTimeout() ? TimeSpan.MaxValue : TestKitBase.Now + timeout;
        lock (_messages)
        {
            while (_messages.Count == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var left = end == TimeSpan.MaxValue ? Timeout.InfiniteTimeSpan : end - TestKitBase.Now;
                if (left != Timeout.InfiniteTimeSpan && left <= TimeSpan.Zero) return false;
                Monitor.Wait(_messages, left);
            }

            return true;
        }
    }

    public async ValueTask<bool> WaitAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        TaskCompletionSource waiter;
        lock (_messages)
        {
            if (_messages.Count > 0) return true;
            waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add(waiter);
        }

        try
        {
            await waiter.Task.WaitAsync(timeout, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return Count > 0;
        }
        finally
        {
            lock (_messages) _waiting.Remove(waiter);
        }
    }
}
