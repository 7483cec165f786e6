using System.Collections.Immutable;
using Akka.Pattern;

namespace Akka.Persistence.Journal;

public interface IWriteEventAdapter
{
    string Manifest(object evt);

    object ToJournal(object evt);
}

public interface IReadEventAdapter
{
    IEventSequence FromJournal(object evt, string manifest);
}

public interface IEventAdapter : IWriteEventAdapter, IReadEventAdapter;

public sealed class IdentityEventAdapter : IEventAdapter
{
    private IdentityEventAdapter()
    {
    }

    public static IdentityEventAdapter Instance { get; } = new();

    public string Manifest(object evt) => string.Empty;

    public object ToJournal(object evt) => evt;

    public IEventSequence FromJournal(object evt, string manifest) => EventSequence.Single(evt);
}

/// <summary>Reads with several adapters, joining what they make of an event; writing needs one alone.</summary>
public sealed class CombinedReadEventAdapter : IEventAdapter
{
    private readonly ImmutableArray<IEventAdapter> _adapters;

    public CombinedReadEventAdapter(IEnumerable<IEventAdapter> adapters) => _adapters = adapters.ToImmutableArray();

    public IEnumerable<IEventAdapter> Adapters => _adapters;

    public string Manifest(object evt) => throw OnlyReads();

    public object ToJournal(object evt) => throw OnlyReads();

    public IEventSequence FromJournal(object evt, string manifest) =>
        EventSequence.Create(_adapters.SelectMany(adapter => adapter.FromJournal(evt, manifest).Events));

    private static IllegalStateException OnlyReads() =>
        new("CombinedReadEventAdapter must not be used when writing (creating manifests) events!");
}

internal sealed class ReadOnlyEventAdapter(IReadEventAdapter reader) : IEventAdapter
{
    public string Manifest(object evt) => string.Empty;

    public object ToJournal(object evt) => evt;

    public IEventSequence FromJournal(object evt, string manifest) => reader.FromJournal(evt, manifest);
}

internal sealed class WriteOnlyEventAdapter(IWriteEventAdapter writer) : IEventAdapter
{
    public string Manifest(object evt) => writer.Manifest(evt);

    public object ToJournal(object evt) => writer.ToJournal(evt);

    public IEventSequence FromJournal(object evt, string manifest) => EventSequence.Single(evt);
}

/// <summary>What becomes of one stored event when it is read: nothing, one event or several.</summary>
public interface IEventSequence
{
    IEnumerable<object> Events { get; }
}

public interface IEmptyEventSequence : IEventSequence;

public sealed class EmptyEventSequence : IEmptyEventSequence, IEquatable<IEventSequence>
{
    public static readonly EmptyEventSequence Instance = new();

    private EmptyEventSequence()
    {
    }

    public IEnumerable<object> Events => [];

    public bool Equals(IEventSequence? other) => other is IEmptyEventSequence;

    public override bool Equals(object? obj) => Equals(obj as IEventSequence);

    public override int GetHashCode() => 0;
}

public class EventSequence<T> : IEventSequence, IEquatable<IEventSequence>
{
    private readonly ImmutableArray<object> _events;

    public EventSequence(IEnumerable<object> events) => _events = events.ToImmutableArray();

    public IEnumerable<object> Events => _events;

    public bool Equals(IEventSequence? other) => other is not null && _events.SequenceEqual(other.Events);

    public override bool Equals(object? obj) => Equals(obj as IEventSequence);

    public override int GetHashCode() => _events.Aggregate(0, HashCode.Combine);
}

public struct SingleEventSequence : IEventSequence, IEquatable<IEventSequence>
{
    private readonly object[] _events;

    public SingleEventSequence(object e) => _events = [e];

    public readonly IEnumerable<object> Events => _events;

    public readonly bool Equals(IEventSequence? other) => other is not null && _events.SequenceEqual(other.Events);

    public override readonly bool Equals(object? obj) => Equals(obj as IEventSequence);

    public override readonly int GetHashCode() => _events[0].GetHashCode();
}

public static class EventSequence
{
    public static readonly IEventSequence Empty = EmptyEventSequence.Instance;

    public static IEventSequence Single(object e) => new SingleEventSequence(e);

    public static IEventSequence Create(params object[] events) => new EventSequence<object>(events);

    public static IEventSequence Create(IEnumerable<object> events) => new EventSequence<object>(events);
}

/// <summary>An event with tags beside it, by which queries find it.</summary>
public struct Tagged
{
    public Tagged(object payload, IEnumerable<string> tags)
        : this(payload, tags.ToImmutableHashSet())
    {
    }

    public Tagged(object payload, IImmutableSet<string> tags)
    {
        Payload = payload;
        Tags = tags;
    }

    public object Payload { get; }

    public IImmutableSet<string> Tags { get; }
}
