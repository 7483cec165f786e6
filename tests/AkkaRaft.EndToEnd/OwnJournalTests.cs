using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Configuration;
using Akka.Pattern;
using Akka.Persistence;
using Akka.Persistence.Sql;
using AkkaRaft.Core;
using AkkaRaft.EndToEnd.Harness;
using Microsoft.Data.Sqlite;

namespace AkkaRaft.EndToEnd;

/// <summary>A server in a program that has persistent actors of its own, with the journal section that the README shows.</summary>
public sealed partial class OwnJournalTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task The_failures_of_the_programs_own_actors_do_not_cut_the_server_off_from_its_journal()
    {
        using var folder = new TemporaryFolder();
        var system = ActorSystem.Create("app", ConfigIn(folder.Path));
        try
        {
            var raft = Raft.Start(system, () => new Counter());
            await Raft.WhenStarted(raft).WaitAsync(Patience);
            using var client = RaftClient.Create(system, "akka://app");
            Assert.Equal(5, (await client.ProposeAsync<long>(5L)).Result);

            // Both are at the journal's beginning, so that the second one's record has the first one's number.
            var first = await StartAsync(system, "twin");
            var second = await StartAsync(system, "twin");
            var innocent = await StartAsync(system, "innocent");
            Assert.Equal("written", await first.Ask("one", Patience));
            Assert.IsType<SqliteException>(await second.Ask("other", Patience));
            Assert.IsType<OpenCircuitException>(await innocent.Ask("third", Patience));

            Assert.Equal(7, (await client.ProposeAsync<long>(2L)).Result);
            await Raft.StopAsync(raft).WaitAsync(Patience);
        }
        finally
        {
            await system.Terminate();
            SqliteConnection.ClearAllPools();
        }
    }

    private static async Task<IActorRef> StartAsync(ActorSystem system, string persistenceId)
    {
        var recovered = new TaskCompletionSource();
        var writer = system.ActorOf(Props.Create(() => new Writer(persistenceId, recovered)));
        await recovered.Task.WaitAsync(Patience);
        return writer;
    }

    private static Config ConfigIn(string folder)
    {
        var readme = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "README.md"));
        var section = JournalSection().Match(readme);
        Assert.True(section.Success, "The README shows no section raft-journal.");
        return ConfigurationFactory.ParseString(
            section.Value.Replace("Data Source=raft.db", $"Data Source={Path.Combine(folder, "raft.db")}")
            + $$"""

              akka { loglevel = WARNING, stdout-loglevel = OFF }
              akka.persistence.journal {
                plugin = "akka.persistence.journal.sql"
                sql {
                  provider-name = "SQLite.MS"
                  connection-string = "Data Source={{Path.Combine(folder, "app.db")}}"
                  circuit-breaker { max-failures = 1, reset-timeout = 1h }
                }
              }
              akka-raft {
                cluster-id = app, server-id = only, journal-plugin-id = "raft-journal"
                members { only = "akka://app" }
              }
              """).WithFallback(SqlPersistence.DefaultConfiguration);
    }

    private sealed class Counter : IStateMachine
    {
        private long _value;

        public object? Apply(LogIndex index, object command) => _value += (long)command;

        public object? Query(object query) => _value;
    }

    /// <summary>Answers each text with how its write ended.</summary>
    private sealed class Writer : ReceivePersistentActor
    {
        private IActorRef _asker = ActorRefs.Nobody;

        public Writer(string persistenceId, TaskCompletionSource recovered)
        {
            PersistenceId = persistenceId;
            SnapshotPluginId = "akka-raft.no-snapshot-store";
            Recover<RecoveryCompleted>(_ => recovered.SetResult());
            RecoverAny(_ => { });
            Command<string>(text =>
            {
                _asker = Sender;
                Persist(text, _ => _asker.Tell("written"));
            });
        }

        public override string PersistenceId { get; }

        protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) => _asker.Tell(cause);
    }

    [GeneratedRegex(@"^raft-journal \{.*?^\}", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex JournalSection();
}
