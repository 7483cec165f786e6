using System.Threading.Channels;
using Akka.Event;
using AkkaRaft.Core;

namespace AkkaRaft.Server;

/// <summary>
/// Announces a server's leadership, through all its restarts: on the event stream, and to readers. The server's actor and the readers use
/// it on threads of their own; under one lock, so that all get the same order.
/// </summary>
internal sealed class LeadershipFeed(EventStream eventStream, string clusterId, ServerId server)
{
    /// <summary>How many events a reader may be behind with; of more, the oldest go.</summary>
    public const int MaxUnread = 64;

    private readonly object _lock = new();
    private readonly List<Channel<LeadershipEvent>> _readers = [];
    private LeadershipGained? _current;
    private bool _ended;

    public void Gained(Term term)
    {
        lock (_lock)
        {
            _current = new LeadershipGained(clusterId, server, term);
            Tell(_current);
        }
    }

    /// <summary>Announces the loss of leadership, if its gain was announced.</summary>
    public void Lost()
    {
        lock (_lock)
        {
            if (_current is { } former)
            {
                _current = null;
                Tell(new LeadershipLost(clusterId, server, former.Term));
            }
        }
    }

    /// <summary>The server has stopped for good: readers come to the end.</summary>
    public void End()
    {
        Lost();
        lock (_lock)
        {
            _ended = true;
            _readers.ForEach(reader => reader.Writer.TryComplete());
            _readers.Clear();
        }
    }

    /// <summary>Begins with the present leadership, if there is one.</summary>
    public Channel<LeadershipEvent> Subscribe()
    {
        var reader = Channel.CreateBounded<LeadershipEvent>(
            new BoundedChannelOptions(MaxUnread) { FullMode = BoundedChannelFullMode.DropOldest });
        lock (_lock)
        {
            if (_current is { } current)
            {
                reader.Writer.TryWrite(current);
            }

            if (_ended)
            {
                reader.Writer.TryComplete();
            }
            else
            {
                _readers.Add(reader);
            }
        }

        return reader;
    }

    public void Unsubscribe(Channel<LeadershipEvent> reader)
    {
        lock (_lock)
        {
            _readers.Remove(reader);
        }
    }

    private void Tell(LeadershipEvent happened)
    {
        eventStream.Publish(happened);
        _readers.ForEach(reader => reader.Writer.TryWrite(happened));
    }
}

/// <summary>Asks the supervisor for the feed of its server. Never on the wire.</summary>
internal sealed class GetLeadershipFeed
{
    public static readonly GetLeadershipFeed Instance = new();
}
