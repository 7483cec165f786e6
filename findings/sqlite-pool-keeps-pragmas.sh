#!/usr/bin/env bash
# Microsoft.Data.Sqlite 10.0.15: a connection from the pool has the PRAGMA synchronous of whoever had it before.
#
# Guess: settings of a connection end when it is disposed of, so a new SqliteConnection begins with SQLite's default, synchronous=2 (FULL).
# Seen: the pool hands the same native connection out again as it is. With the same connection string the next one says 0 (OFF), and its
# commits are not synced; with Pooling=False it says 2.
# Why it matters: a library that sets synchronous=OFF for its own work in a process takes the durability of everybody else's commits.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >finding.csproj <<'CSPROJ'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings><Nullable>enable</Nullable></PropertyGroup>
  <ItemGroup><PackageReference Include="Microsoft.Data.Sqlite" Version="[10.0.15]" /></ItemGroup>
</Project>
CSPROJ
cat >Program.cs <<'CSHARP'
using Microsoft.Data.Sqlite;

foreach (var options in new[] { "", ";Pooling=False" })
{
    var connectionString = "Data Source=finding.db" + options;
    using (var first = new SqliteConnection(connectionString))
    {
        first.Open();
        Run(first, "PRAGMA synchronous=OFF");
    }

    using var second = new SqliteConnection(connectionString);
    second.Open();
    Console.WriteLine($"{(options.Length == 0 ? "pooled" : "not pooled")}: synchronous={Run(second, "PRAGMA synchronous")}");
}

static object? Run(SqliteConnection connection, string statement)
{
    using var command = connection.CreateCommand();
    command.CommandText = statement;
    return command.ExecuteScalar();
}
CSHARP
dotnet run -v quiet | tee output
diff - output <<'EXPECTED'
pooled: synchronous=0
not pooled: synchronous=2
EXPECTED
