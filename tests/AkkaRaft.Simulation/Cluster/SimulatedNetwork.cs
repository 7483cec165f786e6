using AkkaRaft.Core;

namespace AkkaRaft.Simulation;

/// <summary>How one direction of a link behaves.</summary>
internal sealed class Link
{
    public const long UsualDelay = 300 * Duration.Microsecond;
    public const long UsualMinDelay = 100 * Duration.Microsecond;

    public double Loss;
    public double Duplication;
    public double Reordering;
    public long MinDelay = UsualMinDelay;
    public long MeanDelay = UsualDelay;

    /// <summary>How many faults cut it at the moment.</summary>
    public int Cuts;

    /// <summary>When the last message that kept its order arrives.</summary>
    public long LastArrival;
}

/// <summary>A message on its way, and what its sender says of itself.</summary>
internal sealed record Letter(RaftMessage Message, long Incarnation, long Start);

/// <summary>
/// Links between servers, and between clients and servers. A message in order comes behind those sent before, as on one connection; one
/// that is reordered, or a copy, comes at any time. What arrives at a server that is not there is lost.
/// </summary>
internal sealed class SimulatedNetwork(World world, int servers, SimulationRandom random)
{
    private readonly Link[] _links = [.. Enumerable.Range(0, servers * servers).Select(_ => new Link())];
    private readonly int[] _clientCuts = new int[servers];

    /// <summary>Lost requests and answers of clients.</summary>
    public double ClientLoss { get; set; }

    public long ClientMeanDelay { get; set; } = 300 * Duration.Microsecond;

    /// <summary>A scenario's say over a message: true to drop it.</summary>
    public Func<RaftMessage, bool>? Drops { get; set; }

    public IReadOnlyList<Link> Links => _links;

    public Link this[int from, int to] => _links[(from * servers) + to];

    public void Send(RaftMessage message, int from, int to)
    {
        if (Drops is not null && Drops(message))
        {
            world.Trace?.Note($"   the scenario drops {TraceText.Of(message)}");
            return;
        }

        var sender = world.Servers[from];
        var letter = new Letter(message, sender.SpokenIncarnation, sender.SpokenStart);
        Transmit(from, to, new SimulatedEvent(EventKind.Message, to, 0, letter), mayBeDuplicated: true);
    }

    /// <summary>A client's request that a server passes on. It is delivered at most once, as Akka delivers.</summary>
    public void Forward(Attempt attempt, int from, int to) =>
        Transmit(from, to, new SimulatedEvent(EventKind.ForwardedRequest, to, 0, attempt), mayBeDuplicated: false);

    public void Request(Attempt attempt, int to) => TransmitClient(to, new SimulatedEvent(EventKind.Request, to, 0, attempt));

    public void Answer(int from, Attempt attempt, Answer answer) =>
        TransmitClient(from, new SimulatedEvent(EventKind.ClientAnswer, attempt.Client, 0, answer, attempt.Number));

    public void CutClients(int server, int by) => _clientCuts[server] += by;

    public void Cut(int from, int to, int by) => this[from, to].Cuts += by;

    public void CutBothWays(int one, int other, int by)
    {
        Cut(one, other, by);
        Cut(other, one, by);
    }

    private void Transmit(int from, int to, in SimulatedEvent arrival, bool mayBeDuplicated)
    {
        var link = this[from, to];
        world.Statistics.Messages++;
        if (link.Cuts > 0 || random.Chance(link.Loss))
        {
            world.Statistics.MessagesLost++;
            return;
        }

        var at = world.Now + link.MinDelay + random.Exponential(link.MeanDelay);
        if (random.Chance(link.Reordering))
        {
            at += random.Between(0, 50 * Duration.Millisecond);
        }
        else
        {
            at = Math.Max(at, link.LastArrival);
            link.LastArrival = at;
        }

        world.Schedule(at, arrival);
        if (mayBeDuplicated && random.Chance(link.Duplication))
        {
            // Right behind the first, or when nobody expects it any more.
            world.Schedule(at + random.Exponential(random.Chance(0.5) ? Duration.Millisecond : 100 * Duration.Millisecond), arrival);
        }
    }

    private void TransmitClient(int server, in SimulatedEvent arrival)
    {
        if (_clientCuts[server] == 0 && !random.Chance(ClientLoss))
        {
            world.Schedule(world.Now + (100 * Duration.Microsecond) + random.Exponential(ClientMeanDelay), arrival);
        }
    }
}
