namespace Akka.Persistence.Serialization;

/// <summary>Marks what travels with the serializer of persistence messages.</summary>
public interface IMessage;

/// <summary>Wraps a snapshot's data, so that a snapshot store can write data of any type.</summary>
public sealed class Snapshot
{
    public Snapshot(object data) => Data = data;

    public object Data { get; }

    public override bool Equals(object? obj) => obj is Snapshot other && Equals(Data, other.Data);

    public override int GetHashCode() => Data?.GetHashCode() ?? 0;
}
