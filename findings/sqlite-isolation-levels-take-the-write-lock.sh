#!/usr/bin/env bash
# Microsoft.Data.Sqlite 10.0.15: a transaction that only reads takes the write lock, at every isolation level but ReadUncommitted.
#
# Guess: BeginTransaction(IsolationLevel.ReadCommitted) and a SELECT read beside another connection's writer, as readers do in WAL mode.
# Seen: the provider begins it with BEGIN IMMEDIATE, so it waits for the writer and fails with "database is locked". ReadUncommitted alone
# begins a deferred transaction, reads, and calls itself Serializable.
# Why it matters: a library that wraps its reads in transactions (an event-sourcing journal at recovery) cannot read behind a long writer.
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
using System.Data;
using Microsoft.Data.Sqlite;

const string ConnectionString = "Data Source=finding.db;Pooling=False;Default Timeout=1";
using var writer = new SqliteConnection(ConnectionString);
writer.Open();
Run(writer, null, "PRAGMA journal_mode=WAL");
Run(writer, null, "CREATE TABLE t (x INTEGER)");
Run(writer, null, "INSERT INTO t VALUES (1)");
Run(writer, null, "BEGIN IMMEDIATE");
foreach (var level in new[] { IsolationLevel.Serializable, IsolationLevel.ReadCommitted, IsolationLevel.ReadUncommitted })
{
    using var reader = new SqliteConnection(ConnectionString);
    reader.Open();
    try
    {
        using var transaction = reader.BeginTransaction(level);
        Console.WriteLine($"{level}: read {Run(reader, transaction, "SELECT x FROM t")}, and is {transaction.IsolationLevel}");
    }
    catch (SqliteException failure)
    {
        Console.WriteLine($"{level}: SQLite error {failure.SqliteErrorCode}");
    }
}

static object? Run(SqliteConnection connection, SqliteTransaction? transaction, string statement)
{
    using var command = connection.CreateCommand();
    command.Transaction = transaction;
    command.CommandText = statement;
    return command.ExecuteScalar();
}
CSHARP
dotnet run -v quiet | tee output
diff - output <<'EXPECTED'
Serializable: SQLite error 5
ReadCommitted: SQLite error 5
ReadUncommitted: read 1, and is Serializable
EXPECTED
