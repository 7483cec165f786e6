using Akka.Actor;

namespace Akka.Remote.Transport;

/// <summary>A remote address cannot be associated with: nobody listens there, or whoever does refuses.</summary>
public class InvalidAssociationException : AkkaException
{
    public InvalidAssociationException(string message, Exception? cause = null)
        : base(message, cause!)
    {
    }
}
