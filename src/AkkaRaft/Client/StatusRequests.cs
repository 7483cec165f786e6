namespace AkkaRaft.Client;

/// <summary>Requests for the status of one server each, which are sent again until they are answered.</summary>
internal sealed class StatusRequests(RaftClientSettings settings, Contacts contacts, ClientPort port, RequestOutcomes outcomes)
{
    private readonly Dictionary<long, StatusRequest> _pending = [];

    public int Count => _pending.Count;

    public void Add(StatusRequest request)
    {
        request.AskedAt = port.Now;
        request.Deadline = port.Now + settings.Timeout;
        var id = port.NextId();
        _pending.Add(id, request);
        Send(id, request);
    }

    /// <summary>Takes an answer; the requests of the client's own for who leads are not here.</summary>
    public void OnAnswer(StatusAnswer answer)
    {
        if (_pending.Remove(answer.Id, out var request))
        {
            request.Completion.TrySetResult(answer.Status);
        }
    }

    public void Expire(TimeSpan now)
    {
        var ended = _pending.Where(pair => pair.Value.Deadline <= now || pair.Value.Completion.Task.IsCompleted);
        foreach (var (id, request) in ended.ToList())
        {
            _pending.Remove(id);
            outcomes.Fail(request);
        }
    }

    public void SendAgain(TimeSpan now)
    {
        foreach (var (id, request) in _pending.Where(pair => pair.Value.NextTry <= now))
        {
            Send(id, request);
        }
    }

    /// <summary>Fails all, as the client stops.</summary>
    public void FailAll()
    {
        foreach (var request in _pending.Values)
        {
            outcomes.Fail(request);
        }
    }

    /// <summary>A server that starts reads nothing yet, and what is sent to it then is lost.</summary>
    private void Send(long id, StatusRequest request)
    {
        request.NextTry = port.Now + (settings.ProbeInterval * Math.Min(RequestDeadlines.MaxResendFactor, 2 << request.Tries));
        request.Tries = Math.Min(request.Tries + 1, RequestDeadlines.MaxResendFactor);
        contacts.Tell(request.ContactPath, new GetStatus(id, request.WithDigest) { WantsSnapshot = request.WantsSnapshot }, port.Self);
    }
}
