#!/usr/bin/env bash
# Akka.Remote 1.5.74: a connection of a dead process that is handled late quarantines the living process that took over its address.
#
# Guess: a system that already talks with the living process drops a connection of its dead predecessor, or lets it pass by.
# Seen: it takes the uid that it knows for the old one and quarantines it, without a check of which is newer. From then on no message passes
# in either direction, however often both connect anew, until the living process is restarted.
# A third system reaches both. No QuarantinedEvent is published; only the process that is shut out gets an event.
# Why it matters: it was seen at a node that stood still (SIGSTOP) while its peer was killed and started anew. Both connections waited for the
# node, and nothing says in which order it handles them. Two healthy processes are then cut off from each other, for
# prune-quarantine-marker-after (5 days) at least.
#
# The relay below stands for the network. It holds what the predecessor sent until the successor is connected; then it hands over the bytes and
# the end of the stream, as the kernel does for a process that was killed. In the control run it never hands them over.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >finding.csproj <<'CSPROJ'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings><Nullable>enable</Nullable></PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Akka" Version="[1.5.74]" />
    <PackageReference Include="Akka.Remote" Version="[1.5.74]" />
  </ItemGroup>
</Project>
CSPROJ
cat >Program.cs <<'CSHARP'
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Remote;

if (args is ["predecessor", var own, var peer])
{
    // Says one word to the peer until it is killed; ends by itself when its parent is gone.
    Start("peer", int.Parse(own), int.Parse(own)).ActorSelection($"akka.tcp://node@127.0.0.1:{peer}/user/counter").Tell("word");
    Console.In.ReadToEnd();
    Environment.Exit(0);
}

using var guard = new Timer(_ => Environment.Exit(3), null, TimeSpan.FromMinutes(3), Timeout.InfiniteTimeSpan);
await RunAsync("control", late: false);
await RunAsync("late connection", late: true);

