using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Configuration;

namespace Akka.Dispatch;

/// <summary>The kinds of mailboxes of one system, and which kind an actor gets.</summary>
public class Mailboxes
{
    public const string DefaultMailboxId = "akka.actor.default-mailbox";
    public const string NoMailboxRequirement = "";

    private readonly ActorSystem _system;
    private readonly ConcurrentDictionary<string, MailboxType> _types = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Type, Type?> _requirements = new();
    private readonly ConcurrentDictionary<(string Dispatcher, string Mailbox), int> _stashCapacities = new();
    private readonly Dictionary<Type, string> _bindings = [];
    private readonly ConditionalWeakTable<Config, DispatcherWishes> _dispatcherWishes = [];

    public Mailboxes(ActorSystem system)
    {
        _system = system;
        DeadLetterMailbox = new DeadLetterMailbox(system.DeadLetters);
        var requirements = system.Settings.Config.GetConfig("akka.actor.mailbox.requirements");
        foreach (var (name, id) in requirements?.AsEnumerable() ?? [])
        {
            var key = name.Trim('"');
            var type = Type.GetType(key) ?? throw new ConfigurationException(
                $"Mailbox Requirement mapping [{key}] is not an actual type");
            _bindings.Add(type, id.GetString()!);
        }
    }

    public DeadLetterMailbox DeadLetterMailbox { get; }

    private Settings Settings => _system.Settings;

    public bool HasRequiredType(Type actorType) => RequiredTypeOrNull(actorType) is not null;

    /// <summary>The promise that the actor's type asks of its queue.</summary>
    /// <exception cref="ArgumentException">It asks for none.</exception>
    public Type GetRequiredType(Type actorType) => RequiredTypeOrNull(actorType)
        ?? throw new ArgumentException($"No [IRequiresMessageQueue<>] found on [{actorType}]", nameof(actorType));

    public bool ProducesMessageQueue(Type mailboxType) => ProducedType(mailboxType) is not null;

    /// <exception cref="ConfigurationException">There is no such section.</exception>
    public MailboxType Lookup(string id) => _types.TryGetValue(id, out var known) ? known : _types.GetOrAdd(id, Create(id));

    public MailboxType LookupByQueueType(Type queueType) => _bindings.TryGetValue(queueType, out var id)
        ? Lookup(id)
        : throw new ConfigurationException($"Mailbox Mapping for [{queueType}] not configured");

    public MailboxType GetMailboxType(Props props, Config? dispatcherConfig)
    {
        dispatcherConfig ??= _system.Dispatchers.DefaultDispatcherConfig;
        var required = RequiredTypeOrNull(props.Type);
        var wishes = _dispatcherWishes.GetValue(dispatcherConfig, DispatcherWishes.Of);
        var mailbox = Choose(props, required, wishes);
        if (required is null && wishes.Requirement is null)
            return mailbox;
        var produced = ProducedType(mailbox.GetType());
        Verify(produced, wishes.Requirement, "dispatcher", wishes.Id);
        Verify(produced, required, "actor", props.Type);
        return mailbox;
    }

    /// <summary>How many messages an actor with that mailbox may stash; negative for any number.</summary>
    public int StashCapacity(string dispatcher, string mailbox) => _stashCapacities.GetOrAdd((dispatcher, mailbox), key =>
    {
        var config = Dispatchers.GetConfig(Settings.Config, key.Dispatcher).WithFallback(Settings.Config.GetConfig(DefaultMailboxId));
        if (key.Mailbox != DefaultMailboxId)
            config = Settings.Config.GetConfig(key.Mailbox).WithFallback(config);
        return config.GetInt("stash-capacity", Deploy.NoStashSize);
    });

    internal Type? RequiredTypeOrNull(Type actorType) => _requirements.GetOrAdd(
        actorType, static type => Array.Find(
            type.GetInterfaces(), i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IRequiresMessageQueue<>))
            ?.GetGenericArguments()[0]);

    private MailboxType Choose(Props props, Type? required, DispatcherWishes wishes)
    {
        if (props.Deploy.Mailbox != Deploy.NoMailboxGiven)
            return Lookup(props.Deploy.Mailbox);
        if (wishes.HasMailboxType && props.Deploy.Dispatcher != Deploy.NoDispatcherGiven)
            return Lookup(wishes.Id);
        if (required is not null && (_bindings.ContainsKey(required) || wishes.Requirement is null))
            return LookupByQueueType(required);
        return wishes.Requirement is not null ? LookupByQueueType(wishes.Requirement) : Lookup(DefaultMailboxId);
    }

    private MailboxType Create(string id)
    {
        if (id == "unbounded")
            return new UnboundedMailbox(Settings, Config.Empty);
        if (!Settings.Config.HasPath(id))
            throw new ConfigurationException($"Mailbox Type [{id}] not configured");
        var config = ConfigurationFactory.ParseString($"id = \"{id}\"")
            .WithFallback(Settings.Config.GetConfig(id))
            .WithFallback(Settings.Config.GetConfig(DefaultMailboxId));
        var name = config.GetString("mailbox-type", "");
        if (string.IsNullOrEmpty(name))
            throw new ConfigurationException($"The setting mailbox-type defined in [{id}] is empty");
        var type = Type.GetType(name) ?? throw new ConfigurationException(
            $"Found mailbox-type [{name}] in configuration for [{id}], but could not find that type in any loaded assemblies.");
        return (MailboxType)Activator.CreateInstance(type, Settings, config)!;
    }

    private static Type? ProducedType(Type mailboxType) => Array.Find(
        mailboxType.GetInterfaces(), i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IProducesMessageQueue<>))
        ?.GetGenericArguments()[0];

    private static void Verify(Type? produced, Type? required, string kind, object who)
    {
        if (produced is not null && required is not null && !required.IsAssignableFrom(produced))
        {
            throw new ArgumentException(
                $"produced message queue type [{produced}] does not fulfill requirement for {kind} [{who}]."
                + $" Must be a subclass of [{required}]");
        }
    }

    /// <summary>What a dispatcher's section says about mailboxes, read once: every new actor asks for it.</summary>
    private sealed record DispatcherWishes(string Id, bool HasMailboxType, Type? Requirement)
    {
        public static DispatcherWishes Of(Config config)
        {
            var name = config.GetString("mailbox-requirement", NoMailboxRequirement);
            var requirement = string.IsNullOrEmpty(name)
                ? null
                : Type.GetType(name) ?? throw new ConfigurationException($"Mailbox requirement [{name}] is not a type");
            return new DispatcherWishes(config.GetString("id", ""), config.HasPath("mailbox-type"), requirement);
        }
    }
}
