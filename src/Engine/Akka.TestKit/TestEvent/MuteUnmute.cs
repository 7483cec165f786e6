using Akka.Actor;
using Akka.TestKit.Internal;

namespace Akka.TestKit.TestEvent;

/// <summary>Published to the event stream to have the log events that fit the filters kept from the log.</summary>
public sealed class Mute(IReadOnlyCollection<EventFilterBase> filters) : INoSerializationVerificationNeeded
{
    public Mute(params EventFilterBase[] filters) : this((IReadOnlyCollection<EventFilterBase>)filters)
    {
    }

    public IReadOnlyCollection<EventFilterBase> Filters { get; } = filters;
}

public sealed class Unmute(IReadOnlyCollection<EventFilterBase> filters) : INoSerializationVerificationNeeded
{
    public Unmute(params EventFilterBase[] filters) : this((IReadOnlyCollection<EventFilterBase>)filters)
    {
    }

    public IReadOnlyCollection<EventFilterBase> Filters { get; } = filters;
}
