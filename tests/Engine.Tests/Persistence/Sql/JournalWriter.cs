using System.Globalization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Sql;

namespace Engine.Tests.Persistence.Sql;

/// <summary>A process that stores numbered events without pause, and prints each number when it has been acknowledged.</summary>
internal static class JournalWriter
{
    public static ActorSystem System(string databaseFile) => ActorSystem.Create("writer", ConfigurationFactory.ParseString($$"""
        akka {
          loglevel = OFF
          stdout-loglevel = OFF
          actor {
            serializers.note = "Engine.Tests.Persistence.NoteSerializer, Engine.Tests"
            serialization-bindings { "Engine.Tests.Persistence.Note, Engine.Tests" = note }
          }
          persistence {
            journal {
              plugin = "akka.persistence.journal.sql"
              sql { connection-string = "Data Source={{databaseFile}}", provider-name = "SQLite.MS" }
            }
            snapshot-store.plugin = "akka.persistence.no-snapshot-store"
          }
        }
        """).WithFallback(SqlPersistence.DefaultConfiguration));

    public static async Task<int> Run(string databaseFile)
    {
        using var system = System(databaseFile);
        system.ActorOf(Props.Create(() => new Writer()));
        await system.WhenTerminated;
        return 0;
    }

    public sealed class Writer : ReceivePersistentActor
    {
        private const int Pipelined = 100;

        private long _next = 1;

        public Writer()
        {
            Recover<Note>(_ => _next++);
            Recover<RecoveryCompleted>(_ =>
            {
                for (var i = 0; i < Pipelined; i++)
                    Self.Tell(Go.Instance);
            });
            Command<Go>(_ => PersistAsync(new Note((_next++).ToString(CultureInfo.InvariantCulture)), note =>
            {
                Console.Out.WriteLine(note.Text);
                Console.Out.Flush();
                Self.Tell(Go.Instance);
            }));
        }

        public override string PersistenceId => "writer";

        private sealed class Go
        {
            public static readonly Go Instance = new();
        }
    }
}
