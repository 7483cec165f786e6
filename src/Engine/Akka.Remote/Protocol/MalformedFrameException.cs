using Akka.Actor;

namespace Akka.Remote.Protocol;

/// <summary>What a peer sent is not the akka.tcp protocol. The connection it came on is closed, nothing else.</summary>
internal sealed class MalformedFrameException(string what) : AkkaException($"The peer sent a frame that holds {what}.");
