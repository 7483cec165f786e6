#!/usr/bin/env bash
# Akka.Persistence 1.5.74: a graceful stop of a persistent actor drops the PersistAsync events that it has not handed to its journal yet,
# and answers true.
#
# Guess: GracefulStop sends a PoisonPill, which stands behind all commands in the mailbox, so all that they persisted is written.
# Seen: one batch is at the journal, the others wait in the actor; the stop ends it with them. No event handler, failure handler, dead letter
# or log line tells of them.
# Why it matters: an orderly shutdown loses what a crash would lose, and says that it went well.
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
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;

var system = ActorSystem.Create("finding", ConfigurationFactory.ParseString("akka.loglevel = ERROR"));
var writer = system.ActorOf(Props.Create(() => new Writer()));
for (var i = 1; i <= 5; i++)
{
    writer.Tell(i);
}

Console.WriteLine($"stopped gracefully: {await writer.GracefulStop(TimeSpan.FromSeconds(10))}");
var reader = system.ActorOf(Props.Create(() => new Writer()));
Console.WriteLine($"5 events persisted, fewer found: {await reader.Ask<int>("count") < 5}");
await system.Terminate();

internal sealed class Writer : ReceivePersistentActor
{
    private int _found;

    public Writer()
    {
        Recover<int>(_ => _found++);
        Command<int>(number => PersistAsync(number, _ => { }));
        Command<string>(_ => Sender.Tell(_found));
    }

    public override string PersistenceId => "writer";
}
CSHARP
dotnet run -v quiet | tee output
diff - output <<'EXPECTED'
stopped gracefully: True
5 events persisted, fewer found: True
EXPECTED
