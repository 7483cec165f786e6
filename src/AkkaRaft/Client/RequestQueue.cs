namespace AkkaRaft.Client;

/// <summary>The requests of a client: those that wait to be sent, and those that are with a server.</summary>
internal sealed class RequestQueue
{
    private readonly Queue<Request> _waiting = new();
    private readonly Dictionary<long, Request> _sent = [];

    /// <summary>In the order in which they are sent.</summary>
    public IReadOnlyCollection<Request> Waiting => _waiting;

    public IReadOnlyCollection<Request> Sent => _sent.Values;

    public int Count => _waiting.Count + _sent.Count;

    public void Enqueue(Request request) => _waiting.Enqueue(request);

    public bool TryDequeue(out Request request) => _waiting.TryDequeue(out request!);

    /// <summary>Takes each waiting request out once; one that is to wait on is put back.</summary>
    /// <param name="waitsOn">Whether a request waits on.</param>
    public void Pass(Func<Request, bool> waitsOn)
    {
        for (var left = _waiting.Count; left > 0; left--)
        {
            var request = _waiting.Dequeue();
            if (waitsOn(request))
            {
                _waiting.Enqueue(request);
            }
        }
    }

    public void AddSent(Request request) => _sent.Add(request.Id, request);

    public Request? FindSent(long id) => _sent.GetValueOrDefault(id);

    public Request? RemoveSent(long id) => _sent.Remove(id, out var request) ? request : null;
}
