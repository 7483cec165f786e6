#!/usr/bin/env bash
# Akka.Persistence 1.5.74: actors that block the default dispatcher hold up the writes of persistent actors, although the persistent actor
# and its journal have dispatchers of their own.
#
# Guess: with plugin-dispatcher and the actor's dispatcher set to threads of their own, a write is confirmed whatever others do.
# Seen: AsyncWriteJournal's resequencer, through which every confirmation goes, is made as a top-level actor on the default dispatcher. While
# its two threads sleep for 3 seconds, a write to the in-memory journal takes as long.
# Why it matters: nothing in the configuration moves the resequencer, and it looks like a slow disk.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >finding.csproj <<'CSPROJ'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings><Nullable>enable</Nullable></PropertyGroup>
  <ItemGroup><PackageReference Include="Akka.Persistence" Version="[1.5.74]" /></ItemGroup>
</Project>
CSPROJ
cat >Program.cs <<'CSHARP'
using System.Diagnostics;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;

var system = ActorSystem.Create("finding", ConfigurationFactory.ParseString(
    """
    akka.loglevel = ERROR
    akka.persistence.journal { plugin = "akka.persistence.journal.inmem", inmem.plugin-dispatcher = "own" }
    akka.actor.default-dispatcher {
      executor = fork-join-executor
      fork-join-executor { parallelism-min = 2, parallelism-max = 2, parallelism-factor = 1.0 }
    }
    own { type = PinnedDispatcher }
    """));
var writer = system.ActorOf(Props.Create(() => new Writer()).WithDispatcher("own"));
Console.WriteLine($"free: within a second {await IsFastAsync()}");
for (var i = 0; i < 4; i++)
{
    system.ActorOf(Props.Create(() => new Sleeper())).Tell(TimeSpan.FromSeconds(3));
}

await Task.Delay(200);
Console.WriteLine($"default dispatcher blocked: within a second {await IsFastAsync()}");
await system.Terminate();

async Task<bool> IsFastAsync()
{
    var begun = Stopwatch.GetTimestamp();
    await writer.Ask<string>("event", TimeSpan.FromSeconds(30));
    return Stopwatch.GetElapsedTime(begun) < TimeSpan.FromSeconds(1);
}

internal sealed class Writer : ReceivePersistentActor
{
    public Writer() => Command<string>(text =>
    {
        var asker = Sender;
        Persist(text, _ => asker.Tell("written"));
    });

    public override string PersistenceId => "writer";
}

internal sealed class Sleeper : ReceiveActor
{
    public Sleeper() => Receive<TimeSpan>(time => Thread.Sleep(time));
}
CSHARP
dotnet run -v quiet | tee output
diff - output <<'EXPECTED'
free: within a second True
default dispatcher blocked: within a second False
EXPECTED
