using Akka.Actor;

namespace Akka.Remote;

/// <summary>A message does not fit into a frame. It is logged and dropped; the association lives on.</summary>
internal sealed class OversizedPayloadException(string message) : AkkaException(message);
