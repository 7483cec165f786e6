using Akka.Actor;

namespace Akka.Util;

/// <summary>What is sent over the wire instead of a value that cannot be.</summary>
public interface ISurrogate
{
    ISurrogated FromSurrogate(ActorSystem system);
}

public interface ISurrogated
{
    ISurrogate ToSurrogate(ActorSystem system);
}
