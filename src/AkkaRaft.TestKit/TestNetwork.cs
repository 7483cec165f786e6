using Akka.Actor;
using AkkaRaft.Core;
using AkkaRaft.Server;

namespace AkkaRaft.TestKit;

/// <summary>
/// The network between the servers of a <see cref="RaftTestKit"/>, in the test's hand. Messages arrive at once and in order unless a rule
/// or a cut says otherwise. Clients are not on it.
/// </summary>
public sealed class TestNetwork
{
    /// <summary>The most messages that are kept for <see cref="Captured{T}"/>; the oldest go first.</summary>
    private const int MaxCaptured = 100_000;

    private readonly Lock _lock = new();
    private readonly List<NetworkRule> _rules = [];
    private readonly HashSet<(ServerId From, ServerId To)> _cuts = [];
    private readonly Queue<RaftMessage> _captured = new();
    private readonly Random _random;
    private readonly IScheduler _scheduler;
    private readonly IReadOnlyList<ServerId> _servers;

    private long _passed;

    internal TestNetwork(IScheduler scheduler, IReadOnlyList<ServerId> servers, int seed)
    {
        _scheduler = scheduler;
        _servers = servers;
        _random = new Random(seed);
    }

    /// <summary>Rises with each message that a server sends.</summary>
    internal long Activity => Interlocked.Read(ref _passed);

    /// <summary>Drops messages of a type.</summary>
    /// <typeparam name="T">The type; <see cref="RaftMessage"/> for all.</typeparam>
    /// <param name="from">Only those of this server.</param>
    /// <param name="to">Only those for this server.</param>
    /// <param name="when">Only those that fulfil this.</param>
    /// <param name="probability">How many of them, from 0 to 1; drawn from the network's seed.</param>
    /// <param name="first">Only so many; else until healed.</param>
    public NetworkRule Drop<T>(
        ServerId? from = null, ServerId? to = null, Func<T, bool>? when = null, double probability = 1, int first = int.MaxValue)
        where T : RaftMessage => Add(NetworkFault.Drop, from, to, when, probability, first, default);

    /// <summary>Delays messages of a type by a fixed time; the parameters are those of <see cref="Drop{T}"/>.</summary>
    public NetworkRule Delay<T>(
        TimeSpan by,
        ServerId? from = null,
        ServerId? to = null,
        Func<T, bool>? when = null,
        double probability = 1,
        int first = int.MaxValue)
        where T : RaftMessage => Add(NetworkFault.Delay, from, to, when, probability, first, by);

    /// <summary>
    /// Delivers messages of a type at once and a second time after a delay; the parameters are those of <see cref="Drop{T}"/>.
    /// </summary>
    public NetworkRule Duplicate<T>(
        TimeSpan after,
        ServerId? from = null,
        ServerId? to = null,
        Func<T, bool>? when = null,
        double probability = 1,
        int first = int.MaxValue)
        where T : RaftMessage => Add(NetworkFault.Duplicate, from, to, when, probability, first, after);

    /// <summary>
    /// Delays each message of a type by a time of its own, so that they overtake each other; the parameters are those of <see
    /// cref="Drop{T}"/>.
    /// </summary>
    public NetworkRule Reorder<T>(
        TimeSpan within,
        ServerId? from = null,
        ServerId? to = null,
        Func<T, bool>? when = null,
        double probability = 1,
        int first = int.MaxValue)
        where T : RaftMessage => Add(NetworkFault.Reorder, from, to, when, probability, first, within);

    /// <summary>Cuts the link from one server to another, in this direction only.</summary>
    public void Cut(ServerId from, ServerId to)
    {
        lock (_lock)
        {
            _cuts.Add((from, to));
        }
    }

    /// <summary>Cuts servers off from all others; among themselves they stay connected.</summary>
    public void CutOff(params ServerId[] servers)
    {
        foreach (var inside in servers)
        {
            foreach (var outside in _servers.Except(servers))
            {
                Cut(inside, outside);
                Cut(outside, inside);
            }
        }
    }

    /// <summary>Takes one rule back.</summary>
    public void Heal(NetworkRule rule)
    {
        lock (_lock)
        {
            _rules.Remove(rule);
        }
    }

    /// <summary>Takes all rules and cuts back. Messages that are delayed still arrive.</summary>
    public void Heal()
    {
        lock (_lock)
        {
            _rules.Clear();
            _cuts.Clear();
        }
    }

    /// <summary>The messages of a type that were sent, dropped ones among them, in order.</summary>
    public IReadOnlyList<T> Captured<T>()
        where T : RaftMessage
    {
        lock (_lock)
        {
            return [.. _captured.OfType<T>()];
        }
    }

    /// <summary>Decides what becomes of a message; <paramref name="deliver"/> takes it to its addressee.</summary>
    internal void Pass(PeerMessage peerMessage, Action deliver)
    {
        var message = peerMessage.Message;
        NetworkRule? rule;
        TimeSpan jitter;
        lock (_lock)
        {
            _captured.Enqueue(message);
            if (_captured.Count > MaxCaptured)
            {
                _captured.Dequeue();
            }

            rule = _cuts.Contains((message.From, message.To))
                ? null
                : _rules.FirstOrDefault(candidate => candidate.Meets(message, _random));
            jitter = rule is null ? default : rule.Delay * _random.NextDouble();
            if (_cuts.Contains((message.From, message.To)))
            {
                Interlocked.Increment(ref _passed);
                return;
            }
        }

        switch (rule?.Fault)
        {
            case null:
                deliver();
                break;
            case NetworkFault.Delay:
                Later(rule.Delay, deliver);
                break;
            case NetworkFault.Reorder:
                Later(jitter, deliver);
                break;
            case NetworkFault.Duplicate:
                deliver();
                Later(rule.Delay, deliver);
                break;
        }

        Interlocked.Increment(ref _passed);
    }

    /// <summary>Whether requests that one server passes on to another get through.</summary>
    internal bool IsOpen(ServerId from, ServerId to)
    {
        Interlocked.Increment(ref _passed);
        lock (_lock)
        {
            return !_cuts.Contains((from, to));
        }
    }

    internal void CountClientMessage() => Interlocked.Increment(ref _passed);

    private void Later(TimeSpan delay, Action deliver) => _scheduler.Advanced.ScheduleOnce(delay, deliver);

    private NetworkRule Add<T>(
        NetworkFault fault, ServerId? from, ServerId? to, Func<T, bool>? when, double probability, int first, TimeSpan delay)
        where T : RaftMessage
    {
        var rule = new NetworkRule(
            fault,
            message => message is T typed && (from is null || message.From == from) && (to is null || message.To == to)
                && (when is null || when(typed)),
            probability,
            first,
            delay);
        lock (_lock)
        {
            _rules.Add(rule);
        }

        return rule;
    }
}
