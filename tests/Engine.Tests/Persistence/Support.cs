using System.Text;
using System.Threading.Channels;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Sql;
using Akka.Serialization;

namespace Engine.Tests.Persistence;

/// <summary>An event, and a snapshot, with a serializer of its own.</summary>
public sealed record Note(string Text);

/// <summary>An event that no serializer takes.</summary>
public sealed record Unwritable(string Text);

public sealed class NoteSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    public override int Identifier => 4711;

    public override string Manifest(object o) => "N";

    public override byte[] ToBinary(object obj) => obj is Note note
        ? Encoding.UTF8.GetBytes(note.Text)
        : throw new InvalidOperationException($"{obj} cannot be written");

    public override object FromBinary(byte[] bytes, string manifest) => new Note(Encoding.UTF8.GetString(bytes));
}

/// <summary>Hands the messages it gets to a test, in order.</summary>
public sealed class Probe
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly Channel<object> _messages = Channel.CreateUnbounded<object>();

    public Probe(ActorSystem system) => Ref = system.ActorOf(Props.Create(() => new Collector(_messages.Writer)));

    public IActorRef Ref { get; }

    public async Task<T> Expect<T>()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        try
        {
            return Assert.IsType<T>(await _messages.Reader.ReadAsync(deadline.Token), exactMatch: false);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"No {typeof(T).Name} came within {Deadline}");
        }
    }

    public async Task Expect(params object[] expected)
    {
        foreach (var message in expected)
            Assert.Equal(message, await Expect<object>());
    }

    public bool HasMessage => _messages.Reader.TryPeek(out _);

    private sealed class Collector(ChannelWriter<object> writer) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is Watch watch)
                Context.Watch(watch.Actor);
            else
                writer.TryWrite(message);
        }
    }

    public void Watch(IActorRef actor) => Ref.Tell(new Watch(actor), ActorRefs.NoSender);
}

public sealed record Watch(IActorRef Actor);

/// <summary>A persistent actor that does as a test tells it, and tells a probe what it recovers and what fails.</summary>
public class Scripted(string id, IActorRef probe, Action<Scripted, object> script) : UntypedPersistentActor
{
    public override string PersistenceId => id;

    public IActorRef Probe => probe;

    public IActorRef Client => Sender;

    public IActorRef Me => Self;

    public void Run(Func<Task> work) => RunTask(work);

    protected override void OnCommand(object message) => script(this, message);

    protected override void OnRecover(object message) => probe.Tell(message);

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) =>
        probe.Tell($"failed {@event} at {sequenceNr}: {cause.Message}");

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr) =>
        probe.Tell($"rejected {@event} at {sequenceNr}: {cause.Message}");

    protected override void OnRecoveryFailure(Exception reason, object? message = null) =>
        probe.Tell($"recovery failed: {reason.Message}");
}

/// <summary>An actor system with the plugins that a test wants, and a directory that goes when it ends.</summary>
public sealed class PersistenceSystem : IAsyncDisposable
{
    public const string InMemory = """
        akka.persistence.journal.plugin = "akka.persistence.journal.inmem"
        akka.persistence.snapshot-store.plugin = "akka.persistence.snapshot-store.inmem"
        """;

    private readonly string _directory = Directory.CreateTempSubdirectory("persistence-").FullName;
    private readonly string _config;

    public PersistenceSystem(string config)
    {
        _config = config;
        System = Start();
    }

    public ActorSystem System { get; private set; }

    public string DatabaseFile => Path.Combine(_directory, "test.db");

    /// <summary>Journal and snapshots in one SQLite file.</summary>
    public static readonly string Sqlite = Sql("Data Source=DIRECTORY/test.db");

    /// <summary>Journal and snapshots in one SQLite database in memory, which its connections share.</summary>
    public static readonly string SqliteInMemory = Sql("Filename=file:DIRECTORY;Mode=Memory;Cache=Shared");

    public Probe Probe() => new(System);

    public IActorRef Actor(string id, Probe probe, Action<Scripted, object> script) =>
        System.ActorOf(Props.Create(() => new Scripted(id, probe.Ref, script)));

    /// <summary>Ends the system and starts another one on the same files.</summary>
    public async Task Restart()
    {
        await System.Terminate();
        System = Start();
    }

    public async ValueTask DisposeAsync()
    {
        await System.Terminate();
        Directory.Delete(_directory, recursive: true);
    }

    private static string Sql(string connectionString) => $$"""
        akka.persistence {
          journal {
            plugin = "akka.persistence.journal.sql"
            sql { connection-string = "{{connectionString}}", provider-name = "SQLite.MS" }
          }
          snapshot-store {
            plugin = "akka.persistence.snapshot-store.sql"
            sql { connection-string = "{{connectionString}}", provider-name = "SQLite.MS" }
          }
        }
        """;

    private ActorSystem Start() => ActorSystem.Create("persistence", ConfigurationFactory.ParseString($$"""
        akka {
          loglevel = OFF
          stdout-loglevel = OFF
          actor {
            serializers.note = "Engine.Tests.Persistence.NoteSerializer, Engine.Tests"
            serialization-bindings {
              "Engine.Tests.Persistence.Note, Engine.Tests" = note
              "Engine.Tests.Persistence.Unwritable, Engine.Tests" = note
            }
          }
          persistence.snapshot-store.local.dir = "DIRECTORY/snapshots"
        }
        {{_config}}
        """.Replace("DIRECTORY", _directory)).WithFallback(SqlPersistence.DefaultConfiguration));
}