static async Task RunAsync(string name, bool late)
{
    var (bound, peerPort) = FreePorts();
    using var relay = new Relay(bound);
    var node = Start("node", bound, relay.Port);
    var atNode = node.ActorOf(Props.Create(() => new Counter()), "counter");
    var ofNode = Watch(node);

    // The predecessor connects, its bytes are held, and it is killed.
    using (var predecessor = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["predecessor", $"{peerPort}", $"{relay.Port}"])
        { RedirectStandardInput = true })!)
    {
        await relay.FirstBytesAsync().WaitAsync(TimeSpan.FromSeconds(30));
        await Task.Delay(500);
        predecessor.Kill();
        await predecessor.WaitForExitAsync();
    }

    var peer = Start("peer", peerPort, peerPort);
    var atPeer = peer.ActorOf(Props.Create(() => new Counter()), "counter");
    var ofPeer = Watch(peer);
    var nodePath = $"akka.tcp://node@127.0.0.1:{relay.Port}/user/counter";
    var peerPath = $"akka.tcp://peer@127.0.0.1:{peerPort}/user/counter";
    var toNode = peer.ActorSelection(nodePath);
    var toPeer = node.ActorSelection(peerPath);

    // The first word is the successor's, so that its connection serves both directions.
    toNode.Tell("word");
    await UntilAsync(async () => await CountAsync(atNode) == 1);
    toPeer.Tell("word");
    await UntilAsync(async () => await CountAsync(atPeer) == 1);
    Console.WriteLine($"{name}: before, both directions work: True");

    if (late)
    {
        await relay.HandOverAsync();
    }

    await Task.Delay(TimeSpan.FromSeconds(2));
    var connections = relay.Connections;
    Console.WriteLine($"{name}: of 40 words in 10 s to the node arrived: {await ArrivedAsync(toNode, atNode)}");
    Console.WriteLine($"{name}: the peer connected anew more than twice: {relay.Connections - connections > 2}");
    var refused = ofPeer.Count(e => e is ThisActorSystemQuarantinedEvent);
    Console.WriteLine($"{name}: of 40 words in 10 s to the peer arrived: {await ArrivedAsync(toPeer, atPeer)}");
    Console.WriteLine($"{name}: the node connected anew and refused the peer more than twice: {ofPeer.Count(e => e is ThisActorSystemQuarantinedEvent) - refused > 2}");
    Console.WriteLine($"{name}: the node logged that it keeps the peer quarantined: {ofNode.Any(e => e is Info && $"{e}".Contains("Keeping it quarantined"))}");
    Console.WriteLine($"{name}: a quarantine lasts {node.Settings.Config.GetTimeSpan("akka.remote.prune-quarantine-marker-after").TotalDays} days");
    Console.WriteLine($"{name}: the node published QuarantinedEvent: {ofNode.Any(e => e is QuarantinedEvent)}");
    Console.WriteLine($"{name}: the peer published ThisActorSystemQuarantinedEvent: {ofPeer.Any(e => e is ThisActorSystemQuarantinedEvent)}");

    // A third system shows that both are healthy and can be reached at their addresses.
    var third = Start("third", 0, 0);
    await third.ActorSelection(nodePath).Ask<int>(true, TimeSpan.FromSeconds(10));
    await third.ActorSelection(peerPath).Ask<int>(true, TimeSpan.FromSeconds(10));
    Console.WriteLine($"{name}: a third system reaches both: True");

    // The peer is started anew.
    await peer.Terminate().WaitAsync(TimeSpan.FromSeconds(30));
    peer = Start("peer", peerPort, peerPort);
    atPeer = peer.ActorOf(Props.Create(() => new Counter()), "counter");
    var before = await CountAsync(atNode);
    await UntilAsync(async () =>
    {
        peer.ActorSelection(nodePath).Tell("word");
        toPeer.Tell("word");
        return await CountAsync(atNode) > before && await CountAsync(atPeer) > 0;
    });
    Console.WriteLine($"{name}: after a restart of the peer, both directions work: True");
    await Task.WhenAll(node.Terminate(), peer.Terminate(), third.Terminate()).WaitAsync(TimeSpan.FromSeconds(30));
}

static ActorSystem Start(string name, int port, int publicPort) => ActorSystem.Create(name, ConfigurationFactory.ParseString(
    $$"""
    akka.loglevel = INFO
    akka.stdout-loglevel = OFF
    akka.loggers = []
    akka.actor.provider = remote
    akka.remote.retry-gate-closed-for = 500ms
    akka.remote.dot-netty.tcp { hostname = "127.0.0.1", port = {{port}}, public-hostname = "127.0.0.1", public-port = {{publicPort}} }
    """));

static ConcurrentQueue<object> Watch(ActorSystem system)
{
    var seen = new ConcurrentQueue<object>();
    var watcher = system.ActorOf(Props.Create(() => new Watcher(seen)));
    foreach (var type in (Type[])[typeof(QuarantinedEvent), typeof(ThisActorSystemQuarantinedEvent), typeof(Info)])
    {
        system.EventStream.Subscribe(watcher, type);
    }

    return seen;
}

static Task<int> CountAsync(IActorRef counter) => counter.Ask<int>(true, TimeSpan.FromSeconds(10));

static async Task<int> ArrivedAsync(ActorSelection target, IActorRef counter)
{
    var before = await CountAsync(counter);
    for (var i = 0; i < 40; i++)
    {
        target.Tell("word");
        await Task.Delay(250);
    }

    await Task.Delay(TimeSpan.FromSeconds(2));
    return await CountAsync(counter) - before;
}

static async Task UntilAsync(Func<Task<bool>> isSo)
{
    for (var begun = Stopwatch.GetTimestamp(); !await isSo(); await Task.Delay(50))
    {
        if (Stopwatch.GetElapsedTime(begun) > TimeSpan.FromSeconds(20))
        {
            throw new TimeoutException();
        }
    }
}

static (int First, int Second) FreePorts()
{
    using TcpListener first = new(IPAddress.Loopback, 0), second = new(IPAddress.Loopback, 0);
    first.Start();
    second.Start();
    return (((IPEndPoint)first.LocalEndpoint).Port, ((IPEndPoint)second.LocalEndpoint).Port);
}

internal sealed class Counter : ReceiveActor
{
    public Counter()
    {
        var words = 0;
        Receive<string>(_ => words++);
        Receive<bool>(_ => Sender.Tell(words));
    }
}

internal sealed class Watcher : ReceiveActor
{
    public Watcher(ConcurrentQueue<object> seen) => ReceiveAny(seen.Enqueue);
}

// Holds the first connection, forwards all others.
internal sealed class Relay : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TaskCompletionSource _first = new();
    private readonly MemoryStream _held = new();
    private readonly int _target;
    private Task _holding = Task.CompletedTask;
    private int _connections;

    public Relay(int target)
    {
        _target = target;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = AcceptAsync();
    }

    public int Port { get; }

    public int Connections => Volatile.Read(ref _connections);

    public Task FirstBytesAsync() => _first.Task;

    public async Task HandOverAsync()
    {
        await _holding;
        using var target = new TcpClient();
        await target.ConnectAsync(IPAddress.Loopback, _target);
        var stream = target.GetStream();
        await stream.WriteAsync(_held.ToArray());
        target.Client.Shutdown(SocketShutdown.Send);
        try
        {
            // Until the node has closed its end too.
            await stream.CopyToAsync(Stream.Null).WaitAsync(TimeSpan.FromSeconds(10));
        }
        catch (IOException)
        {
            // It may reset the connection.
        }
    }

    public void Dispose() => _listener.Stop();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync();
                if (Interlocked.Increment(ref _connections) == 1)
                {
                    _holding = HoldAsync(client);
                }
                else
                {
                    _ = ForwardAsync(client);
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The relay was disposed.
        }
    }

    private async Task HoldAsync(TcpClient client)
    {
        using (client)
        {
            var buffer = new byte[4096];
            try
            {
                for (int count; (count = await client.GetStream().ReadAsync(buffer)) > 0;)
                {
                    _held.Write(buffer, 0, count);
                    _first.TrySetResult();
                }
            }
            catch (IOException)
            {
                // A killed process may reset its connection.
            }
        }
    }

    private async Task ForwardAsync(TcpClient client)
    {
        using (client)
        using (var target = new TcpClient())
        {
            try
            {
                await target.ConnectAsync(IPAddress.Loopback, _target);
                await Task.WhenAny(client.GetStream().CopyToAsync(target.GetStream()), target.GetStream().CopyToAsync(client.GetStream()));
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                // One of the ends is gone; the other is closed with it.
            }
        }
    }
}
CSHARP
dotnet run -v quiet | tee output
diff - output <<'EXPECTED'
control: before, both directions work: True
control: of 40 words in 10 s to the node arrived: 40
control: the peer connected anew more than twice: False
control: of 40 words in 10 s to the peer arrived: 40
control: the node connected anew and refused the peer more than twice: False
control: the node logged that it keeps the peer quarantined: False
control: a quarantine lasts 5 days
control: the node published QuarantinedEvent: False
control: the peer published ThisActorSystemQuarantinedEvent: False
control: a third system reaches both: True
control: after a restart of the peer, both directions work: True
late connection: before, both directions work: True
late connection: of 40 words in 10 s to the node arrived: 0
late connection: the peer connected anew more than twice: True
late connection: of 40 words in 10 s to the peer arrived: 0
late connection: the node connected anew and refused the peer more than twice: True
late connection: the node logged that it keeps the peer quarantined: True
late connection: a quarantine lasts 5 days
late connection: the node published QuarantinedEvent: False
late connection: the peer published ThisActorSystemQuarantinedEvent: True
late connection: a third system reaches both: True
late connection: after a restart of the peer, both directions work: True
EXPECTED
